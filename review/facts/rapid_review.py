"""Facts of §2: scoping, request and returns, the rapid review meeting. R-2..R-6, R-10, D-4..D-6."""

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, ConfigDict, Field, model_validator

from calendar_rules.edition import LONGEST, SHORTEST
from calendar_rules.model import Model
from review.facts.base import KNOWN, AgencyId, FactWithPaper, Id, Name, PartyId, PersonId, Reasons, WrongField
from review.facts.base import DocumentRef as DocumentRef
from review.facts.base import Fact as Fact
from review.facts.directory import Role
from review.facts.enums import Recommendation
from review.facts.names import ADDRESS
from review.facts.sample import At

Minutes = Annotated[int, Field(ge=SHORTEST, le=LONGEST)]


class ScopingMeetingArranged(Fact):
    """The CRG's online scoping meeting is called; invitations go out (§2, D-4, R-2)."""

    title = "Scoping meeting arranged"
    what_to_do = "Call the CRG's online scoping meeting. Recording this sends the invitations (§2, D-4, R-2)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    sample = {"starts_at": At(1), "link": "https://meet.example.org/scoping"}
    sets_event = ("scoping meeting", "starts_at")
    kind: Literal["scoping-meeting-arranged"] = "scoping-meeting-arranged"
    starts_at: AwareDatetime
    link: str = Field(default="", max_length=500, description="where to join online")
    minutes: Minutes | None = Field(default=None, description="how long it lasts, in minutes; by the edition if empty")
    rapid_review_meeting_planned_at: AwareDatetime | None = Field(
        default=None, description="the rapid review meeting as planned; the scoping meeting sets it"
    )


