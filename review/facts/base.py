"""What every fact has in common. The facts are in `review.facts`, all of them named in its `__init__`."""

from datetime import date
from typing import Annotated, Any, ClassVar, NamedTuple, Self

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, model_validator

from calendar_rules.model import Model
from review.facts import names
from review.facts.directory import Line, Role
from review.facts.enums import Harm
from review.facts.identifiers import LocalIds, NhsNumber, OtherNames
from review.facts.sample import Sample

Reasons = Annotated[
    str,
    Field(min_length=1, max_length=10_000, description="the reasons, in a sentence or more"),
    AfterValidator(names.seen),
]
Short = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(names.seen)]
Name = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(names.name)]
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{1,62}$")]


class Picked(NamedTuple):
    """What the ids of a field are of, so that a form lets people choose them by name."""

    of: str


class FilledIn(NamedTuple):
    """Who fills in a field that nobody types: the step that is taken says which thing of the case, or the system."""

    by: str


KNOWN, BY_SYSTEM = FilledIn("step"), FilledIn("system")
PERSON, AGENCY, PARTY = Picked("person"), Picked("agency"), Picked("party")
CRITERION, HEADING, EDITION = Picked("criterion"), Picked("heading"), Picked("edition")  # kept by the rules
PersonId = Annotated[Id, PERSON]  # of the directory
AgencyId = Annotated[Id, AGENCY]
AgencyNamed = Annotated[str, AGENCY]  # in a draft, where it may be any
PartyId = Annotated[Id, PARTY]  # a person or an agency
ChildId = Annotated[Id, Picked("child")]  # of the case
KinId = Annotated[Id, Picked("kin")]  # of the case: a child, or somebody of the family or household
Known = Annotated[str, KNOWN]
KnownId = Annotated[Id, KNOWN]  # of something that an earlier entry brought into the case
KnownNumber = Annotated[int, KNOWN]
Version = Annotated[int, Field(ge=1), KNOWN]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the version, in hexadecimal"), KNOWN]


class DocumentRef(Model):
    """Exactly one version of one document; the content is in the store."""

    model_config = ConfigDict(frozen=True)

    document: str
    version: int
    sha256: str


RAPID_REVIEW, LEARNING_FINDINGS = "rapid-review", "learning-findings"  # papers that facts are about
TERMS, PRACTICE_REVIEW = "terms-of-reference", "practice-review"


class Answers(NamedTuple):
    """What a fact answers: a fact of the same subject before it, and what its form shows of that one, under a label."""

    fact: "type[Fact]"
    field: str
    label: str


class Files:
    """Says of a field that it names files which people have sent, so that a form lets them choose some."""


Filed = Annotated[
    list[DocumentRef],
    Field(max_length=20, description="files that belong to it; Word, PDF, OpenDocument, Excel, CSV or a picture"),
    Files(),
]


class WrongField(ValueError):
    """What is wrong with one field in the light of the others; `field` is its name."""

    def __init__(self, field: str, what: str) -> None:
        self.field = field
        super().__init__(what)


def _outright_is_required(schema: dict[str, Any], fact: Any) -> None:
    if fact.outright:
        schema["required"] = [*schema.get("required", []), *fact.outright]


