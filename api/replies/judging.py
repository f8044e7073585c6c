"""API: what a reply leads to: an answer that can be taken up, or the sentence why a person must read it.

Nothing is guessed. An answer needs a mail of ours that it answers, the address of whom that went to, a first line of
the list, and a link that would still work: what a link may do is said by the case, and so it is here.
"""

import re
from datetime import datetime
from typing import NamedTuple

from pydantic import ValidationError

from api.attendance import OF_THE_CRG, invitation_of, is_of_the_crg
from api.crg_bodies import MEETING
from api.deps import Deps
from api.pages.case_links import ENDED
from api.pages.links import ending, known_to_the_case, links_of
from api.reading import Reading
from api.replies.forms import Form, as_fact, read_form
from delivery.files.inspect import MEGABYTE
from delivery.replies.machines import Attending, CalendarReply
from delivery.replies.offering import RETURN, SIGN_OFF
from delivery.replies.reading import File, Reply
from delivery.replies.words import Said, Word
from review import links
from review.chapters.rapid_review.papers import ReturnBody
from review.facts import Speaker
from review.facts.directory import Directory, Person
from review.facts.enums import Verdict
from review.facts.practice_review import EarlyCommentGiven
from review.facts.rapid_review import AgencyReturned
from review.facts.report import DraftAgreed
from review.facts.signing import SignOffGiven
from review.kit.live_links import LiveLink
from review.links import LinkState, SignOffLink
from settings import ReplyMode
from store.mail_log import Mail, Posted

Answer = SignOffGiven | DraftAgreed | EarlyCommentGiven | AgencyReturned | ReturnBody
PICTURES_IN_SIGNATURES = 150_000  # bytes: a smaller picture is no paper
_UNKNOWN = "We do not know which of our emails it answers."
_READ = "It is not one of the few first lines that are an answer by themselves."


class Attends(NamedTuple):
    """What is answered to the invitation to a meeting; `sequence`: of the invitation."""

    meeting: str
    sequence: int
    answer: Attending


class Judged(NamedTuple):
    """What a reply leads to. `why`: why it does not count at once; `answer`: what can be taken up all the same."""

    why: str
    reference: str | None = None
    person: str | None = None
    about: str = ""  # what it answers, in words
    answer: Answer | None = None
    speaker: Speaker | None = None
    opened: bool | None = None
    at_once: bool = False
    settled: bool = False  # there is nothing to do about it
    form: Form | None = None  # a form that came with it, as it was read
    attends: Attends | None = None


class _Asked(NamedTuple):
    """The mail that is answered, by whom, and the case as it stands."""

    mail: Mail
    reading: Reading
    directory: Directory
    person: Person
    now: datetime


_ATTENDS = {
    Attending.ACCEPTED: "Accepts the invitation.",
    Attending.DECLINED: "Declines the invitation: see who can come in their place.",
    Attending.TENTATIVE: "May come: the invitation is accepted with reservation.",
    None: "Proposes another time, or answers the invitation in a way that we do not know.",
}
_MEETING = re.compile(rf"(?P<of>[A-Z]{{2,6}}-\d{{4}}-\d{{1,6}}|{MEETING}(?=-{OF_THE_CRG}@))-(?P<meeting>[\w:.-]+)@")


async def judge(deps: Deps, reply: Reply) -> Judged:
    """What this reply leads to now."""
    if reply.calendar:
        return await _invited(deps, reply, reply.calendar)
    posted = await deps.store.mail_log.posted(reply.mail) if reply.mail else None
    if posted is None:
        return Judged(_UNKNOWN)
    reference, mail = posted.reference, posted.mail
    if mail.link is None and (attends := _WORDS.get(reply.said.word) if reply.said else None):
        return await _attends(deps, reply, posted, attends)
    reading = await deps.readings.of(deps.store, reference)
    if reading is None:
        return Judged("It answers an email that is about no single case.", None, mail.person, mail.subject)
    directory = await known_to_the_case(deps, reference)
    person = next((one for one in directory.people if one.id == mail.person), None)
    about = mail.subject.removeprefix(f"{reference}: ")
    if mail.link:
        about = links.title_of(reading.case, LiveLink(mail.link.purpose, mail.link.subject, mail.person))
    found = Judged("", reference, mail.person, about)
    if person is None or not person.active:
        return found._replace(why="The person whose email it answers holds no office any more.")
    if mail.link is None and invitation_of(posted):
        return found._replace(why=_READ)
    asked = _Asked(mail, reading, directory, person, deps.case_now(reading.line))
    if why := await _not_an_answer(deps, asked, reply):
        return found._replace(why=why)
    return await _answered(deps, asked, reply, found)