class AgencyLeftOut(Model):
    """An agency whose involvement would be expected, and why it is not asked (R-8)."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid", frozen=True)

    agency: AgencyId
    reason: Reasons


class ScopingMeetingHeld(Fact):
    """Outcome of the scoping meeting; it sets the date of the rapid review meeting (§2, D-4, R-2)."""

    title = "Scoping meeting held"
    what_to_do = "Record what the meeting decided. It sets the date of the rapid review meeting (§2, D-4, R-2)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    sample = {
        "attended": ["crg-chair", "lead-police", "sbu-manager"],
        "case_details_confirmed": True,
        "scope": "Sample: the two years before the incident; work of all agencies with the family.",
        "agencies": ["childrens-services", "police", "hospital", "primary-care"],
        "left_out": [{"agency": "education", "reason": "Sample: the children are below school age."}],
        "rapid_review_meeting_at": At(10),
        "rapid_review_link": "https://meet.example.org/rapid-review",
        "legal_adviser_asked": True,
    }
    event = "scoping meeting"
    sets_event = ("rapid review meeting", "rapid_review_meeting_at")
    gate = True
    kind: Literal["scoping-meeting-held"] = "scoping-meeting-held"
    attended: list[PersonId] = Field(min_length=1, max_length=100, description="ids of the people who attended")
    case_details_confirmed: Literal[True] = Field(description="the meeting confirmed the case details")
    scope: Reasons
    agencies: list[AgencyId] = Field(min_length=1, max_length=60, description="agencies to ask for a return")
    left_out: list[AgencyLeftOut] = Field(default=[], max_length=60)
    rapid_review_meeting_at: AwareDatetime
    rapid_review_link: str = Field(default="", max_length=500)
    rapid_review_minutes: Minutes | None = Field(
        default=None, description="how long that meeting lasts, in minutes; by the edition if empty"
    )
    legal_adviser_asked: bool = False

    @model_validator(mode="after")
    def _agencies_once(self) -> Self:
        if len(set(self.agencies)) != len(self.agencies):
            raise WrongField("agencies", "an agency is listed twice; list each once")
        return self


class ReturnsRequested(Fact):
    """The Business Unit commences the rapid review request to every agency in scope (§2, D-5, R-3)."""

    title = "Rapid review request commenced"
    what_to_do = "Send the request to every agency in scope (§2, D-5, R-3)."
    may_report = (Role.BUSINESS_UNIT,)
    not_taken_back = "the request has gone out to the agencies"
    sample = {"covering_note": "Sample: please answer by the date given."}
    event = "request"
    kind: Literal["returns-requested"] = "returns-requested"
    covering_note: str = Field(default="", max_length=4_000, description="added to the request; name no child here")


class AgencyAdded(Fact):
    """A further agency is asked; its own 5 days run from its own request (R-4)."""

    title = "Agency added to the request"
    what_to_do = "Ask a further agency for its return. It has its own 5 working days, from its own request (R-4)."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    subject = ("agency",)
    sample = {"agency": "housing", "reason": "Sample: a return mentions that this agency knew the family."}
    kind: Literal["agency-added"] = "agency-added"
    agency: AgencyId
    reason: Reasons


class OutsideAgencyAsked(Fact):
    """An agency that is not in the directory (a school, a GP) is asked by name and address, for this case alone (R-4).

    Its own time runs from its own request; whoever is named answers by the link and needs no sign-in.
    """

    title = "Agency outside the directory asked"
    what_to_do = (
        "Ask an agency that is not in the directory, such as a school or a GP, for this case alone. Name who "
        "answers: they answer by the link in their email and need no sign-in (R-4)."
    )
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    subject = ("agency",)
    keeps_subject = True
    sample = {
        "agency": "sample-school",
        "name": "Sample Primary School",
        "contact": "Head Teacher, Sample Primary School",
        "email": "head@sample-school.example.org",
        "reason": "Sample: the brother is a pupil there.",
    }
    kind: Literal["outside-agency-asked"] = "outside-agency-asked"
    agency: Id = Field(description="an id for it in this case; never a person's name")
    name: Name = Field(description="what it is called")
    contact: Name = Field(description="who is asked there: name and office")
    email: str = Field(max_length=254, json_schema_extra={"format": "email"}, description="where the request goes")
    reason: Reasons

    @model_validator(mode="after")
    def _can_be_mailed(self) -> Self:
        if not ADDRESS.fullmatch(self.email):
            raise WrongField("email", "is no email address; write one such as head@school.example.org")
        return self

    @property
    def person(self) -> str:
        """The id of whoever is asked, in this case."""
        return f"{self.agency[:55]}-contact"


class SeniorOfficersInformed(Fact):
    """An agency confirms that its senior officers know of the request (§2, R-3)."""

    title = "Agency's senior officers informed"
    what_to_do = "Confirm that your agency's senior officers know of the request (§2, R-3)."
    may_report = (Role.AGENCY, Role.BUSINESS_UNIT)
    subject = ("agency",)
    sample = {"agency": "police", "officer": "Director of Safeguarding"}
    kind: Literal["senior-officers-informed"] = "senior-officers-informed"
    agency: AgencyId
    officer: Name = Field(description="the senior officer who was informed")


class AgencyReturned(FactWithPaper):
    """An agency's return, or its nil return with a named officer (§2, D-6, R-4)."""

    title = "Agency's return received"
    what_to_do = (
        "Give your agency's return. If the child and family are not known to you, give a nil return with the "
        "officer who answers for it (§2, D-6, R-4)."
    )
    may_report = (Role.AGENCY, Role.BUSINESS_UNIT)
    subject = ("agency",)
    told_by_mail = ("returns-pack:*", "answer-recorded:{message}")
    event = "return"
    kind: Literal["agency-returned"] = "agency-returned"
    agency: AgencyId
    nil: bool = Field(default=False, description="the child and family are not known to the agency")
    officer: Name = Field(description="the officer who answers for the return")
    content: DocumentRef | None = None
    headings: Annotated[list[Id], KNOWN] = Field(
        default=[], max_length=100, description="under which something stands in the content"
    )

    @model_validator(mode="after")
    def _nil_or_content(self) -> Self:
        if self.nil == (self.content is not None):
            raise WrongField("content", "give either the return's content or nil: true")
        return self


class ReturnsRead(Fact):
    """The author confirms having read agencies' returns, each in a given version (§2, R-10).

    It is the author's own act; the Business Unit can enter it for the author, who is then told. Of a return that came
    while the draft is with the officers the author says whether the draft stands.
    """

    title = "Returns read"
    what_to_do = (
        "Read the returns below, then confirm that the author has read them. If a return came while the draft is "
        "with the officers, say whether the draft stands (§2, R-10)."
    )
    may_report = (Role.BUSINESS_UNIT, Role.CRG_MEMBER, Role.LEGAL_ADVISER, Role.OBSERVER)
    told_by_mail = ("returns-read-entered:{message}", "draft-does-not-stand:{message}")
    sample = {"reader": "sbu-manager", "returns": {"police": 1, "hospital": 0}}
    kind: Literal["returns-read"] = "returns-read"
    reader: PersonId
    returns: Annotated[dict[Id, int], KNOWN] = Field(
        min_length=1, description="agency -> version read (0 for a nil return)"
    )
    draft_stands: bool | None = Field(
        default=None, description="where the draft is with the officers: whether it stands, now that these are read"
    )