class Fact(Model):
    """Something that happened. Words that are blank count as left out.

    `title`: what the record calls it.
    `what_to_do`: what its form tells its reader to do, in a sentence or two, the verb first; empty where it has no
    form, as the system says it or a page of its own does.
    `may_report`: the offices that may report it; whoever of them it concerns alone is a matter of `review.offices`.
    `allowed_after_end`: it may be reported of a case that has ended, too.
    `by_system`: the system itself reports it, of live cases; nobody sends it.
    `subject`: the fields that say by an id whom or what it concerns; the first that is filled counts.
    `keeps_subject`: later entries go by its subject, so a correction must keep it.
    `told_by_mail`: the causes of the mails that tell of it, as patterns: who had one is told when it is corrected
    or taken back (X-2). "{message}" is its message, other names are its fields.
    `mailed_again`: once corrected, the very mails that told of it go out again with what is right.
    `instead_of_correcting`: what to do instead, where it can be neither corrected nor taken back (X-2).
    `not_taken_back`: why it cannot be taken back, though what is wrong in it can be corrected (X-2).
    `moves_deadlines`: why, where the day that a deadline is due may be another one by it: all are counted again.
    `gate`: the main line waits for it; one that is taken back, or `decides` otherwise by these fields, leads the case
    back to where it stood.
    `concludes`: it concludes a case; one that is taken back when the case has ended leads it back, too.
    `sets_aside`: what was decided before may stand no more because of it.
    `outright`: fields that whoever reports it must fill in, though an earlier entry may lack them.
    `goes_out`: what leaves the partnership with it and cannot be called back.
    `of_paper`: the paper that it is about, which its form shows: in the `version` that it names, else as agreed.
    `answers`: what was said before of the same thing, which its form shows.
    `event`: what the protocol calls the moment at which it happened; scenarios count from it.
    `sets_event`: an event to come, and the field that says when.
    `sample`: a complete, plainly invented body, for examples; of a fact that comes with content, on its body.
    """

    model_config = ConfigDict(
        str_strip_whitespace=True, extra="forbid", frozen=True, json_schema_extra=_outright_is_required
    )

    title: ClassVar[str]
    what_to_do: ClassVar[str] = ""
    may_report: ClassVar[tuple[Role, ...]]
    allowed_after_end: ClassVar[bool] = False
    by_system: ClassVar[bool] = False
    subject: ClassVar[tuple[str, ...]] = ()
    keeps_subject: ClassVar[bool] = False
    told_by_mail: ClassVar[tuple[str, ...]] = ()
    mailed_again: ClassVar[bool] = False
    instead_of_correcting: ClassVar[str] = ""
    not_taken_back: ClassVar[str] = ""
    moves_deadlines: ClassVar[str] = ""
    gate: ClassVar[bool] = False
    decides: ClassVar[tuple[str, ...]] = ()
    concludes: ClassVar[bool] = False
    sets_aside: ClassVar[bool] = False
    outright: ClassVar[tuple[str, ...]] = ()
    goes_out: ClassVar[str] = ""
    of_paper: ClassVar[str] = ""
    answers: ClassVar[Answers | None] = None
    event: ClassVar[str] = ""
    sets_event: ClassVar[tuple[str, str] | None] = None
    sample: ClassVar[Sample] = {}
    kind: str
    happened_at: AwareDatetime | None = Field(
        default=None, description="when it happened, with an offset (RFC 3339); left out: now"
    )

    @model_validator(mode="before")
    @classmethod
    def _typed(cls, sent: Any) -> Any:
        return names.typed(sent)

    @classmethod
    def kind_name(cls) -> str:
        """Its kind, as it stands in JSON."""
        return str(cls.model_fields["kind"].default)

    @property
    def about(self) -> str | None:
        """Whom or what it concerns, by an id; None where that is the case."""
        return next((value for name in self.subject if (value := getattr(self, name))), None)

    @property
    def paper(self) -> DocumentRef | None:
        """The version of a document in which it is said at length; None where there is none."""
        return None


class FactWithFiles(Fact):
    """A fact with which people may send files: each is kept as it is, and opened by who may read the fact."""

    files: Filed = []


class FactWithPaper(FactWithFiles):
    """A fact that is said in a paper of its own: a return (a nil return has none), a draft, a chronology."""

    content: DocumentRef | None

    @property
    def paper(self) -> DocumentRef | None:
        return self.content


class Child(Model):
    """One child of the case (X-4). `child_id` is the partnership's own id for the child, the same in every case."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid", frozen=True)

    child_id: Id
    name: Name
    born: date | None = None
    unborn: bool = Field(default=False, description="was not yet born; then no date of birth is given")
    harm: Harm
    in_care: bool = Field(default=False, description="looked after by the local authority")
    care_leaver: bool = Field(default=False, description="had left the local authority's care (B-1)")
    ethnicity: Line = Field(default="", description="as the notification form asks for it, as are the next four")
    disability: Line = Field(default="", description='what is known of it; "none known" is an answer')
    legal_status: Line = Field(default="", description='for example "care order" or "none"')
    plan: Line = Field(default="", description='for example "child protection plan, neglect, since May 2025" or "none"')
    address: Line = Field(default="", description="where the child lived")
    other_names: OtherNames = []
    nhs_number: NhsNumber = ""
    local_ids: LocalIds = []

    @property
    def person_id(self) -> str:
        return self.child_id

    def age_on(self, day: date) -> int | None:
        """Whole years on a day; born on 29 February: a year older from 1 March."""
        if self.born is None:
            return None
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))

    @model_validator(mode="after")
    def _unborn_has_no_birthday(self) -> Self:
        if self.unborn and self.born:
            raise WrongField("born", "leave the date of birth out for a child who was not yet born")
        return self


class ChildNamed(Child):
    """A child of a referral or of another partnership's request, where nothing need have happened to them."""

    harm: Harm = Harm.NOT_HARMED


def children_differ(children: list[Child] | list[ChildNamed]) -> None:
    """Refuse a child that is given twice."""
    ids = [child.child_id for child in children]
    for number, id in enumerate(ids):
        if id in ids[:number]:
            raise WrongField(f"children.{number}.child_id", "is that of another child here; give each child once")