_WORDS = {Word.ATTEND: Attending.ACCEPTED, Word.NOT_ATTEND: Attending.DECLINED}


async def _attends(deps: Deps, reply: Reply, posted: Posted, answer: Attending) -> Judged:
    """Words that answer an invitation by mail; they stand with the meeting where the person has written them."""
    reference, mail = posted.reference, posted.mail
    directory = await known_to_the_case(deps, reference)
    person = next((one for one in directory.people if one.id == mail.person), None)
    theirs = person is not None and reply.sender == person.email.strip().lower() and not reply.by_another
    found = Judged(_ATTENDS[answer], reference, mail.person, mail.subject.removeprefix(f"{reference}: "))
    invited = invitation_of(posted)
    if invited is None or not theirs:
        return found
    meeting, sequence = invited
    accepted = answer is Attending.ACCEPTED
    return found._replace(attends=Attends(meeting, sequence, answer), settled=accepted)


async def _invited(deps: Deps, reply: Reply, answer: CalendarReply) -> Judged:
    """What a calendar answers: the meeting is named by the invitation's own id, as it goes to the sender of it."""
    found = _MEETING.match(answer.uid)
    if found is None or not await _known(deps, found["of"]):
        return Judged(f"{_ATTENDS[answer.answer]} Which meeting of a case it is for, it does not say.")
    directory = await known_to_the_case(deps, found["of"])
    theirs = {answer.attendee, reply.sender}
    person = next((one.id for one in directory.people if one.active and {one.email.strip().lower()} == theirs), None)
    about = (
        "Invitation: CRG meeting" if is_of_the_crg(found["of"]) else f"Invitation: {found['meeting'].replace('-', ' ')}"
    )
    accepted = answer.answer is Attending.ACCEPTED and person is not None
    attends = Attends(found["meeting"], answer.sequence, answer.answer) if answer.answer and person else None
    return Judged(_ATTENDS[answer.answer], found["of"], person, about, settled=accepted, attends=attends)


async def _known(deps: Deps, reference: str) -> bool:
    """Whether there is this case, or this meeting of the CRG."""
    if is_of_the_crg(reference):
        return await deps.store.meetings.called(reference)
    return await deps.readings.of(deps.store, reference) is not None


async def _not_an_answer(deps: Deps, asked: _Asked, reply: Reply) -> str:
    """Why a person has to read it, whatever its first line says; empty where nothing stands in the way."""
    link = asked.mail.link
    if link is None or link.purpose not in (SIGN_OFF, RETURN):
        return "It answers an email that asks for nothing that a reply can give."
    if deps.settings.reply_modes.get(link.purpose, ReplyMode.OFF) is ReplyMode.OFF:
        return "Replies do not count for this: the settings have it so."
    if reply.sender != asked.person.email.strip().lower():
        return "It comes from another address than the one that the directory has for the person who was asked."
    if reply.by_another:
        return "It was forwarded, or written on behalf of somebody."
    papers = _papers(reply)
    if papers and link.purpose != RETURN:
        return "Something is attached to it."
    if len(papers) > 1:
        return "More than one file is attached to it."
    claims = links_of(deps).claims_of(
        reference=asked.reading.line.reference,
        subject=link.subject,
        person=asked.mail.person,
        address=asked.mail.to,
        made_at=asked.mail.tried_at,
    )
    ended = await ending(deps, link.purpose, claims, asked.directory, asked.reading)
    return f"The link of the email that it answers has ended. {ENDED[ended]}" if ended else ""


