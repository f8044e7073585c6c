"""What the rapid review's report must say before it can go for sign-off (R-7, R-8, R-9).

The content itself is kept in the store; a case carries its id, version, hash and the list of what is missing.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from calendar_rules.edition import ExtraSection
from calendar_rules.model import Model
from review.case import reads
from review.case.state import CaseState
from review.chapters.report.criteria import CRITERIA, MAY_NOT_BE_KNOWN, NOT_YET_KNOWN, Group
from review.facts.base import CRITERION, AgencyNamed, DocumentRef, PartyId, PersonId
from review.facts.enums import AuthorCapacity, Recommendation
from review.facts.report import ReportDrafted
from review.kit.body import Body

Text = Field(default="", max_length=40_000)


class CriterionAnswer(Model):
    """The review's answer to one criterion, with its reasons (R-9)."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid")

    met: bool | Literal["not-yet-known"] = Field(description="of the Panel's view alone: it may be not yet known")
    reasons: str = Field(default="", max_length=10_000)


class AbsentAgency(Model):
    """An agency that would be expected and was not involved, and why (R-8)."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid")

    agency: AgencyNamed
    why: str = Field(min_length=1, max_length=4_000)


class OutsideVoice(Model):
    """Somebody who took part in the decision and is of no agency of the case: by name and office (R-8)."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid")

    name: str = Field(min_length=1, max_length=300)
    office: str = Field(min_length=1, max_length=300)


