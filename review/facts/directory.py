"""Who takes part: people, agencies and the offices they hold.

The directory (names, addresses) belongs to the store. A case carries only its **cast**: ids and offices, never a name.
"""

from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    ConfigDict,
    EmailStr,
    Field,
    field_validator,
    model_validator,
)

from calendar_rules.model import Model
from review.facts import names


class Role(StrEnum):
    """An office in the protocol; also the role a token carries."""

    BUSINESS_UNIT = "business-unit"
    CRG_CHAIR = "crg-chair"
    CRG_MEMBER = "crg-member"
    ACCOUNTABLE_OFFICER = "accountable-officer"
    DEPUTY = "deputy"
    DELEGATE = "delegate"  # acts for an accountable officer where the edition says so ("lead and delegate", B-11)
    DCS = "dcs"
    CHIEF_EXECUTIVE = "chief-executive"
    AGENCY = "agency"
    INDEPENDENT_CHAIR = "independent-chair"
    LEGAL_ADVISER = "legal-adviser"
    ESCALATION_OFFICER = "escalation-officer"  # the named officer to whom concerns are escalated (G-7)
    OBSERVER = "observer"
    PANEL = "panel"  # these three are mailboxes outside the partnership: written to, they never sign in
    SECRETARY_OF_STATE = "secretary-of-state"
    OFSTED = "ofsted"
    COMMUNICATIONS = "communications"  # plans the publication with the CRG (G-8); written to
    SUB_GROUP = "sub-group"  # such as the Quality sub-group: answers by the link of its mail (G-10)


OUTSIDE = (Role.PANEL, Role.SECRETARY_OF_STATE, Role.OFSTED)
WRITTEN_TO_ONLY = (*OUTSIDE, Role.COMMUNICATIONS, Role.SUB_GROUP)  # who never sign in
READ_WHOLE_CASES = tuple(role for role in Role if role not in (*WRITTEN_TO_ONLY, Role.AGENCY, Role.OBSERVER))


class Partner(StrEnum):
    """A safeguarding partner: the three statutory ones, and education, which an edition may add.

    Each has an accountable officer and nominated deputies.
    """

    LOCAL_AUTHORITY = "local-authority"
    HEALTH = "health"
    POLICE = "police"
    EDUCATION = "education"


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


Line = Annotated[str, Field(max_length=200), AfterValidator(names.line)]
Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(names.name)]
SYSTEM = "system"  # who did what the engine does by itself, in the record


class Leave(Model):
    """While somebody is away, from the first day to the last, what their office is asked goes to the stand-in."""

    model_config = ConfigDict(extra="forbid")

    since: date
    until: date
    stand_in: str = Id

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.until < self.since:
            raise ValueError("ends before it begins; give the first day and the last")
        return self

    def on(self, day: date) -> bool:
        return self.since <= day <= self.until


class Person(Model):
    """Somebody with an office. `partner` says for which partner an accountable officer or deputy signs.

    `council`: of which council, where a partnership has several: "northmoor". Its officer signs for it; its DCS and its
    Chief Executive are those of its own area's cases. `delegate_of`: the accountable officer for whom a delegate acts.
    """

    model_config = ConfigDict(extra="forbid")

    id: str = Id
    name: Name
    email: EmailStr
    roles: list[Role] = Field(min_length=1, max_length=len(Role))
    job_title: Line = ""
    agency: str | None = Field(default=None, max_length=63)
    partner: Partner | None = None
    council: Annotated[str, Id] | None = None
    delegate_of: Annotated[str, Id] | None = None
    seniority: Seniority | None = None
    active: bool = True
    leave: list[Leave] = Field(default=[], max_length=50, description="when they are away, and who stands in")

    @field_validator("roles")
    @classmethod
    def are_each_named_once(cls, roles: list[Role]) -> list[Role]:
        """Refuse an office that is named twice."""
        if twice := next((one for one in roles if roles.count(one) > 1), None):
            raise ValueError(f"name {twice} twice; name each office once")
        return roles

    @model_validator(mode="after")
    def somebody_else_stands_in(self) -> Self:
        """Refuse a leave in which nobody else stands in, and two at once."""
        if any(one.stand_in == self.id for one in self.leave):
            raise ValueError("leave: somebody else has to stand in")
        days = sorted(self.leave, key=lambda one: one.since)
        if any(later.since <= earlier.until for earlier, later in pairwise(days)):
            raise ValueError("leave: two overlap; each day is of one leave")
        return self

    @model_validator(mode="after")
    def a_delegate_is_somebody_s(self) -> Self:
        """Refuse a delegate who acts for nobody, or for themselves, and one who acts for somebody and is none."""
        if (Role.DELEGATE in self.roles) != (self.delegate_of is not None) or self.delegate_of == self.id:
            raise ValueError("delegate_of: give a delegate the accountable officer for whom they act, and nobody else")
        return self

    @field_validator("id")
    @classmethod
    def is_not_the_system(cls, id: str) -> str:
        """Refuse the id under which the record names the engine itself."""
        if id == SYSTEM:
            raise ValueError("stands for what the system does by itself; give the person another id")
        return id