def _papers(reply: Reply) -> list[File]:
    """What is attached, without the pictures of signatures."""
    return [
        one for one in reply.files if not (one.media_type.startswith("image/") and one.size <= PICTURES_IN_SIGNATURES)
    ]


async def _answered(deps: Deps, asked: _Asked, reply: Reply, found: Judged) -> Judged:
    link = asked.mail.link
    assert link is not None  # noqa: S101  # for the type checker: `_not_an_answer` has looked
    purpose = link.purpose
    if purpose == SIGN_OFF:
        found, wrong = await _signed(deps, asked, link.subject, reply.said, found)
    else:
        found, wrong = await _returned(deps, asked, link.subject, reply, found)
    if wrong or found.answer is None or found.speaker is None:
        return found._replace(why=wrong or _READ, answer=None)
    case = asked.reading.case
    fact = as_fact(found.answer, case) if isinstance(found.answer, ReturnBody) else found.answer
    if refusal := links.wrong_in_itself(case, fact, found.speaker, asked.now):
        return found._replace(why=refusal.text, answer=None)
    if found.why:
        return found
    if not reply.passed:
        return found._replace(why="The relay does not vouch for the sender, so it does not count by itself.")
    at_once = deps.settings.reply_modes[purpose] is ReplyMode.TAKE
    return found._replace(at_once=at_once)


async def _signed(deps: Deps, asked: _Asked, subject: str, said: Said | None, found: Judged) -> tuple[Judged, str]:
    """An answer to a request for sign-off, agreement or comment."""
    link = links.sign_off_link(asked.reading.case, subject, asked.person.id, asked.directory, asked.now)
    if link is None or link.state is not LinkState.OPEN:
        return found, (link.why_not if link else "") or links.NO_SUCH_ROUND
    if said is None:
        return found, _READ
    if said.version not in (None, link.document.version):
        return found, f"It names version {said.version}, and version {link.document.version} is asked about."
    ref = link.document
    opened = await deps.store.openings.at(link.reference, ref.document, ref.version, asked.person.id)
    fact = _sign_off(link, asked.person.id, said)
    return found._replace(answer=fact, speaker=link.speaker, opened=opened is not None), "" if fact else _READ


def _sign_off(link: SignOffLink, person: str, said: Said) -> Answer | None:
    if link.for_comment:
        none = said.word is Word.NO_COMMENT
        return EarlyCommentGiven(officer=person, nothing_to_add=True) if none else None
    if said.word not in (Word.APPROVE, Word.SEND_BACK):
        return None
    given = {
        "officer": person,
        "sha256": link.document.sha256,
        "verdict": Verdict.APPROVE if said.word is Word.APPROVE else Verdict.SEND_BACK,
        "comments": said.reasons,
    }
    try:
        if link.of_the_crg:
            return DraftAgreed.model_validate(given | {"version": link.document.version})
        return SignOffGiven.model_validate(given | {"round": link.round, "capacity": link.capacity})
    except ValidationError:
        return None


async def _returned(deps: Deps, asked: _Asked, agency: str, reply: Reply, found: Judged) -> tuple[Judged, str]:
    """A nil return, or the return that stands in a form."""
    link = links.return_link(asked.reading.case, agency, asked.person.id, asked.directory, asked.now)
    if link.state is not LinkState.OPEN:
        return found, link.why_not or ""
    found, said = found._replace(speaker=link.speaker), reply.said
    if papers := _papers(reply):
        largest = deps.settings.file_megabytes * MEGABYTE
        form = await read_form(asked.reading.case, link, papers[0], officer=asked.person.name, largest=largest)
        found = found._replace(form=form, answer=form.body, why=form.why)
        if said is not None and said.word is not Word.ATTACHED:
            return found, "It says one thing in words, and a file is attached to it."
        if reply.text and said is None:
            found = found._replace(
                why=f"The email says more than that a file is attached: read it. {form.why}".rstrip()
            )
        return found, "" if form.body else form.why
    if said is None or said.word is not Word.NIL:
        return found, _READ
    if link.given is not None:
        return found, "The agency has sent a return already."
    fact = AgencyReturned(agency=agency, nil=True, officer=asked.person.name)
    return found._replace(answer=fact), ""
