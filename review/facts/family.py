"""Facts of whom a case is about: a child or somebody of the family who comes to light later. X-4."""

from datetime import date
from typing import Literal

from pydantic import ConfigDict, Field

from calendar_rules.model import Model
from review.facts.base import Child, Fact, Id, Name, Reasons, Short
from review.facts.directory import Role

_TOLD = ("people-added:{message}:*",)


class FamilyMember(Model):
    """Somebody of the family, or of the household: whom agencies look for in their records, beside the children."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid", frozen=True)

    member_id: Id = Field(description="the partnership's own id for them; never a name")
    name: Name
    relation: Short = Field(description="who they are to the children: mother, grandfather, lodger")
    born: date | None = None


class ChildAdded(Fact):
    """A further child of the case comes to light; the agencies already asked are told (X-4)."""

    title = "Child added to the case"
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    told_by_mail = _TOLD
    sample = {
        "child": {"child_id": "child-sample-3", "name": "Sample Child Three", "harm": "not-harmed"},
        "how": "Sample: the school says that a half-brother lives in the household, too.",
    }
    kind: Literal["child-added"] = "child-added"
    child: Child
    how: Reasons = Field(description="how the child came to light")

    @property
    def about(self) -> str | None:
        return self.child.child_id


class FamilyMemberAdded(Fact):
    """Somebody of the family or household is named; the agencies already asked are told (X-4)."""

    title = "Family member added to the case"
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    told_by_mail = _TOLD
    sample = {
        "member": {
            "member_id": "adult-sample-1",
            "name": "Sample Adult One",
            "relation": "Sample: mother's partner",
            "born": "1994-03-01",
        },
        "how": "Sample: named in the police's first account.",
    }
    kind: Literal["family-member-added"] = "family-member-added"
    member: FamilyMember
    how: Reasons = Field(description="how they came to be known")

    @property
    def about(self) -> str | None:
        return self.member.member_id


FamilyFact = ChildAdded | FamilyMemberAdded
