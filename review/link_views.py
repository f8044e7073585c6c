"""What each link of a mail leads to, as its page is given it (R-11). Pure; `review.links` works it out."""

from enum import StrEnum

from pydantic import AwareDatetime

from calendar_rules.edition import ReturnHeading
from calendar_rules.model import Model
from review.case.sign_off import RoundStatus
from review.facts import DocumentRef, Speaker
from review.facts.base import Child
from review.facts.editions import AgencyKnew
from review.facts.enums import Verdict
from review.facts.family import FamilyMember, Home
from review.facts.rapid_review import AgencyReturned, SeniorOfficersInformed


class LinkState(StrEnum):
    """What a link can still do."""

    OPEN = "open"
    USED = "used"  # this person has answered
    ANSWERED = "answered"  # somebody else has, for the same partner
    CLOSED = "closed"  # returns are closed; or the round is over: sent back, superseded, approved, stopped
    ENDED = "ended"  # with the case
    NOT_ASKED = "not-asked"  # the agency is not asked; or the office for which the person was asked has changed hands
    NOT_YOURS = "not-yours"  # somebody else leads the agency's safeguarding now


class LinkView(Model):
    """A link, and the case that it leads to. `why_not`: a sentence for the Business Unit where it cannot be used."""

    state: LinkState
    why_not: str | None
    reference: str
    partnership: str
    speaker: Speaker
    due: AwareDatetime | None = None
    late: bool = False


class ReturnLink(LinkView):
    """An agency's part of a case as its safeguarding lead sees it: what is asked, what has been given (R-3, R-4)."""

    agency: str
    agency_name: str
    children: list[Child]
    headings: list[ReturnHeading]  # what is asked, and what the return takes
    family: list[FamilyMember]  # whom to look for beside the children
    homes: list[Home] = []  # where they live or lived
    asked: str  # what another partnership asks, where it does
    meeting_at: AwareDatetime | None
    given: AgencyReturned | None  # the latest return; "not known to us" is a nil return (B-6)
    given_at: AwareDatetime | None
    informed: SeniorOfficersInformed | None
    known: AgencyKnew | None
    known_due: AwareDatetime | None
    known_late: bool
    asks_whether_known: bool  # the question that comes first is still to be answered (B-6)


class AnswerLink(LinkView):
    """What was handed over to a sub-group, and what it has answered (G-10)."""

    handover: str
    to: str
    findings: str
    answer: str
    answered_at: AwareDatetime | None


class SignOffLink(LinkView):
    """A round of sign-off, and this person's part in it (R-11)."""

    round: str
    title: str
    document: DocumentRef
    for_comment: bool
    of_the_crg: bool  # the CRG Chair agrees the draft for the CRG
    note: str  # the edition's sentence on who signs, where partners do
    then: str  # what follows when all have approved, where it is not the submission
    status: RoundStatus
    stopped_why: str
    officer_title: str
    capacity: str  # for which partner, or in which office; empty for a person who is not asked
    signs_as: str  # that office, as mails give it
    as_officer: bool  # in the officer's own right, and not as a deputy
    verdict: Verdict | None
    comments: str
    answered_at: AwareDatetime | None
    by_deputy: bool


class ReturnRead(Model):
    """A version of an agency's return as it is read again (R-4): what is said of it, and what was asked."""

    officer: str
    given_at: AwareDatetime
    newer: bool  # a later version has replaced it
    titles: dict[str, str]  # heading -> what it is called, in the order in which they were asked
    files: list[DocumentRef]  # what came with it


class ReadingLink(LinkView):
    """What the author of the rapid review's report, who comes from outside, is to read and to say of it (R-10)."""

    papers: list[DocumentRef]  # as they are now
    unread: dict[str, int]  # agency -> version of its return that the author has not said to have read
    names: dict[str, str]  # what each of these agencies is called
    draft: int | None  # the version that is with the officers: of which it is to be said whether it stands
    said_at: AwareDatetime | None  # when the author last said what was read
