"""Who takes part: people, agencies and the offices they hold.

The directory (names, addresses) belongs to the store. A case carries only its **cast**: ids and offices, never a name.
"""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, EmailStr, Field


class Role(StrEnum):
    """An office in the protocol; also the role a token carries."""

    BUSINESS_UNIT = "business-unit"
    CRG_CHAIR = "crg-chair"
    CRG_MEMBER = "crg-member"
    ACCOUNTABLE_OFFICER = "accountable-officer"
    DEPUTY = "deputy"
    DCS = "dcs"
    CHIEF_EXECUTIVE = "chief-executive"
    AGENCY = "agency"
    INDEPENDENT_CHAIR = "independent-chair"
    LEGAL_ADVISER = "legal-adviser"
    ESCALATION_OFFICER = "escalation-officer"  # the named officer to whom concerns are escalated (G-7)
    OBSERVER = "observer"
    PANEL = "panel"  # these three are mailboxes: written to, they never sign in
    SECRETARY_OF_STATE = "secretary-of-state"
    OFSTED = "ofsted"


WRITTEN_TO_ONLY = (Role.PANEL, Role.SECRETARY_OF_STATE, Role.OFSTED)


class Partner(StrEnum):
    """One of the three statutory safeguarding partners; each has an accountable officer and nominated deputies."""

    LOCAL_AUTHORITY = "local-authority"
    HEALTH = "health"
    POLICE = "police"


class Seniority(StrEnum):
    """Level of authority of a CRG member (§6, G-1), lowest first."""

    PRACTITIONER = "practitioner"
    MANAGER = "manager"
    HEAD_OF_SERVICE = "head-of-service"
    ASSISTANT_DIRECTOR = "assistant-director"
    DIRECTOR = "director"


Id = Field(
    pattern=r"^[a-z0-9][a-z0-9-]{1,62}$",
    description="lower-case letters, digits and hyphens; never a person's name in a case",
)


class Person(BaseModel):
    """Somebody with an office. `partner` says for which partner an accountable officer or deputy signs."""

    model_config = ConfigDict(extra="forbid")

    id: str = Id
    name: str = Field(min_length=1, max_length=200)
    email: EmailStr
    roles: list[Role] = Field(min_length=1)
    job_title: str = ""
    agency: str | None = None
    partner: Partner | None = None
    seniority: Seniority | None = None
    active: bool = True


class Agency(BaseModel):
    """An organisation that may have known the family, with its safeguarding lead and senior officer (ids of people)."""

    model_config = ConfigDict(extra="forbid")

    id: str = Id
    name: str = Field(min_length=1, max_length=200)
    safeguarding_lead: str
    senior_officer: str
    expected: bool = Field(
        default=False,
        description="involvement is usually expected: leaving it out of a rapid review needs a reason (R-8)",
    )
    active: bool = True


class Member(BaseModel):
    """A person as a case knows them: an id and offices."""

    id: str
    roles: list[Role]
    agency: str | None = None
    partner: Partner | None = None
    seniority: Seniority | None = None


class CastAgency(BaseModel):
    """An agency as a case knows it."""

    id: str
    safeguarding_lead: str
    senior_officer: str
    expected: bool = False


class Cast(BaseModel):
    """Who holds which office, frozen at a version of the directory;
    a change of the directory sends every live case a new one.
    """

    version: int
    people: list[Member]
    agencies: list[CastAgency]

    def holders(self, role: Role, *, partner: Partner | None = None) -> list[str]:
        """Ids of those who hold the office, in directory order."""
        return [who.id for who in self.people if role in who.roles and (partner is None or who.partner == partner)]

    def agency(self, agency: str) -> CastAgency | None:
        return next((known for known in self.agencies if known.id == agency), None)

    def person(self, person: str) -> Member | None:
        return next((known for known in self.people if known.id == person), None)


class Directory(BaseModel):
    """All people and agencies of one partnership."""

    partnership: str = Field(description="the partnership's name, as letters and emails show it")
    version: int = 1
    people: list[Person]
    agencies: list[Agency]

    def cast(self) -> Cast:
        """The directory less every name and address."""
        return Cast(
            version=self.version,
            people=[Member(**who.model_dump(include=set(Member.model_fields))) for who in self.people if who.active],
            agencies=[
                CastAgency(**one.model_dump(include=set(CastAgency.model_fields)))
                for one in self.agencies
                if one.active
            ],
        )


def speaks_for(people: list[str], agency: str, cast: Cast) -> bool:
    """Its safeguarding lead, its senior officer, or anybody of the agency."""
    known = cast.agency(agency)
    leads = {known.safeguarding_lead, known.senior_officer} if known else set()
    return any(
        person in leads or ((member := cast.person(person)) is not None and member.agency == agency)
        for person in people
    )
