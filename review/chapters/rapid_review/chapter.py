"""§2 Rapid review: scoping, request and returns, the meeting. Pure. R-2..R-6, D-4..D-6."""

from datetime import datetime
from typing import get_args

from review.case import reads
from review.case.entries import Entry
from review.case.outsiders import cast_with
from review.case.record import RowKind
from review.case.state import CaseState
from review.chapters.editions.chapter import of_a_rapid_review
from review.chapters.rapid_review.checks import CHECKS
from review.chapters.rapid_review.steps import offers
from review.facts import Corrected
from review.facts.rapid_review import (
    AgencyReturned,
    OutsideAgencyAsked,
    RapidReviewFact,
    RapidReviewMeetingHeld,
    RapidReviewMeetingMoved,
    ScopingMeetingHeld,
)
from review.kit import notify
from review.kit.backward_plan import mind_the_meeting
from review.kit.chapter import Chapter


def _receipt(case: CaseState, entry: Entry[AgencyReturned], now: datetime) -> None:
    """Whoever has given it gets a receipt, and the agency's safeguarding lead, by whatever way it came (R-4, R-11)."""
    case.post(notify.return_recorded(case, entry, entry.fact.agency, nil=entry.fact.nil))


def _known_to_the_case(case: CaseState, entry: Entry[OutsideAgencyAsked], now: datetime) -> None:
    """From now on the case knows the agency and whom it asks there, as if the directory had them."""
    case.cast = cast_with(case, case.cast)


def _at_another_address(case: CaseState, entry: Entry[Corrected], now: datetime) -> None:
    """The address of an agency outside the directory was wrong: while its return is awaited, the request goes to the
    right one; links that went to the wrong one have ended with it (R-4, R-11).
    """
    right = entry.fact.right
    if not isinstance(right, OutsideAgencyAsked) or right.agency not in reads.outstanding(case):
        return
    wrong = next(one.fact for one in case.entries if one.corrected_by == entry.reported.message)
    halted = reads.ended(case) or reads.submitted(case) or right.agency not in case.requests
    if isinstance(wrong, OutsideAgencyAsked) and wrong.email != right.email and not halted:
        cause = f"link-reissued:{entry.reported.message}:{right.agency}"
        case.post([notify.return_reissued(case, right.agency, right.person, now, cause=cause)])


def lacks(case: CaseState, fact: RapidReviewMeetingHeld) -> list[str]:
    """What the record of the meeting does not hold yet, in words (flowchart 3, 4, R-6)."""
    told = [one.agency for one in fact.overviews]
    came = [one.agency for one in fact.representatives]
    came += [known.agency for one in fact.attended if (known := case.cast.person(one)) and known.agency]
    silent = [agency for agency in reads.scope(case) if agency in came and agency not in told]
    return [
        *(f"the overview of {reads.called(case, agency)}" for agency in silent),
        *(["the accurate summary"] if not fact.summary else []),
        *(["the recommendation, with who was for it"] if not fact.recommendation else []),
    ]


def _record_is_whole(case: CaseState, entry: Entry[RapidReviewMeetingHeld], now: datetime) -> None:
    """What the record of the meeting lacks is warned about: it can be put in by a correction (R-6)."""
    if missing := lacks(case, entry.fact):
        line = f"Warning: the record of the rapid review meeting lacks {'; '.join(missing)}"
        case.add_record_row(RowKind.WARNING, "meeting-record-lacks", line, now=now, about=None)


def _meeting_set(case: CaseState, entry: Entry[ScopingMeetingHeld | RapidReviewMeetingMoved], now: datetime) -> None:
    """A date that eats the slack of D-7 is warned about ("Backward plan")."""
    mind_the_meeting(case, now)


CHAPTER = Chapter(
    title="§2 Rapid review: scoping, returns, meeting",
    facts=get_args(RapidReviewFact),
    checks={kind: of_a_rapid_review(check) for kind, check in CHECKS.items()},
    offers=offers,
    consequences={
        ScopingMeetingHeld: (_meeting_set,),
        RapidReviewMeetingMoved: (_meeting_set,),
        RapidReviewMeetingHeld: (_record_is_whole,),
        OutsideAgencyAsked: (_known_to_the_case,),
        AgencyReturned: (_receipt,),
        Corrected: (_at_another_address,),
    },
)
