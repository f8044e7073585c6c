"""What has been said in a rapid review, to the partners' decision (§2). R-1..R-15."""

from datetime import date, datetime
from typing import TypeVar

from calendar_rules.edition import ReturnHeading
from calendar_rules.lengths import london
from review.case.entries import Entry
from review.case.reads_deadlines import gone_at
from review.case.sign_off import Round, RoundStatus
from review.case.state import SUBMISSION, CaseState
from review.facts.editions import AgencyKnew
from review.facts.enums import PanelResponse, Route
from review.facts.information import AgenciesAsked, InformationRequestConcluded
from review.facts.panel import PanelAcknowledged, PanelAnswered, PanelMeetingMoved, PanelResponded
from review.facts.practice_review import ReviewDrafted, TermsDrafted
from review.facts.rapid_review import (
    AgencyAdded,
    AgencyReturned,
    OutsideAgencyAsked,
    RapidReviewMeetingHeld,
    RapidReviewMeetingMoved,
    ReturnsRequested,
    ScopingMeetingHeld,
)
from review.facts.report import DraftSentForSignOff, DraftSentToCrg, ReportDrafted, SubmittedToPanel

D = TypeVar("D", bound=ReportDrafted | TermsDrafted | ReviewDrafted)

REQUEST_CONCLUDED = "the request was concluded"
RAPID_REVIEW = "rapid-review"  # the document that the rapid review's report becomes


def scope(case: CaseState) -> list[str]:
    """Agencies to ask, in the order they came in."""
    meeting = case.last(ScopingMeetingHeld)
    found = list(meeting.agencies) if meeting else []
    found += [agency for fact in case.every(AgenciesAsked) for agency in fact.agencies]
    added: list[AgencyAdded | OutsideAgencyAsked] = [*case.every(AgencyAdded), *case.every(OutsideAgencyAsked)]
    return list(dict.fromkeys(found + [one.agency for one in added]))


def headings(case: CaseState) -> list[ReturnHeading]:
    """What each agency is asked and what its return takes, by the edition (R-3); for another partnership's review that
    part which is no matter of ours (A-4).
    """
    asked = case.edition.return_headings
    return asked if case.route is not Route.INFORMATION_REQUEST else [one for one in asked if one.for_others] or asked


def covering_note(case: CaseState) -> str:
    """The words that go with the request to the agencies (R-3)."""
    requested = case.last(ReturnsRequested)
    return requested.covering_note if requested else ""


def returns_of(case: CaseState, agency: str) -> list[Entry[AgencyReturned]]:
    return [entry for entry in case.entries_of(AgencyReturned) if entry.fact.agency == agency]


def answers_of(case: CaseState, agency: str) -> list[Entry[AgencyReturned | AgencyKnew]]:
    """An agency's returns, and "not known to us", which is a nil return by a named officer (R-4, B-6)."""
    answers: list[Entry[AgencyReturned | AgencyKnew]] = case.entries_of(AgencyReturned, AgencyKnew)
    return [
        entry
        for entry in answers
        if entry.fact.agency == agency and (isinstance(entry.fact, AgencyReturned) or not entry.fact.known)
    ]


def late_returns(case: CaseState) -> list[Entry[AgencyReturned | AgencyKnew]]:
    """First returns that came once the rapid review meeting had been recorded (R-4)."""
    held = case.entry(RapidReviewMeetingHeld)
    firsts = [answers[0] for agency in scope(case) if (answers := answers_of(case, agency))]
    late = [one for one in firsts if held and case.place(one) > case.place(held)]
    return sorted(late, key=case.place)


def outstanding(case: CaseState) -> list[str]:
    return [agency for agency in scope(case) if not answers_of(case, agency)]


def known_to(case: CaseState, agency: str) -> bool | None:
    """Whether the child or family was known to an agency, as it said last; None while it has not said (B-6)."""
    answers: list[Entry[AgencyReturned | AgencyKnew]] = case.entries_of(AgencyReturned, AgencyKnew)
    last = next((entry.fact for entry in reversed(answers) if entry.fact.agency == agency), None)
    if last is None:
        return None
    return last.known if isinstance(last, AgencyKnew) else not last.nil


def meeting_at(case: CaseState) -> datetime | None:
    """When the rapid review meeting is set for; when it was held, where that was another day (R-6)."""
    set_by: list[Entry[ScopingMeetingHeld | RapidReviewMeetingMoved]] = case.entries_of(
        ScopingMeetingHeld, RapidReviewMeetingMoved
    )
    if not set_by:
        return None
    last, held = set_by[-1].fact, case.entry(RapidReviewMeetingHeld)
    planned = last.rapid_review_meeting_at if isinstance(last, ScopingMeetingHeld) else last.starts_at
    if held and london(held.happened_at).date() != london(planned).date():
        return held.happened_at
    return planned


def meeting_minutes(case: CaseState) -> int:
    """How long the rapid review meeting lasts, as it was last said; by the edition where nobody says (R-6)."""
    set_by: list[Entry[ScopingMeetingHeld | RapidReviewMeetingMoved]] = case.entries_of(
        ScopingMeetingHeld, RapidReviewMeetingMoved
    )
    facts = [entry.fact for entry in set_by]
    said = [one.rapid_review_minutes if isinstance(one, ScopingMeetingHeld) else one.minutes for one in facts]
    return next((one for one in reversed(said) if one), case.edition.meeting_minutes.rapid_review)


def meeting_held(case: CaseState) -> RapidReviewMeetingHeld | None:
    return case.last(RapidReviewMeetingHeld)


def drafts(case: CaseState) -> list[ReportDrafted]:
    return case.every(ReportDrafted)


