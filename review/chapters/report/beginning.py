"""The rapid review report as its author begins it: what the case knows already, under its headings (§2, R-7). Pure."""

from collections.abc import Iterator

from review.case import reads
from review.case.state import CaseState
from review.chapters.report.papers import RapidReviewReport
from review.facts.notification import IncidentReported
from review.kit.notify_wording import dated


def begun_report(case: CaseState) -> RapidReviewReport:
    """The children and the family, the incident, what each agency has told, and what the meeting recommends (§2, R-7).

    The rest is the author's to write, and stands empty.
    """
    held, incident = reads.meeting_held(case), case.last(IncidentReported)
    wanted = held.recommendation if held else None
    return RapidReviewReport(
        children_and_family="\n".join(_of_the_family(case)),
        safeguarding_arrangements="\n".join(f"{one.title}. {one.in_words}" for one in reads.safety(case)),
        facts="\n\n".join(filter(None, (incident.what_happened if incident else "", held.summary if held else ""))),
        agency_involvement="\n".join(f"{reads.called(case, one)}: {_told(case, one)}" for one in reads.scope(case)),
        recommendation=wanted.recommendation if wanted else None,
        recommendation_reasons=wanted.reasons if wanted else "",
        national_review_considered_necessary=wanted.national_review if wanted else None,
        agencies_involved=[one for one in reads.scope(case) if reads.known_to(case, one)],
        took_part_in_decision=reads.decided_at_the_meeting(case),
    )


def _of_the_family(case: CaseState) -> Iterator[str]:
    for child in reads.children(case):
        yield f"{child.name}{f', born {dated(child.born)}' if child.born else ''}"
    for one in reads.family(case):
        yield f"{one.name}, {one.relation}"


def _told(case: CaseState, agency: str) -> str:
    """What an agency told the meeting; where nothing of it was recorded, how its return stands (R-4, R-6)."""
    held = reads.meeting_held(case)
    overviews = {one.agency: one.overview for one in held.overviews} if held else {}
    if agency in overviews:
        return overviews[agency]
    if agency in reads.outstanding(case):
        return "has not given its return."
    return "the child and family are not known to it." if reads.known_to(case, agency) is False else "see its return."
