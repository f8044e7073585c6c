"""R-2, R-6, G-2: what people answer to invitations stands with the meeting. Nothing follows from it."""

from datetime import UTC, datetime, timedelta

import httpx

from api.auth import COOKIE
from crg.embedded.sample import sample_partnership
from review.case.effects import EffectKey
from review.case.notices import Invite, Notice
from store.replies import ReplyStatus
from tests.pages.desk import REFERENCE, Desk
from tests.pages.replying import address_of, comes_in, reads_replies, was_sent, written
from tests.pages.test_business_pages import signed_in
from tests.pages.test_replies import kept


async def test_the_answer_to_an_invitation_stands_with_the_meeting_and_one_that_declines_is_read(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    """R-2, R-6: who accepted, who declined and who has not answered."""
    reads_replies(desk)
    await desk.request_returns()
    shown = Invite(
        meeting="rapid-review", sequence=1, title="rapid review meeting", minutes=150,
        starts_at=datetime.now(UTC) + timedelta(days=9),
    )  # fmt: skip
    desk.case.invites["rapid-review"] = shown
    for person in ("lead-police", "lead-hospital", "crg-chair"):
        desk.case.done[EffectKey.mail("rapid-review-invite:1", person)] = datetime.now(UTC)
    await desk.project()

    async def page(who: str) -> str:
        client.cookies.set(COOKIE, desk.token(who))
        text = (await client.get(f"/cases/{REFERENCE}")).text
        return " ".join(text.partition('id="meetings"')[2].partition("</ul>")[0].split())

    assert "No answer yet: " in await page("sbu-manager")
    to = await invited(desk, "lead-hospital", "rapid-review-invite:1", shown)
    for text, status in (("I cannot attend", ReplyStatus.OPEN), ("Accepted", ReplyStatus.FILED)):
        assert (await kept(desk, await comes_in(desk, written(to, text, "lead-hospital")))).status is status
    from_another = written(to, "I cannot attend", "lead-hospital", From="somebody@elsewhere.example.org")
    assert (await kept(desk, await comes_in(desk, from_another))).status is ReplyStatus.OPEN
    for said, status in (("ACCEPTED", ReplyStatus.FILED), ("DECLINED", ReplyStatus.OPEN)):
        mail = written("case-reviews@partnership.example.org", "", "lead-police")
        event = (
            f"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:{REFERENCE}-rapid-review@partnership.example.org\r\n"
            "SEQUENCE:1\r\n"
            f"ATTENDEE;PARTSTAT={said}:mailto:{address_of('lead-police')}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )
        mail.add_alternative(event, subtype="calendar", params={"method": "REPLY"})
        found = await kept(desk, await comes_in(desk, mail))
        assert (found.about, found.person, found.status) == (REFERENCE, "lead-police", status)
        assert found.found["what"] == "Invitation: rapid review"
    names = {one.id: one.name for one in sample_partnership().people}
    whole = await page("sbu-manager")
    assert f"<li>Accepted: {names['lead-hospital']}</li>" in whole
    assert f"<li>Declined: {names['lead-police']}</li>" in whole
    assert f"<li>No answer yet: {names['crg-chair']}</li>" in whole
    assert await page("observer") == "", "they see dates alone"
    desk.case.invites["rapid-review"] = shown.model_copy(update={"sequence": 2})
    await desk.project()
    assert "(before the meeting was changed)" in await page("sbu-manager")


async def test_an_answer_in_words_is_to_the_invitation_that_went_whatever_its_cause_counts(desk: Desk) -> None:
    """R-2, R-6: a meeting put right, an agency invited once it had moved; none to a meeting that is called off."""
    reads_replies(desk)
    at, people = datetime.now(UTC) + timedelta(days=2), ("crg-chair", "lead-police", "lead-hospital")
    shown = Invite(meeting="scoping", sequence=2, title="CRG scoping meeting", starts_at=at, minutes=60)
    moved, off = shown.model_copy(update={"meeting": "rapid-review"}), shown.model_copy(update={"cancelled": True})
    causes = ("scoping-invite:1:m-9", "rapid-review-invite:1:police", "invite-cancelled:2")
    for person, cause, invite in zip(people, causes, (shown, moved, off), strict=True):
        await comes_in(desk, written(await invited(desk, person, cause, invite), "I cannot attend", person))
    answers = await desk.store.meeting_answers.of(REFERENCE)
    assert {(one.meeting, one.person, one.sequence) for one in answers} == {
        ("scoping", "crg-chair", 2),
        ("rapid-review", "lead-police", 2),
    }
    to = await invited(desk, "lead-police", "scoping-invite:2", shown)
    id = await comes_in(desk, written(to, "I cannot attend, could Mo go?", "lead-police"))
    assert "not one of the few first lines" in str((await kept(desk, id)).found["why"])


async def invited(desk: Desk, person: str, cause: str, invite: Invite) -> str:
    """An invitation has gone: where a reply to it goes."""
    posted = Notice(cause=cause, template=cause.partition(":")[0], to=person, invite=invite)
    return await was_sent(desk, "none", "", person, cause=cause, link=False, posted=posted)


async def test_who_comes_to_a_meeting_of_the_crg_stands_on_its_page(desk: Desk, client: httpx.AsyncClient) -> None:
    """G-2: answered in words, and by a calendar; it is of no case."""
    reads_replies(desk)
    at, now = datetime.now(UTC) + timedelta(days=9), datetime.now(UTC)
    meeting = await desk.store.meetings.call(starts_at=at, link="", message="m", by="crg-chair", at=now)
    cause = f"crg-meeting-invite:0:{at.isoformat()}"
    to = await was_sent(desk, "none", "", "lead-police", cause=cause, link=False, reference=meeting.id)
    await was_sent(desk, "none", "", "crg-chair", cause=cause, link=False, reference=meeting.id)
    mail = written(to, "", "crg-chair")
    event = (
        f"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:{meeting.id}-meeting@partnership.example.org\r\n"
        f"ATTENDEE;PARTSTAT=TENTATIVE:mailto:{address_of('crg-chair')}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    mail.add_alternative(event, subtype="calendar", params={"method": "REPLY"})
    for one in (written(to, "Accepted", "lead-police"), mail):
        assert (await kept(desk, await comes_in(desk, one))).about == meeting.id
    signed_in(desk, client, "sbu-manager")
    page = (await client.get(f"/crg/{meeting.id}")).text
    names = {one.id: one.name for one in sample_partnership().people}
    assert f"Accepted: {names['lead-police']}" in page
    assert f"May come: {names['crg-chair']}" in page
    assert f'href="/crg/{meeting.id}"' in (await client.get("/replies")).text
