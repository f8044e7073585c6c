"""Every kind of link that a mail carries: moved with its address, sent again, withdrawn, asked for, passed on (R-11).

Each is led to by the case's own stages (`tests.review.world`), and opened by the pages over a real store.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any, NamedTuple

import httpx
import pytest

from review.facts.directory import Leave, Member, Role
from review.facts.enums import AuthorCapacity, Decision
from review.facts.follow_up import FindingsHandedOver
from review.facts.information import AgenciesAsked
from review.facts.links import LinkSentAgain
from review.facts.practice_review import EarlyCommentSought, SelectionProposed, TermsSentForApproval
from review.facts.rapid_review import OutsideAgencyAsked
from review.facts.report import DraftSentToCrg
from review.kit.live_links import LiveLink, live_links
from settings import load_settings
from settings.keys import Keyring
from store import Store
from tests.pages.playing import HEIR, Played, played
from tests.review.practice import Review
from tests.review.referrals import opened, request
from tests.review.world import WHY, World, agree, cast, decided

NEW = "corrected@sample.example.org"


# --- the kinds ---


class Kind(NamedTuple):
    """A kind of link: a case in which one is out, and which of them is looked at."""

    world: Callable[[], World]
    person: str
    mail: str  # the mail by which the heir of the office is asked
    heir: Mapping[str, object] = {}  # what the heir of the office has in the directory
    passes_on: bool = True  # whether somebody else may act in the person's place


def _drafted() -> World:
    world = World()
    world.meet()
    world.read()
    world.say(DraftSentToCrg(version=world.draft()))
    return world


def _reading() -> World:
    world = World(who=cast(also=(Member(id="outside-author", roles=[Role.OBSERVER]),)))
    world.meet()
    why: dict[str, Any] = {"outside_reason": WHY, "outside_experience": WHY, "outside_qualification": WHY}
    world.draft(author="outside-author", capacity=AuthorCapacity.OUTSIDE, **why)
    return world


def _signing() -> World:
    world = World()
    world.send_out()
    return world


def _deciding() -> World:
    world = World()
    world.submit()
    agree(world)
    world.say(decided(Decision.LEARNING_REVIEW, difference_reason=WHY))
    return world


def _terms() -> World:
    world = Review()
    world.say(TermsSentForApproval(version=world.draft_terms()))
    return world


def _selecting(signed: int = 0) -> World:
    world = Review()
    world.approve_terms()
    world.candidate("candidate-1")
    world.say(SelectionProposed(candidate="candidate-1", reasons=WHY))
    if signed:
        world.sign_for("crg-chair")
    return world


def _commenting() -> World:
    world = Review()
    world.contract()
    world.say(EarlyCommentSought(version=world.sound()))
    return world


def _final(*signed: str) -> World:
    world = Review()
    world.final()
    for _ in signed:
        one = next(one for one in world.case.rounds if one.open)
        for ask in one.asks:
            world.sign_for(ask.capacity)
    return world


def _returning() -> World:
    world = World()
    world.scope()
    return world


def _outside() -> World:
    world = _returning()
    world.say(OutsideAgencyAsked.model_validate(OutsideAgencyAsked.sample))
    return world


def _informing() -> World:
    world = opened(request())
    world.say(AgenciesAsked(agencies=["police"]))
    return world


def _handed_over() -> World:
    world = World(who=cast(also=(Member(id="quality", roles=[Role.SUB_GROUP]),)))
    world.submit()
    agree(world)
    world.decide()
    world.say(FindingsHandedOver(handover="audit", to="Quality sub-group", findings=WHY))
    return world


OFFICER = {"roles": ["accountable-officer"], "partner": "health"}
CHAIR, INDEPENDENT = {"roles": ["crg-chair"]}, {"roles": ["independent-chair"]}
LEAD = {"roles": ["agency"], "agency": "police"}
KINDS = {
    "the papers for an author from outside": Kind(
        _reading, "outside-author", "papers-to-read", {"roles": ["observer"]}, passes_on=False
    ),
    "agreement of the draft report for the CRG": Kind(_drafted, "chair", "draft-agreement", CHAIR),
    "sign-off of the rapid review report": Kind(_signing, "officer-health", "officer-replaced", OFFICER),
    "agreement to the partners' decision": Kind(_deciding, "officer-health", "officer-replaced", OFFICER),
    "approval of terms of reference": Kind(_terms, "officer-health", "officer-replaced", OFFICER),
    "the CRG Chair's selection of a reviewer": Kind(_selecting, "chair", "officer-replaced", CHAIR),
    "an officer's selection of a reviewer": Kind(lambda: _selecting(1), "officer-health", "officer-replaced", OFFICER),
    "an officer's early comment": Kind(_commenting, "officer-health", "comment-request", OFFICER),
    "the Independent Chair's early comment": Kind(_commenting, "independent", "comment-request", INDEPENDENT),
    "the CRG's sign-off of the final draft": Kind(_final, "chair", "officer-replaced", CHAIR),
    "a senior officer's sign-off": Kind(lambda: _final("crg"), "senior-police", "officer-replaced", LEAD),
    "an officer's sign-off of the final draft": Kind(
        lambda: _final("crg", "agencies"), "officer-health", "officer-replaced", OFFICER
    ),
    "the Independent Chair's sign-off": Kind(
        lambda: _final("crg", "agencies", "officers"), "independent", "officer-replaced", INDEPENDENT
    ),
    "an agency's return": Kind(_returning, "lead-police", "lead-replaced", LEAD),
    "an answer to another partnership": Kind(_informing, "lead-police", "lead-replaced", LEAD),
    "an agency outside the directory": Kind(_outside, "sample-school-contact", "returns-request"),
    "a sub-group's answer": Kind(_handed_over, "quality", "findings-handed-over", {"roles": ["sub-group"]}),
}


def link_of(world: World, person: str) -> LiveLink:
    (found,) = [one for one in live_links(world.case) if one.person == person]
    return found


def mailed(world: World, link: LiveLink) -> list[str]:
    """The mails with this link since it was last looked at, by template."""
    found = [one for one in world.posted if one.link and (one.link.purpose, one.link.subject, one.to) == link]
    world.deliver()
    return [one.template for one in found]


async def text_of(client: httpx.AsyncClient, path: str) -> str:
    """What the page of a dead link says; its button does not open it."""
    answer = await client.get(path)
    assert answer.status_code in (403, 410), answer.text
    assert (await client.post(f"{path}/open")).status_code in (303, 403, 410)
    return re.sub(r"\s+", " ", answer.text)


async def works(client: httpx.AsyncClient, path: str) -> bool:
    return (await client.post(f"{path}/open")).status_code == 303 and (await client.get(path)).status_code in (200, 503)


@pytest.mark.parametrize("name", KINDS)
async def test_a_link_of_every_kind(name: str, tmp_path: Path, sqlite_template: Path) -> None:
    """R-11: sent again, withdrawn, moved with its address, asked for by its holder, passed on with its office."""
    kind = KINDS[name]
    with played():
        world = kind.world()
    settings, keyring = (
        load_settings(data=tmp_path, telephone="01302 000 000"),
        Keyring([("k1", secrets.token_bytes(32))]),
    )
    copyfile(sqlite_template, tmp_path / "case-reviews.db")
    async with Store.from_settings(settings, keyring) as store:
        await store.migrate()
        there = await Played.over(settings, store, keyring, world)
        transport = httpx.ASGITransport(app=there.app)
        async with httpx.AsyncClient(transport=transport, base_url=settings.public_url) as client:
            await stands_every_change(kind, there, client)


async def stands_every_change(kind: Kind, there: Played, client: httpx.AsyncClient) -> None:
    """Five situations, one after another, of one link."""
    world = there.world
    link = link_of(world, kind.person)
    first = await there.path(link)
    assert await works(client, first)

    # sent again
    again = LinkSentAgain(purpose=link.purpose, link_subject=link.subject, person=link.person, reason=WHY)
    world.refuses = {link.person}
    await there.say(again)
    assert await works(client, first), "the mail with the new one has not gone"
    world.refuses = set()
    await there.say(again)
    assert len(mailed(world, link)) == 1
    second = await there.path(link)
    assert "The Business Unit has sent you a newer one since." in await text_of(client, first)
    assert await works(client, second)

    # withdrawn
    gone = {"reference": world.case.reference, "subject": link.subject, "person": link.person}
    await there.store.links.revoke(**gone, reason=WHY, by="sbu-1", at=world.now)
    said = await text_of(client, second)
    assert "The Business Unit has withdrawn it." in said
    assert "The Business Unit: 01302 000 000 or case-reviews@partnership.example.org." in said
    await asks(there, client, second)
    assert mailed(world, link) == [], "the Business Unit is asked"
    assert world.case.entries[-1].fact.kind == "link-asked-for"
    await there.say(again)
    third = await there.path(link)
    assert await works(client, third)
    world.deliver()

    # the address is corrected
    if kind.heir:
        await there.put(link.person, email=NEW)
        await there.confirmed()
        await there.told()
    else:
        await there.corrected(email=NEW)
    assert len(mailed(world, link)) == 1, "to the new address, by itself"
    said = await text_of(client, third)
    assert "The email address that it was sent to has been changed in the directory since." in said
    await asks(there, client, third)
    assert len(mailed(world, link)) == 1
    fourth = await there.path(link)
    assert await works(client, fourth)

    # somebody stands in, and no longer
    if not (kind.heir and kind.passes_on):
        return
    await there.put(HEIR, roles=["observer"])
    today, heirs = world.now.date(), LiveLink(link.purpose, link.subject, HEIR)
    await there.put(link.person, leave=[Leave(since=today, until=today + timedelta(days=9), stand_in=HEIR)])
    await there.confirmed()
    await there.told()
    assert [one for one in live_links(world.case) if one in (link, heirs)] == [heirs]
    assert len(mailed(world, heirs)) == 1
    standing_in = await there.path(heirs)
    assert await works(client, standing_in)
    assert "no longer" in await text_of(client, fourth)
    await there.put(link.person, leave=[])
    await there.confirmed()
    await there.told()
    assert len(mailed(world, link)) == 1
    assert await works(client, await there.path(link))
    assert "no longer" in await text_of(client, standing_in)

    # the office passes on
    await there.succeeded(link.person, kind.heir)
    assert heirs in live_links(world.case)
    assert link not in live_links(world.case)
    assert mailed(world, heirs) == [kind.mail]
    assert await works(client, await there.path(heirs))
    said = await text_of(client, fourth)
    assert "no longer" in said
    await asks(there, client, fourth)
    assert mailed(world, link) == []


async def asks(there: Played, client: httpx.AsyncClient, path: str) -> None:
    """The holder of a dead link asks for another: the page says the same to everybody, and nothing of the case."""
    page = await client.post(f"{path}/again")
    assert (page.status_code, "We have your request" in page.text) == (200, True)
    for words in (NEW, "sample.example.org", "Sample Name", "Sample Child", there.world.case.reference):
        assert words not in page.text