class RapidReviewReport(Model):
    """The record of the rapid review (§2). Any part may be left out while it is a draft; `missing` lists what is."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid")

    children_and_family: str = Text
    safeguarding_arrangements: str = Text
    more_safeguarding_needed: str = Text
    facts: str = Text
    agency_involvement: str = Text
    recommendation: Recommendation | None = None
    recommendation_reasons: str = Text
    national_review_considered_necessary: bool | None = None
    national_review_reasons: str = Text
    immediate_learning: str = Text
    sharing_of_learning: str = Text
    potential_for_more_learning: str = Text
    why_no_more_is_to_be_learned: str = Text
    agencies_involved: list[AgencyNamed] = []
    agencies_absent: list[AbsentAgency] = []
    took_part_in_decision: list[PartyId] = Field(
        default=[], max_length=200, description="ids of people and agencies of the case that took part in the decision"
    )
    outsiders_in_decision: list[OutsideVoice] = Field(
        default=[], max_length=60, description="others who took part in the decision, by name and office"
    )
    criteria: dict[Annotated[str, CRITERION], CriterionAnswer] = Field(
        default={}, description="criterion id -> answer with reasons"
    )
    key_practice_episodes: str = Text
    inequality: str = Text
    daily_life: str = Text

    @property
    def agencies_named(self) -> list[str]:
        """The agencies that it names, involved or absent."""
        return list(dict.fromkeys([*self.agencies_involved, *(one.agency for one in self.agencies_absent)]))

    SECTIONS: ClassVar[dict[str, str]] = {
        "immediate_learning": "Immediate learning already established",
        "sharing_of_learning": "How that learning will be shared",
        "potential_for_more_learning": "Potential for more learning",
        "children_and_family": "Relevant children and family",
        "safeguarding_arrangements": "Immediate safeguarding arrangements",
        "more_safeguarding_needed": "Whether more safeguarding action is needed",
        "facts": "Concise summary of the facts",
        "agency_involvement": "Concise summary of each agency's involvement",
        "recommendation_reasons": "Recommendation on a local practice review and its grounds",
        "national_review_reasons": "View on a national review and its reasons",
        "why_no_more_is_to_be_learned": "Why no further learning is to be gained",
    }

    EXTRA: ClassVar[dict[ExtraSection, tuple[str, str]]] = {
        ExtraSection.KEY_PRACTICE_EPISODES: ("key_practice_episodes", "Key practice episodes"),
        ExtraSection.INEQUALITY: ("inequality", "What role race, disability and other inequality played"),
        ExtraSection.DAILY_LIFE: ("daily_life", "The child's daily life"),
    }

    def missing(self, *, expected: Mapping[str, str], sections: Iterable[ExtraSection] = ()) -> list[str]:
        """What must still be written, in words; empty when the draft can go for sign-off (§2, R-7, R-8, R-9).

        `expected` are the agencies whose involvement would be expected, with their names: each is named as involved, or
        its absence explained. `sections` are those that the case's edition requires beyond the protocol's own (B-3).
        """
        extra = [self.EXTRA[one] for one in sections]
        gaps = [title for field, title in extra if not getattr(self, field).strip()]
        gaps += [
            title
            for field, title in self.SECTIONS.items()
            if field != "why_no_more_is_to_be_learned" and not getattr(self, field).strip()
        ]
        if self.recommendation is None:
            gaps.append("Recommendation: whether the criteria are met, and whether there should be a practice review")
        no_review = self.recommendation is not None and not self.recommendation.review
        if no_review and not self.why_no_more_is_to_be_learned.strip():
            gaps.append(self.SECTIONS["why_no_more_is_to_be_learned"])
        if self.national_review_considered_necessary is None:
            gaps.append("Whether a national review is considered necessary")
        if not self.agencies_involved:
            gaps.append("Agencies involved")
        if not self.took_part_in_decision and not self.outsiders_in_decision:
            gaps.append("Who took part in the decision")
        accounted = {*self.agencies_involved, *(absent.agency for absent in self.agencies_absent)}
        gaps += [f"Absence of {name} explained" for agency, name in expected.items() if agency not in accounted]
        for criterion in CRITERIA:
            answer = self.criteria.get(criterion.id)
            unknown = answer is not None and answer.met == NOT_YET_KNOWN and criterion.id not in MAY_NOT_BE_KNOWN
            if answer is None or unknown or not answer.reasons.strip():
                gaps.append(f"Criterion {criterion.id} answered with reasons")
        return gaps

    def contradictions(self) -> list[str]:
        """Where the recommendation goes against its own answers to the four criteria, in sentences (R-7, R-9)."""
        four = [one for one in CRITERIA if one.group is Group.CRITERIA]
        answers = [self.criteria[one.id].met for one in four if one.id in self.criteria]
        if self.recommendation is None or len(answers) < len(four):
            return []
        met = sum(answer is True for answer in answers)
        if self.recommendation is Recommendation.CRITERIA_NOT_MET and met:
            return [f"It recommends that the criteria are not met, and answers {met} of the four with yes."]
        if self.recommendation is not Recommendation.CRITERIA_NOT_MET and not met:
            return ["It recommends that the criteria are met, and answers none of the four with yes."]
        return []


def sample_report(
    involved: list[str], absent: list[str], took_part: list[str], sections: Iterable[ExtraSection] = ()
) -> RapidReviewReport:
    """A complete report, every part answered; with the sections that the edition requires."""
    extra = {RapidReviewReport.EXTRA[one][0]: f"Sample: {RapidReviewReport.EXTRA[one][1].lower()}." for one in sections}
    return RapidReviewReport(
        **extra,
        children_and_family="Sample: one child who died, one brother, two parents, a grandmother.",
        safeguarding_arrangements="Sample: the brother lives with his grandmother.",
        more_safeguarding_needed="Sample: no more is needed today; reviewed weekly.",
        facts="Sample: an ambulance was called in the morning; the cause is not yet known.",
        agency_involvement="Sample: health saw the family monthly; school had no concern.",
        recommendation=Recommendation.CRITERIA_MET,
        recommendation_reasons="Sample: information was not joined up between agencies.",
        national_review_considered_necessary=False,
        national_review_reasons="Sample: nothing points beyond the local area.",
        immediate_learning="Sample: share missed appointments at once.",
        sharing_of_learning="Sample: a one-page briefing to all agencies this month.",
        potential_for_more_learning="Sample: how agencies hear the voice of a very young child.",
        agencies_involved=involved,
        agencies_absent=[
            AbsentAgency(agency=agency, why="Sample: the family was not known to it.") for agency in absent
        ],
        took_part_in_decision=took_part,
        outsiders_in_decision=[OutsideVoice(name="Sample Consultant", office="Designated doctor")],
        criteria={
            one.id: CriterionAnswer(
                met=NOT_YET_KNOWN if one.id in MAY_NOT_BE_KNOWN else one.id in ("improvements", "working-together"),
                reasons="Sample: considered at the meeting.",
            )
            for one in CRITERIA
        },
    )


class DraftBody(Body):
    """A version of the rapid review report, complete or not (R-7..R-10)."""

    paper_title: ClassVar[str] = "Rapid review report, draft"
    sample = {
        "author": "sbu-manager",
        "capacity": "sbu-manager",
        "report": sample_report(["police", "hospital"], ["education"], ["crg-chair", "police"]).model_dump(mode="json"),
    }
    kind: Literal["report-drafted"] = "report-drafted"
    author: PersonId = Field(description="id of the author")
    capacity: AuthorCapacity
    outside_reason: str = Field(default="", max_length=4_000, description="why an outside author is needed")
    outside_experience: str = Field(default="", max_length=4_000, description="of an outside author: experience")
    outside_qualification: str = Field(default="", max_length=4_000, description="of an outside author: qualification")
    report: RapidReviewReport

    @property
    def document(self) -> str:
        return "rapid-review-draft"

    def paper(self) -> BaseModel | None:
        return self.report

    def to_fact(self, ref: DocumentRef | None, case: CaseState) -> ReportDrafted:
        if ref is None:
            raise ValueError("a draft has content")
        return ReportDrafted(
            author=self.author,
            capacity=self.capacity,
            outside_reason=self.outside_reason,
            outside_experience=self.outside_experience,
            outside_qualification=self.outside_qualification,
            content=ref,
            missing=self.report.missing(
                expected={one: reads.called(case, one) for one in [*reads.scope(case), *reads.expected(case)]},
                sections=case.edition.report_sections,
            ),
            contradictions=self.report.contradictions(),
            agencies=self.report.agencies_named,
            took_part=self.report.took_part_in_decision,
            recommendation=self.report.recommendation,
            national_review=self.report.national_review_considered_necessary,
            files=self.files,
            happened_at=self.happened_at,
        )
