"""Something was entered wrongly: whether it can be corrected, and what is then counted anew.

Room: review; pure. X-2.
"""

from collections.abc import Callable
from datetime import datetime

from review import refusals as no
from review.case import CaseState
from review.chapter import Check
from review.chapters.notification import AWARE, check_incident
from review.chapters.rapid_review import agency_asked, latest_returns
from review.facts import CORRECTABLE, OPENINGS, Corrected, Fact, Said
from review.guards import countable, not_before, not_to_come
from review.said.announced import CalendarChanged, DirectoryChanged
from review.said.crg import ProcessLinked
from review.said.follow_up import ActionSet, FindingsHandedOver
from review.said.involvement import AdvocacyConsidered, ContributionRecorded, PersonInvited
from review.said.notification import IncidentReported, NotNotifiedDecided, PartnerViewGiven
from review.said.panel import PanelAnswered, PanelResponded
from review.said.practice_review import MilestoneSet
from review.said.rapid_review import AgencyReturned, ScopingMeetingHeld
from review.said.referral import CrgConsidered
from review.said.standing import DutyRetried
from review.telling import subject_of
from review.timing import meet_anew, mind_the_meeting, recount, recount_met, run_again, start, stop
from review.told import Entry
from review.words import PanelResponse

_NAMED = (
    PersonInvited
    | AdvocacyConsidered
    | ContributionRecorded
    | ProcessLinked
    | FindingsHandedOver
    | ActionSet
    | MilestoneSet
)
_BROADCASTS = Corrected | CalendarChanged | DirectoryChanged | DutyRetried


def check_correction(
    case: CaseState, fact: Corrected, said: Said, now: datetime, check_of: Callable[[type[Fact]], Check | None]
) -> None:
    """Refuse a correction of what cannot be corrected, or one that could not have been said in its place."""
    wrong = next(
        (entry for entry in case.entries if entry.said.message == fact.corrects and not entry.corrected_by), None
    )
    if wrong is None:
        raise no.UnknownMessage(message=fact.corrects, fields={"corrects": "nothing stands under this id"})
    kind = wrong.said.fact.kind
    if kind not in CORRECTABLE:
        raise no.CannotBeCorrected(
            what=wrong.said.fact.title,
            because="what followed from it has been done; record what is so now instead",
            fields={"corrects": "cannot be corrected"},
        )
    if fact.right.kind != kind:
        raise no.WrongKindOfCorrection(was=kind, sent=fact.right.kind, fields={"right.kind": f"must be {kind}"})
    if isinstance(fact.right, IncidentReported):
        _incident_corrected(case, fact.right, now)
        return
    _follows(case, wrong.said.fact, fact.right)
    happened = fact.right.happened_at or wrong.happened_at
    right = said.model_copy(update={"fact": fact.right.model_copy(update={"happened_at": happened})})
    not_to_come(fact.right.title, happened, now, "right.happened_at")
    if not isinstance(fact.right, OPENINGS):
        origin, began = case.origin
        not_before(fact.right.title, happened, origin, began, "right.happened_at")
    countable(case, fact.right.title, happened, "right.happened_at")
    if isinstance(fact.right, AgencyReturned):
        agency_asked(case, fact.right.agency)
        _kept(case, fact.right)
    elif not isinstance(fact.right, PartnerViewGiven):
        marked = wrong.model_copy(update={"corrected_by": said.message})
        without = case.model_copy(update={"entries": [marked if entry is wrong else entry for entry in case.entries]})
        if (one := check_of(type(fact.right))) is not None:
            one(without, fact.right, right, now)


def _kept(case: CaseState, right: AgencyReturned) -> None:
    """A corrected return names words that came in as a return of this case; new words are a new return (R-4)."""
    returned = [entry.said.fact for entry in case.entries if isinstance(entry.said.fact, AgencyReturned)]
    if right.content and right.content not in [fact.content for fact in returned]:
        latest = latest_returns(case).get(right.agency, "none: no return has come in")
        field = {"right.content": "names no return that this case holds"}
        raise no.UnknownVersion(version=right.content.version, latest=latest, fields=field)