class RapidReviewMeetingMoved(Fact):
    """The rapid review meeting is set to another time."""

    title = "Rapid review meeting moved"
    what_to_do = "Enter the new time of the rapid review meeting. New invitations go out."
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    sample = {"starts_at": At(11), "reason": "Sample: the legal adviser cannot attend at the earlier time."}
    sets_event = ("rapid review meeting", "starts_at")
    kind: Literal["rapid-review-meeting-moved"] = "rapid-review-meeting-moved"
    starts_at: AwareDatetime
    link: str = Field(default="", max_length=500)
    minutes: Minutes | None = Field(default=None, description="how long it lasts, in minutes; as before if empty")
    reason: Reasons


class Representative(Model):
    """Somebody who came to the rapid review meeting for an agency."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid", frozen=True)

    agency: AgencyId
    name: Name


class Overview(Model):
    """What an agency told the rapid review meeting of what it knows (flowchart 3)."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid", frozen=True)

    agency: AgencyId
    overview: str = Field(min_length=1, max_length=4_000)


class MeetingRecommendation(Model):
    """What those present recommend to the partners, and who was for it (flowchart 3, R-6)."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid", frozen=True)

    recommendation: Recommendation
    national_review: bool = Field(description="a national review is considered necessary")
    reasons: Reasons
    in_favour: list[PartyId] = Field(
        min_length=1, max_length=200, description="people who attended, or agencies whose representative came"
    )
    against: list[PartyId] = Field(default=[], max_length=200)


class RapidReviewMeetingHeld(Fact):
    """The rapid review meeting: who came, what was told there, and what it recommends (§2, flowchart, R-6)."""

    title = "Rapid review meeting held"
    what_to_do = (
        "Record who came to the rapid review meeting, what was said, and what it recommends (§2, flowchart, R-6)."
    )
    may_report = (Role.BUSINESS_UNIT, Role.CRG_CHAIR)
    told_by_mail = ("recommendation-told:meeting:*",)
    sample = {
        "attended": ["crg-chair", "lead-police", "sbu-manager"],
        "representatives": [{"agency": "hospital", "name": "Sample Representative"}],
        "legal_advice": "Sample: the legal adviser had no concern.",
        "overviews": [{"agency": "hospital", "overview": "Sample: the children were seen twice in the last year."}],
        "summary": "Sample: what was known to the agencies was not joined up before the incident.",
        "recommendation": {
            "recommendation": "criteria-met",
            "national_review": False,
            "reasons": "Sample: information was not joined up between agencies.",
            "in_favour": ["crg-chair", "lead-police", "hospital"],
        },
    }
    event = "rapid review meeting"
    gate = True
    kind: Literal["rapid-review-meeting-held"] = "rapid-review-meeting-held"
    attended: list[PersonId] = Field(min_length=1, max_length=100)
    representatives: list[Representative] = Field(default=[], max_length=100)
    legal_advice: str = Field(default="", max_length=10_000)
    overviews: list[Overview] = Field(default=[], max_length=60, description="what each agency told of what it knows")
    summary: str = Field(default="", max_length=10_000, description="the accurate summary for the record")
    recommendation: MeetingRecommendation | None = None

    @model_validator(mode="after")
    def _agencies_once(self) -> Self:
        told = [one.agency for one in self.overviews]
        if len(set(told)) != len(told):
            raise WrongField("overviews", "an agency is listed twice; give its overview once")
        return self


RapidReviewFact = (
    ScopingMeetingArranged
    | ScopingMeetingHeld
    | ReturnsRequested
    | AgencyAdded
    | OutsideAgencyAsked
    | SeniorOfficersInformed
    | AgencyReturned
    | ReturnsRead
    | RapidReviewMeetingMoved
    | RapidReviewMeetingHeld
)
