"""Facts of involvement: who is invited, what they answered and said, advocacy (§6, §7, G-6)."""

from typing import Literal, Self

from pydantic import Field, model_validator

from review.facts.base import Answers, ChildId, Fact, Id, KnownId, Name, Reasons, Short, WrongField
from review.facts.directory import Role
from review.facts.enums import InvolvedGroup


class PersonInvited(Fact):
    """A child, somebody of the family or a practitioner is invited to contribute (§7, G-6)."""

    title = "Person invited to contribute"
    what_to_do = (
        "Invite a child, a member of the family or a practitioner to contribute, then record it here (§7, G-6)."
    )
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    subject = ("person",)
    keeps_subject = True
    sample = {
        "person": "children-1",
        "group": "children",
        "name": "Sample Person 1",
        "invited_by": "Sample: the lead reviewer",
        "how": "Sample: by letter and a visit",
    }
    kind: Literal["person-invited"] = "person-invited"
    person: Id = Field(description="the person's id within the case; never a name")
    group: InvolvedGroup
    name: Name
    invited_by: Name = Field(description="who invited them, for example 'Lead reviewer'")
    how: Short = Field(description="by letter, by a visit, through a worker they trust")
    child_id: ChildId | None = Field(
        default=None, description="where this is a child of the case: the child's id there"
    )


class InvitationAnswered(Fact):
    """What a person answered to the invitation; the last answer stands (G-6)."""

    title = "Invitation answered"
    what_to_do = "Record how the person answered the invitation. Their last answer stands (G-6)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    subject = ("person",)
    sample = {"person": "children-1", "accepts": True}
    kind: Literal["invitation-answered"] = "invitation-answered"
    person: KnownId
    accepts: bool
    answer: str = Field(default="", max_length=10_000, description="in their own words, where they gave some")


class AdvocacyConsidered(Fact):
    """Whether an advocate helps a person to be heard was considered, with the reason (§7, G-6).

    A child of the case who is not invited is named by the child's id.
    """

    title = "Advocacy considered"
    what_to_do = (
        "Say whether this person needs an advocate to be heard, and why. For a child who is not invited, choose "
        "the child (§7, G-6)."
    )
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    subject = ("person",)
    keeps_subject = True
    sample = {
        "person": "children-1",
        "used": False,
        "reasons": "Sample: considered; a worker whom they trust comes with them.",
    }
    kind: Literal["advocacy-considered"] = "advocacy-considered"
    person: KnownId
    used: bool
    reasons: Reasons


class ContributionRecorded(Fact):
    """What a person said (§7, G-6)."""

    title = "Contribution recorded"
    what_to_do = "Record what the person said (§7, G-6)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    subject = ("person",)
    keeps_subject = True
    sample = {
        "person": "children-1",
        "how": "Sample: a conversation",
        "said": "Sample: they would have liked to be asked earlier.",
    }
    answers = Answers(PersonInvited, "how", "Invited")
    kind: Literal["contribution-recorded"] = "contribution-recorded"
    person: KnownId
    how: Short = Field(description="how they contributed: a meeting, a letter, a drawing")
    said: str = Field(min_length=1, max_length=20_000)


class InvolvementExplained(Fact):
    """Why a person, a child of the case, or anybody of a group, was not involved (§7, G-6)."""

    title = "Missing involvement explained"
    what_to_do = "Say why this person, child or group was not involved (§7, G-6)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    subject = ("person", "child_id", "group")
    sample = {"group": "family", "reasons": "Sample: they were asked twice and would rather not take part."}
    kind: Literal["involvement-explained"] = "involvement-explained"
    person: KnownId | None = None
    group: InvolvedGroup | None = None
    child_id: ChildId | None = Field(default=None, description="a child of the case who is not invited")
    reasons: Reasons

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if len([one for one in (self.person, self.group, self.child_id) if one is not None]) != 1:
            raise WrongField(
                "person", "name either the person or the group that is not involved, or the child of the case"
            )
        return self


InvolvementFact = PersonInvited | InvitationAnswered | AdvocacyConsidered | ContributionRecorded | InvolvementExplained