class Agency(Model):
    """An organisation that may have known the family, with its safeguarding lead and senior officer (ids of people)."""

    model_config = ConfigDict(extra="forbid")

    id: str = Id
    name: Name
    safeguarding_lead: str = Field(max_length=63)
    senior_officer: str = Field(max_length=63)
    expected: bool = Field(
        default=False,
        description="involvement is usually expected: leaving it out of a rapid review needs a reason (R-8)",
    )
    active: bool = True


class Member(Model):
    """A person as a case knows them: an id and offices."""

    id: str
    roles: list[Role]
    agency: str | None = None
    partner: Partner | None = None
    council: str | None = None
    delegate_of: str | None = None
    seniority: Seniority | None = None
    reached: int = 0  # version of the directory that confirmed their address, where it was changed
    leave: list[Leave] = []
    stands_in: list[Role] = []  # offices held for somebody who is away
    instead_of: dict[Role, str] = {}  # offices held in the place of a person: one who is away, or has delegated
    not_here: list[Role] = []  # offices that are theirs in other cases: of another area, under another edition


class CastAgency(Model):
    """An agency as a case knows it: an organisation, whose name is no person's."""

    id: str
    name: str = ""
    safeguarding_lead: str
    senior_officer: str
    expected: bool = False


class Cast(Model):
    """Who holds which office, frozen at a version of the directory;
    a change of the directory sends every live case a new one.
    """

    version: int
    people: list[Member]
    agencies: list[CastAgency]
    unconfirmed: list[str] = []  # people for whom links wait until a second person has confirmed a change
    former: dict[str, str] = {}  # names of agencies that take part no more, by their ids
    day: date | None = None  # on which the offices are held so, where somebody has leave

    @property
    def label(self) -> str:
        """Which cast it is, for the causes of mails."""
        return f"{self.version}:{self.day}" if self.day else str(self.version)

    def on(self, day: date, *, delegates: bool = False, council: str | None = None) -> "Cast":
        """Who holds which office on a day.

        `delegates`: an accountable officer's delegate acts in the officer's place, by the edition. `council`: in whose
        area the case is; another council's DCS and Chief Executive are none in it. Of those who are away the stand-in
        holds the offices, while the stand-in is there.
        """
        people = [_in_the_area(who, council) for who in self.people] if council else self.people
        people = _delegated(people) if delegates else [_no_delegate_here(who) for who in people]
        if people == self.people:
            return self._with_stand_ins(day)
        return self.model_copy(update={"people": people})._with_stand_ins(day)

    def _with_stand_ins(self, day: date) -> "Cast":
        away = {who.id: one.stand_in for who in self.people for one in who.leave if one.on(day)}
        if not any(who.leave for who in self.people):
            return self
        instead = {person: there for person in away if (there := self._there(away, person)) != person}
        people = [_on_leave(who) if who.id in instead else who for who in self.people]
        for person, there in instead.items():
            people = [_standing_in(who, self.person(person)) if who.id == there else who for who in people]
        agencies = [
            one.model_copy(
                update={
                    "safeguarding_lead": instead.get(one.safeguarding_lead, one.safeguarding_lead),
                    "senior_officer": instead.get(one.senior_officer, one.senior_officer),
                }
            )
            for one in self.agencies
        ]
        return self.model_copy(update={"people": people, "agencies": agencies, "day": day})

    def next_change(self, day: date) -> date | None:
        """The next day on which somebody's leave begins or has ended."""
        days = [at for who in self.people for one in who.leave for at in (one.since, one.until + timedelta(days=1))]
        return min((at for at in days if at > day), default=None)

    def _there(self, away: dict[str, str], person: str) -> str:
        """Who is there in the place of somebody: the stand-in's stand-in, too; themselves where nobody is."""
        seen = [person]
        while (next := away.get(seen[-1])) is not None:
            if next in seen or self.person(next) is None:
                return person
            seen.append(next)
        return seen[-1]

    def holders(self, role: Role, *, partner: Partner | None = None) -> list[str]:
        """Ids of those who hold the office, in directory order."""
        return [who.id for who in self.people if role in who.roles and (partner is None or who.partner == partner)]

    def agency(self, agency: str) -> CastAgency | None:
        return next((known for known in self.agencies if known.id == agency), None)

    def person(self, person: str) -> Member | None:
        return next((known for known in self.people if known.id == person), None)


_OF_AN_AREA = (Role.DCS, Role.CHIEF_EXECUTIVE)


def _in_the_area(who: Member, council: str) -> Member:
    """Less the offices that a council has for its own area's cases, where they are of another council."""
    theirs = [role for role in who.roles if role in _OF_AN_AREA] if who.council not in (None, council) else []
    left = [role for role in who.roles if role not in theirs]
    return who.model_copy(update={"roles": left, "not_here": theirs}) if theirs else who


