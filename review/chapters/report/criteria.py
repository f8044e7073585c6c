"""The criteria and circumstances that a rapid review must answer, each with reasons (§4, §5, R-9)."""

from enum import StrEnum

from pydantic import ConfigDict

from calendar_rules.model import Model


class Group(StrEnum):
    """Where a criterion stands in the protocol."""

    CRITERIA = "criteria"  # §4, first list
    CIRCUMSTANCES = "circumstances"  # §4, second list
    NATIONAL = "national"  # §5


class Criterion(Model):
    """One question that the review answers with yes or no and reasons."""

    model_config = ConfigDict(frozen=True)

    id: str
    group: Group
    text: str
    clause: str


def _row(id: str, group: Group, clause: str, text: str) -> Criterion:
    return Criterion(id=id, group=group, clause=clause, text=text)


CRITERIA: tuple[Criterion, ...] = (
    _row("improvements", Group.CRITERIA, "§4", "The case highlights or may highlight improvements needed to safeguard and promote the welfare of children, including where those improvements have been identified before"),
    _row("recurrent-themes", Group.CRITERIA, "§4", "The case highlights or may highlight recurrent themes in the safeguarding and promotion of the welfare of children"),
    _row("working-together", Group.CRITERIA, "§4", "The case highlights or may highlight concerns regarding two or more organisations or agencies working together effectively"),
    _row("panel-considered", Group.CRITERIA, "§4", "The Panel has considered the case and concluded that a local review may be more appropriate"),
    _row("single-agency", Group.CIRCUMSTANCES, "§4", "The partners have cause for concern about the actions of a single agency"),
    _row("no-agency-involvement", Group.CIRCUMSTANCES, "§4", "There has been no agency involvement and this gives cause for concern"),
    _row("several-areas", Group.CIRCUMSTANCES, "§4", "More than one local authority, police area or health commissioner is involved, including where the family has moved around"),
    _row("institutional-setting", Group.CIRCUMSTANCES, "§4", "The case may raise issues about safeguarding children in institutional settings"),
    _row("national-improvements", Group.NATIONAL, "§5 (a)", "The case highlights or may highlight improvements needed, including where those improvements have been identified before"),
    _row("national-legislation", Group.NATIONAL, "§5 (b)", "The case raises or may raise issues requiring change of legislation or of guidance issued under it"),
    _row("national-themes", Group.NATIONAL, "§5 (c)", "The case highlights or may highlight recurrent themes in the safeguarding and promotion of the welfare of children"),
)  # fmt: skip

NOT_YET_KNOWN = "not-yet-known"
MAY_NOT_BE_KNOWN = ("panel-considered",)  # the Panel considers the case once the review has been submitted

GROUP_TITLES = {
    Group.CRITERIA: "Criteria for a local practice review",
    Group.CIRCUMSTANCES: "Circumstances to have regard to",
    Group.NATIONAL: "Criteria for a national review",
}