def draft(case: CaseState, version: int) -> ReportDrafted | None:
    return drafted(case, ReportDrafted, version)


def drafted(case: CaseState, kind: type[D], version: int | None = None) -> D | None:
    """A version of a document that is drafted in facts of a kind, or the latest."""
    return next((one for one in reversed(case.every(kind)) if version in (None, one.content.version)), None)


def report_rounds(case: CaseState) -> list[Round]:
    """The officers' rounds over the rapid review's report, oldest first."""
    return [one for one in case.rounds if one.document.document == RAPID_REVIEW and not one.of_the_crg]


def crg_round(case: CaseState, version: int) -> Round | None:
    """The round in which the CRG Chair is asked to agree a version of the draft report (R-16)."""
    return next((one for one in case.rounds if one.of_the_crg and one.document.version == version), None)


def crg_agreed(case: CaseState, version: int) -> bool:
    """Whether the CRG Chair has agreed this version for the CRG (R-16)."""
    one = crg_round(case, version)
    return one is not None and one.status is RoundStatus.APPROVED


def sent_to_crg(case: CaseState, version: int) -> Entry[DraftSentToCrg] | None:
    """When a version of the draft report was sent to the CRG; None where it was not (R-16)."""
    return next((one for one in case.entries_of(DraftSentToCrg) if one.fact.version == version), None)


def with_the_crg(case: CaseState) -> int | None:
    """The version that the CRG has now: sent to it last, while none has gone to the officers (R-16)."""
    sent = case.last(DraftSentToCrg)
    return sent.version if sent and not case.last(DraftSentForSignOff) else None


def at_the_meeting(case: CaseState) -> list[str]:
    """Those present at the rapid review meeting whom the directory knows; of an agency represented, its lead (R-6)."""
    held = meeting_held(case)
    leads = [case.cast.agency(one.agency) for one in held.representatives] if held else []
    people = [*(held.attended if held else []), *(one.safeguarding_lead for one in leads if one)]
    return [person for person in dict.fromkeys(people) if case.cast.person(person)]


def decided_at_the_meeting(case: CaseState) -> list[str]:
    """People and agencies that made the recommendation: as the meeting recorded, else all who came (R-6, R-8)."""
    held = meeting_held(case)
    if held is None:
        return []
    voices = held.recommendation.in_favour + held.recommendation.against if held.recommendation else []
    came = [*held.attended, *(one.agency for one in held.representatives)]
    return list(dict.fromkeys(one for one in voices or came if case.cast.person(one) or case.cast.agency(one)))


def open_round(case: CaseState) -> Round | None:
    """The open round over the rapid review's report."""
    return next((one for one in report_rounds(case) if one.open), None)


def approved_version(case: CaseState) -> int | None:
    """The version that every partner has approved, unless a newer one has gone for sign-off since (R-11, R-12)."""
    rounds = report_rounds(case)
    last = rounds[-1] if rounds else None
    if last is None or last.status is not RoundStatus.APPROVED:
        return None
    newer = any(sent.version > last.document.version for sent in case.every(DraftSentForSignOff))
    return None if newer else last.document.version


def gathering_over(case: CaseState) -> str | None:
    """Why no return is waited for any more, in words; None while it is (R-4, A-4)."""
    if case.last(InformationRequestConcluded):
        return REQUEST_CONCLUDED
    return "the rapid review was submitted" if submitted(case) else None


def submitted(case: CaseState) -> SubmittedToPanel | None:
    return case.last(SubmittedToPanel)


def panel_has_it_since(case: CaseState) -> datetime | None:
    """When the rapid review reached the Panel: what goes by our mail when it is taken, whatever time is given for it
    (R-12).
    """
    entry = case.entry(SubmittedToPanel)
    if entry is None:
        return None
    if entry.fact.by_other_means:
        return entry.happened_at
    gone = gone_at(case, SUBMISSION)
    return max(gone, entry.taken_at) if gone else None


def panel_meeting(case: CaseState, number: int) -> date | None:
    """The day on which the Panel considers the case for the first, second ... time: named by its acknowledgement,
    then by each answer to it; a Panel that asks for more before it acknowledges leaves the first one out. One that it
    moves is on the day that it named last (R-13).
    """
    named = _meeting_named(case, number)
    if named is None:
        return None
    following = _meeting_named(case, number + 1)
    moved = [
        one.fact.meeting_date
        for one in case.after(named, PanelMeetingMoved)
        if following is None or case.place(one) < case.place(following)
    ]
    return moved[-1] if moved else named.fact.meeting_date


def _meeting_named(case: CaseState, number: int) -> Entry[PanelAcknowledged | PanelAnswered] | None:
    """What named the Panel's first, second ... meeting."""
    answered: list[Entry[PanelAcknowledged | PanelAnswered]] = case.entries_of(PanelAnswered)
    if number == 1:
        return case.entry(PanelAcknowledged)
    return answered[number - 2] if len(answered) >= number - 1 else None


def panel_round(case: CaseState) -> int:
    """Which response of the Panel is waited for, or came last: 1, and one more with each answer to it."""
    return 1 + len(case.every(PanelAnswered))


def final_response(case: CaseState) -> PanelResponded | None:
    """The Panel's response, unless it asks for more."""
    response = case.last(PanelResponded)
    return response if response and response.response != "asks-for-more" else None


def disagreed(case: CaseState) -> Entry[PanelResponded] | None:
    """The Panel's response, where it disagrees with what was recommended (R-15)."""
    entry = case.entry(PanelResponded)
    return entry if entry and entry.fact.response is PanelResponse.DISAGREES else None
