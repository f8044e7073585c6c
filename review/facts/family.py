"""Facts of whom a case is about: children and family who come to light later, and where they live. X-4."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from calendar_rules.model import Model
from review.facts import names
from review.facts.base import Child, Fact, Id, KinId, Name, Reasons, Short, WrongField
from review.facts.directory import Line, Role
from review.facts.enums import Kin
from review.facts.identifiers import LocalIds, NhsNumber, OtherNames

_TOLD = ("people-added:{message}:*",)


class FamilyMember(Model):
    """Somebody of the family, or of the household: whom agencies look for in their records, beside the children."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid", frozen=True)

    member_id: Id = Field(description="the partnership's own id for them; never a name")
    name: Name
    relation: Short = Field(description="who they are to the children: mother, grandfather, lodger")
    kin: Kin | None = Field(default=None, description="which of these they are")
    born: date | None = None
    died: date | None = Field(default=None, description="day of death; left out: they are not known to have died")
    other_names: OtherNames = []
    nhs_number: NhsNumber = ""
    local_ids: LocalIds = []

    @property
    def person_id(self) -> str:
        return self.member_id

    @model_validator(mode="after")
    def _born_first(self) -> Self:
        if self.born and self.died and self.died < self.born:
            raise WrongField("died", "lies before the date of birth; check both")
        return self


class Resident(Model):
    """Somebody of the case who lives at an address, or lived there."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid", frozen=True)

    person: KinId = Field(description="a child of the case, or somebody of the family or household")
    since: date | None = Field(default=None, description="from when, where that is known")
    until: date | None = Field(default=None, description="until when; left out: they live there now")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since and self.until and self.until < self.since:
            raise WrongField("until", "lies before the day from which they lived there; check both")
        return self


class Home(Model):
    """An address of the family, and who lives there or lived there, as it was said last."""

    home: str
    address: str
    what: str = ""
    residents: list[Resident] = []


class ChildAdded(Fact):
    """A further child of the case comes to light; the agencies already asked are told (X-4)."""

    title = "Child added to the case"
    what_to_do = "Add a further child to this case. The agencies already asked are told (X-4)."
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
    what_to_do = "Name somebody of the family or household. The agencies already asked are told (X-4)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    told_by_mail = _TOLD
    sample = {
        "member": {
            "member_id": "adult-sample-1",
            "name": "Sample Adult One",
            "relation": "Sample: mother's partner",
            "kin": "other-adult",
            "born": "1994-03-01",
            "other_names": ["Sample Adult Former"],
            "nhs_number": "9990000018",
            "local_ids": ["Sample system 12345"],
        },
        "how": "Sample: named in the police's first account.",
    }
    kind: Literal["family-member-added"] = "family-member-added"
    member: FamilyMember
    how: Reasons = Field(description="how they came to be known")

    @property
    def about(self) -> str | None:
        return self.member.member_id


class HomeRecorded(Fact):
    """An address of the family, and who lives or lived there; recorded again under its id, it replaces that (X-4)."""

    title = "Address of the family recorded"
    what_to_do = (
        "Enter an address of the family and who lives or lived there. To change an address, record it again "
        "under its id (X-4)."
    )
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    subject = ("home",)
    told_by_mail = _TOLD
    sample = {
        "home": "home-sample-1",
        "address": "1 Sample Street, Sampletown",
        "what": "Sample: the family home",
        "residents": [{"person": "child-sample-1"}],
    }
    kind: Literal["home-recorded"] = "home-recorded"
    home: Id = Field(description="the partnership's own id for the address; the same again: who lives there now")
    address: Annotated[str, Field(min_length=1, max_length=500), AfterValidator(names.name)] = Field(
        description="the address, on one line, with its postcode"
    )
    what: Line = Field(default="", description='what it is, for example "the family home" or "foster carers"')
    residents: list[Resident] = Field(min_length=1, max_length=40, description="who lives there, or lived there")

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        stays = [(one.person, one.since) for one in self.residents]
        if len(set(stays)) != len(stays):
            raise WrongField("residents", "names somebody twice from the same day; give each stay once")
        return self


FamilyFact = ChildAdded | FamilyMemberAdded | HomeRecorded
