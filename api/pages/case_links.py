"""How each link of a case's mails stands: whether it works, and why not; as the page behind it would say."""

from datetime import datetime

from pydantic import AwareDatetime, Field

from api.deps import Deps
from api.pages.links import Ending, ending, links_of
from api.problems import Problem
from api.reading import Reading
from api.revocations import RevocationOut, out
from calendar_rules.model import Model
from review import links
from review.kit.live_links import LiveLink, live_links
from store.mail_log import MailStatus


class LinkOut(Model):
    """A link of a mail: a sign-off's, a return's, an answer's or an author's, whose it is, and whether it works now."""

    purpose: str = Field(
        description="sign-off, which early comment goes by too, return, answer (G-10) or reading (R-10)"
    )
    subject: str = Field(description="the round with its capacity, the agency, the handover, or the report")
    person: str
    title: str
    sent_at: AwareDatetime | None = Field(description="when the last mail with it went, on the case's clock")
    works: bool
    why_not: str | None = Field(description="a sentence, where it does not work")
    again: bool = Field(description="it can be sent again: something is still asked by it (link-sent-again)")


class CaseLinks(Model):
    """The links of a case, those that work first."""

    items: list[LinkOut]
    revoked: list[RevocationOut]


async def links_of_case(deps: Deps, reference: str) -> CaseLinks:
    """Every link that a mail has carried or is to carry. Raises a 404 problem where there is no such case."""
    reading = await deps.readings.of(deps.store, reference)
    if reading is None:
        raise Problem("unknown-case")
    found = await _sent(deps, reading)
    sent = {LiveLink(one.purpose, one.subject, one.person) for one in found}
    found += [
        _out(reading, link, sent_at=None, why_not=why)
        for link, why in links.not_sent(reading.case).items()
        if link not in sent
    ]
    found.sort(key=lambda one: not one.works)
    return CaseLinks(items=found, revoked=[out(one) for one in await deps.store.links.revocations(reference)])


async def _sent(deps: Deps, reading: Reading) -> list[LinkOut]:
    """The link that each person has been sent last for one thing: where it does not work, none before it does."""
    reference = reading.line.reference
    mails = [one for one in await deps.store.mail_log.of_case(reference) if one.link]
    last = {
        LiveLink(one.link.purpose, one.link.subject, one.person): one
        for one in mails
        if one.link and one.status in (MailStatus.SENT, MailStatus.PERHAPS)
    }
    directory = links.directory_with(reading.case, await deps.store.directory.read())
    now = deps.case_now(reading.line)
    found = []
    for link, mail in last.items():
        claims = links_of(deps).claims_of(
            reference=reference, subject=link.subject, person=link.person, address=mail.to, made_at=mail.tried_at
        )
        ended = await ending(deps, link.purpose, claims, directory, reading)
        why_not = ENDED[ended] if ended else links.why_not(reading.case, link, directory, now)
        found.append(_out(reading, link, sent_at=mail.sent_at, why_not=why_not))
    return found


def _out(reading: Reading, link: LiveLink, *, sent_at: datetime | None, why_not: str | None) -> LinkOut:
    return LinkOut(
        **link._asdict(),
        title=links.title_of(reading.case, link),
        sent_at=sent_at,
        works=why_not is None,
        why_not=why_not,
        again=link in live_links(reading.case),
    )


ENDED = {
    Ending.LEFT: "The person no longer holds an office.",
    Ending.MOVED: "It went to an address that has been changed in the directory since.",
    Ending.UNCONFIRMED: "A change of the person in the directory waits for a second person to confirm it.",
    Ending.REPLACED: "It has been sent again since, and the newer one works.",
    Ending.REVOKED: "It has been revoked. The next reminder carries one that works.",
}