def _incident_corrected(case: CaseState, right: IncidentReported, now: datetime) -> None:
    """The incident lies before all that was said of it; a referral may have come first (A-3)."""
    check_incident(right, now)
    countable(case, AWARE, right.aware_at, "aware_at")
    first = next(number for number, entry in enumerate(case.entries) if isinstance(entry.said.fact, IncidentReported))
    standing = [entry for entry in case.entries[first:] if not entry.corrected_by]
    for entry in (entry for entry in standing if not isinstance(entry.said.fact, IncidentReported | _BROADCASTS)):
        what = entry.said.fact.title
        not_before(what, entry.happened_at, "the incident", right.incident_at, "right.incident_at")


def _follows(case: CaseState, wrong: Fact, right: Fact) -> None:
    """What later facts rest on stays: a view that was acted on, a response that was answered or decided upon (X-2)."""
    if isinstance(wrong, _NAMED) and subject_of(wrong) != subject_of(right):
        raise no.CannotBeCorrected(what=wrong.title, because="later entries go by its id; keep the id")
    rests = False
    if isinstance(wrong, PartnerViewGiven) and isinstance(right, PartnerViewGiven):
        acted = case.notified_at or case.last(NotNotifiedDecided)
        rests = bool(acted) and (wrong.officer, wrong.view) != (right.officer, right.view)
    if isinstance(wrong, PanelResponded) and isinstance(right, PanelResponded):
        more = PanelResponse.ASKS_FOR_MORE
        acted_on = case.decision or (case.every(PanelAnswered) if wrong.response is more else [])
        rests = bool(acted_on) and (wrong.response is more) != (right.response is more)
    if isinstance(wrong, CrgConsidered) and isinstance(right, CrgConsidered):
        rests = wrong.outcome is not right.outcome
    if rests:
        raise no.CannotBeCorrected(
            what=wrong.title, because="it has been acted on; its reasons and its time can be corrected"
        )


# --- what follows ---


def correct(case: CaseState, correction: Corrected, entry: Entry, now: datetime) -> None:
    """What was wrong stays, marked;
    what is right takes its place, and everything counted from it is counted anew (X-2).
    """
    wrong = next(old for old in case.entries if old.said.message == correction.corrects and not old.corrected_by)
    wrong.corrected_by = entry.said.message
    envelope = entry.said.model_copy(update={"fact": correction.right})
    happened = correction.right.happened_at or wrong.happened_at
    right = Entry(said=envelope, happened_at=happened, taken_at=wrong.taken_at)
    case.entries.insert(case.entries.index(wrong) + 1, right)
    for clock in [clock for clock in case.clocks.values() if clock.met_by == correction.corrects]:
        meet_anew(case, clock, now)
    why = f"correction: {correction.right.title.lower()}"
    if isinstance(correction.right, IncidentReported):
        _mind_the_duties_of_care(case, why, now)
    if isinstance(correction.right, ScopingMeetingHeld):
        for clock in [clock for clock in case.clocks.values() if clock.rule == "D-6" and clock.open]:
            if clock.subject not in case.scope:
                stop(case, clock.id, "the agency is no longer in scope", now)
        mind_the_meeting(case, now)
    recount_met(case, why, now)
    recount(case, why, now)


def _mind_the_duties_of_care(case: CaseState, why: str, now: datetime) -> None:
    """D-2 runs from the moment it is known that a child in care died, and stops where none did (N-4)."""
    if "D-1" not in case.clocks or case.halted:  # the case's own start sees to it; or all is over
        return
    for rule in (rule for rule in case.edition.deadlines if rule.startswith("D-2:")):
        clock = case.clocks.get(rule)
        if not case.child_in_care_died and clock:
            stop(case, rule, why, now)
        elif case.child_in_care_died and clock and clock.stopped_at:
            run_again(case, clock, why, now)
        elif case.child_in_care_died:
            start(case, rule, now, since=case.incident.aware_at)