def _no_delegate_here(who: Member) -> Member:
    """A delegate's token carries the officer's office; in a case whose edition knows no delegates it is not held."""
    acts = Role.DELEGATE in who.roles and Role.ACCOUNTABLE_OFFICER not in who.roles
    return who.model_copy(update={"not_here": [*who.not_here, Role.ACCOUNTABLE_OFFICER]}) if acts else who


def _delegated(people: list[Member]) -> list[Member]:
    """Each accountable officer who has delegated, less that office, which the delegate holds in their place."""
    officers = {who.id: who for who in people if Role.ACCOUNTABLE_OFFICER in who.roles}
    acting = {who.id: officers[who.delegate_of] for who in people if who.delegate_of and who.delegate_of in officers}
    leads = {officer.id for officer in acting.values()}
    return [
        _acting(who, acting[who.id]) if who.id in acting else _has_delegated(who) if who.id in leads else who
        for who in people
    ]


def _has_delegated(who: Member) -> Member:
    return who.model_copy(update={"roles": [role for role in who.roles if role is not Role.ACCOUNTABLE_OFFICER]})


def _acting(delegate: Member, officer: Member) -> Member:
    roles = list(dict.fromkeys([*delegate.roles, Role.ACCOUNTABLE_OFFICER]))
    place = {"partner": officer.partner, "council": officer.council}
    held = {"roles": roles, "instead_of": {Role.ACCOUNTABLE_OFFICER: officer.id}}
    return delegate.model_copy(update=place | held)


def _on_leave(who: Member) -> Member:
    return who.model_copy(update={"roles": []})


def _standing_in(who: Member, away: Member | None) -> Member:
    """With the offices of somebody who is away, and the partner for whom they sign."""
    offices = away.roles if away else []
    more = [role for role in offices if role not in who.roles]
    partner = who.partner or (away.partner if away else None)
    council = who.council or (away.council if away else None)
    agency = who.agency or (away.agency if away and Role.AGENCY in more else None)
    update = {"roles": [*who.roles, *more], "stands_in": more, "partner": partner, "council": council, "agency": agency}
    instead_of = who.instead_of | dict.fromkeys(more, away.id if away else "")
    return who.model_copy(update=update | {"instead_of": instead_of})


class EntryChange(Model):
    """What one change of the directory did to one person or agency: names of fields, never what stands in them."""

    entry: str  # "person", "agency" or "partnership"
    id: str
    what: list[str]  # "added", "removed", "confirmed", or the fields that changed
    how: dict[str, Literal["more", "less"]] = {}  # of fields that only gained, or only lost: yes is more than no
    address_was: str | None = None  # keyed fingerprints, where the address changed
    address_is: str | None = None


class Unconfirmed(Model):
    """What a change gave a person and no second person has confirmed yet: no link or paper goes by it until then."""

    person: str
    version: int  # of the directory, in which it changed last
    by: list[str]  # who changed it: none of them can confirm it
    at: AwareDatetime
    address_was: str | None = None  # the address before, where it changed
    offices: list[str] = []  # gained
    offices_were: list[str] = []


class Directory(Model):
    """All people and agencies of one partnership."""

    partnership: Line = Field(description="the partnership's name, as letters and emails show it")
    version: int = 1
    people: list[Person]
    agencies: list[Agency]
    unconfirmed: list[Unconfirmed] = []
    reached: dict[str, int] = {}  # person -> version that confirmed a changed address of theirs last
    changes: list[EntryChange] = []  # of this version, against the one before
    former_people: dict[str, str] = {}  # names of those who were taken out, by their ids: cases go on naming them
    former_agencies: dict[str, str] = {}

    @property
    def agency_names(self) -> dict[str, str]:
        """Every agency that stands here or once did, by its id."""
        return self.former_agencies | {one.id: one.name for one in self.agencies}

    @property
    def people_names(self) -> dict[str, str]:
        """Everybody who stands here or once did, by their ids."""
        return self.former_people | {one.id: one.name for one in self.people}

    def waits(self, person: str) -> bool:
        """Whether a change of this person waits to be confirmed."""
        return any(one.person == person for one in self.unconfirmed)

    def cast(self) -> Cast:
        """The directory less every name and address; `on` a day says who holds the offices then."""
        return Cast(
            version=self.version,
            people=[
                Member(**who.model_dump(include=set(Member.model_fields)), reached=self.reached.get(who.id, 0))
                for who in self.people
                if who.active
            ],
            agencies=[
                CastAgency(**one.model_dump(include=set(CastAgency.model_fields)))
                for one in self.agencies
                if one.active
            ],
            unconfirmed=[one.person for one in self.unconfirmed],
            former=self.former_agencies | {one.id: one.name for one in self.agencies if not one.active},
        )
