"""Editions of the protocol: how long, counted from what, who owes it, when to remind and whom to tell. All of it data.

Each edition is a dated TOML file in `editions/`; a partnership adds its own file, not code. A
case keeps the edition that it opened under.
"""

from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import ConfigDict, Field, ValidationError, model_validator

from calendar_rules import edition_files
from calendar_rules.edition_checks import COUNCIL, COUNTED_FROM, UNPAUSED, Files, mistakes, own_milestone, sentence
from calendar_rules.edition_words import Anchor as Anchor
from calendar_rules.edition_words import ExtraSection as ExtraSection
from calendar_rules.edition_words import NotificationKind as NotificationKind
from calendar_rules.edition_words import Outsider as Outsider
from calendar_rules.edition_words import Party as Party
from calendar_rules.edition_words import ReminderKind as ReminderKind
from calendar_rules.lengths import Length, Offset, Unit
from calendar_rules.model import Model
from calendar_rules.notifying import BOTH_HEADS, Notifying

PACKAGED = Path(str(files("calendar_rules") / "editions"))
REQUIRED = ("D-1", "D-2:ofsted", "D-2:secretary-of-state", "D-3", "D-4", "D-5", "D-6", "D-7", "D-8", "D-9", "D-10")
_COMMON = edition_files.read(PACKAGED.parent / "common.toml")
COMMON: dict[str, dict[str, Any]] = _COMMON["deadlines"]
COPIES = "B-4"  # of these, only where an edition asks for advance copies
SHORTEST, LONGEST = 15, 600  # minutes of a meeting
KNOWN_FIRST = "D-6-known"  # an edition that has this deadline asks for returns in two steps (B-6)

Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]


class _Data(Model):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Reminder(_Data):
    """One reminder, chase or escalation of a deadline.

    `every`: it fires again each time that this has passed, until the deadline is met: one that only reminds until it
    is due, any other for as long as it is open.
    """

    name: Name
    when: Offset
    kind: ReminderKind
    tell: list[Party] = Field(min_length=1)
    every: Length | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.every and self.every.unit in (Unit.AT_ONCE, Unit.AS_SET):
            raise ValueError(f'"{self.every}" is no time after which to repeat; write for example "1 working day"')
        return self


class Rule(_Data):
    """One deadline of the protocol.

    `in_working_hours`: what only reminds comes in the working hours before its time; a deputy is asked in those after
    it; the deadline itself stays as it is.
    """

    id: Annotated[str, Field(pattern=r"^[A-Z]-[1-9]\d*(-[a-z]+)?(:[a-z][a-z-]*)?$")]
    title: str = Field(min_length=1)
    counted_from: Name = Field(description="an `Anchor`, or the kind of a fact")
    length: Length
    owner: Party
    clause: str = Field(min_length=1)
    never_pauses: bool = False
    in_working_hours: bool = False
    reminders: list[Reminder] = []

    @property
    def family(self) -> str:
        """The id in the catalogue: "D-2" of "D-2:ofsted"."""
        return self.id.partition(":")[0]

    @property
    def milestone(self) -> str | None:
        """The name of a milestone of the partnership's own: "leaders-meeting" of "P-1:leaders-meeting"."""
        return self.id.partition(":")[2] if own_milestone(self.id) else None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        names = [reminder.name for reminder in self.reminders]
        if len(set(names)) < len(names):
            raise ValueError("two reminders have the same name; give each reminder of a deadline a name of its own")
        if self.family in UNPAUSED and not self.never_pauses:
            raise ValueError(f"{self.family} never pauses (X-1); write never_pauses = true")
        return self


class National(_Data):
    """What the backward plan and the sign-off need beside the deadlines."""

    meeting_before_draft: Length
    returns_before_meeting: Length
    accountable_capacities: list[Name] = Field(min_length=1)
    each_officer_signs: bool = Field(
        default=True, description="every accountable officer of a partner is asked; else the first alone (R-11)"
    )
    signed_by: Literal["accountable-officer", "delegate"] = Field(
        default="accountable-officer",
        description="who signs, decides and is told: the officer, or their delegate (B-11)",
    )
    sign_off_note: str = Field(min_length=1)

    @property
    def councils(self) -> list[str]:
        """The councils that each sign, where there are several; a case is in the area of one of them (N-2)."""
        return [one.removeprefix(COUNCIL) for one in self.accountable_capacities if one.startswith(COUNCIL)]


class Notification(_Data):
    """A kind of notification, and whether a rapid review follows it (B-1)."""

    title: str = Field(min_length=1)
    rapid_review: bool
    clause: str = Field(min_length=1)
    up_to_age: int | None = Field(default=None, ge=18, le=30, description="for care leavers: up to and including")
    authorities_told: bool = Field(default=False, description="Ofsted and the Secretary of State are told, too (D-2)")


class MeetingMinutes(_Data):
    """How long meetings of a case last where nobody says otherwise: in invitations and in calendars (R-2, R-6)."""

    scoping: int = Field(default=60, ge=SHORTEST, le=LONGEST)
    rapid_review: int = Field(default=150, ge=SHORTEST, le=LONGEST)


class ReturnHeading(_Data):
    """One heading of an agency's return: what the request asks and what the return takes (R-3)."""

    id: Name
    title: str = Field(min_length=1, max_length=200)
    asks: str = Field(min_length=1, max_length=1_000, description="the sentence under the heading")
    required: bool = False
    for_others: bool = Field(default=False, description="asked for another partnership's review, too (A-4)")


_HEADINGS = [ReturnHeading.model_validate(one) for one in _COMMON["return_headings"]]

_BASIS = "the safeguarding partners' functions under the Children Act 2004, sections 16E to 16H"
_PACK_TO = [Party(one) for one in _COMMON["pack_to"]]
_MINUTES = MeetingMinutes.model_validate(_COMMON["meeting_minutes"])

_ONLY_KIND = {
    NotificationKind.DEATH_OR_SERIOUS_HARM: Notification(
        title="Death or serious harm, abuse or neglect known or suspected", rapid_review=True, clause="§1"
    )
}

Said = Literal["titles", "report_sections", "advance_copies", "available_for", "delay_told_to"]  # what needs a source


class Edition(_Data):
    """One dated edition of the protocol. Its JSON goes into each case that opens under it."""

    id: Name
    title: str = Field(min_length=1)
    dated: str = Field(min_length=1, description="year or date of the edition")
    source: str = Field(min_length=1)
    national: National
    deadlines: dict[str, Rule]

    pack_to: list[Party] = Field(
        default=_PACK_TO, min_length=1, description="who is told of the collated returns (R-5)"
    )
    return_headings: list[ReturnHeading] = Field(default=_HEADINGS, min_length=1, max_length=40)

    meeting_minutes: MeetingMinutes = Field(default=_MINUTES, description="how long meetings last (R-2, R-6)")

    # What later guidance added; the defaults are what an edition silent on it means.
    notifications: dict[NotificationKind, Notification] = _ONLY_KIND
    notifying: Notifying = Field(default=BOTH_HEADS, description="who decides on notifying, and who is heard (N-2)")
    titles: dict[Party, str] = Field(default={}, description="offices that this edition calls otherwise (B-11)")
    report_sections: list[ExtraSection] = []
    advance_copies: Length | None = Field(default=None, description="how long before publication (B-4)")
    advance_copies_to: list[Outsider] = []
    available_for: Length | None = Field(default=None, description="how long a published report stays there (B-4)")
    delay_told_to: list[Outsider] = [Outsider.PANEL]
    crg_chair_body: str = Field(default="", max_length=63, description="agency that the CRG Chair comes from (G-1)")
    lawful_basis: str = Field(default=_BASIS, min_length=1, max_length=300, description="of what is disclosed (B-8)")
    clauses: dict[Said, str] = Field(default={}, description="where each of these stands")

    @property
    def milestones(self) -> dict[str, Rule]:
        """The partnership's own milestones, by their names."""
        return {rule.milestone: rule for rule in self.deadlines.values() if rule.milestone}

    @property
    def known_first(self) -> Rule | None:
        """Returns in two steps: the deadline of the first, "was the child or family known to you?" (B-6)."""
        return self.deadlines.get(KNOWN_FIRST)

    def title_of(self, party: Party) -> str:
        """What this edition calls an office (B-11)."""
        return self.titles.get(party, party.value.replace("-", " "))

    @model_validator(mode="before")
    @classmethod
    def _ids_from_keys(cls, data: Any) -> Any:
        """A rule's id is its key in the file; it need not be written twice. What is followed is always followed."""
        if not isinstance(data, dict) or not isinstance(rules := data.get("deadlines"), dict):
            return data
        rules = _with_common(data, rules)
        return data | {
            "deadlines": {key: {"id": key} | rule if isinstance(rule, dict) else rule for key, rule in rules.items()}
        }

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """What the code relies on; what a file owes its readers besides is in `edition_checks`."""
        if wrong := [key for key, rule in self.deadlines.items() if rule.id != key]:
            raise ValueError(f"deadlines.{wrong[0]}: its id differs from its key; leave the id out")
        if missing := [key for key in REQUIRED if key not in self.deadlines]:
            raise ValueError(f"deadlines: {', '.join(missing)} missing; add each")
        if NotificationKind.DEATH_OR_SERIOUS_HARM not in self.notifications:
            raise ValueError("notifications: death-or-serious-harm is missing")
        return self


class EditionProblem(ValueError):
    """An edition that cannot be used. `problems` names each key that is wrong and what to do about it."""

    def __init__(self, edition: str, problems: list[str]) -> None:
        self.edition = edition
        self.problems = problems
        super().__init__(f"Edition {edition} cannot be used: {'. '.join(problems)}.")


def editions(folder: Path | None = None) -> list[str]:
    """Ids of all editions, usable or not: those that come with the product, and those in the partnership's folder."""
    return edition_files.ids(_places(folder))


def usable_editions(folder: Path | None = None) -> list[Edition]:
    """Every edition that a case can be opened under. Read again only when a file has changed: it is asked for often."""
    return list(_usable(folder, edition_files.stamps(_places(folder))))


@lru_cache(maxsize=4)
def _usable(folder: Path | None, files: tuple[edition_files.Stamp, ...]) -> tuple[Edition, ...]:
    found = [_opened(id, path, folder, ()).edition for id in editions(folder) if (path := _path(id, folder))]
    return tuple(edition for edition in found if edition)


def load_edition(id: str, *, folder: Path | None = None) -> Edition:
    """The edition with that id; the ids of those that come with the product are theirs. Raises EditionProblem."""
    path = _path(id, folder)
    if path is None:
        known = ", ".join(edition.id for edition in usable_editions(folder))
        raise EditionProblem(id, [f"there is no such edition; choose one of: {known}"])
    opened = _opened(id, path, folder, ())
    if opened.edition is None:
        raise EditionProblem(id, opened.problems)
    return opened.edition


def check_edition(id: str, *, folder: Path | None = None) -> list[str]:
    """What is wrong with an edition, one sentence for each key; empty when it is sound."""
    try:
        load_edition(id, folder=folder)
    except EditionProblem as problem:
        return problem.problems
    return []


def check_file(path: Path) -> list[str]:
    """What is wrong with an edition's file, one sentence for each key; others are looked for beside it."""
    if not path.is_file() or path.suffix != ".toml":
        return [f"{path}: there is no such TOML file; give the path of an edition's file, which ends in .toml"]
    if not edition_files.is_id(path.stem):
        return [f'id: "{path.stem}" cannot name an edition; rename the file: lower-case letters, digits and hyphens']
    taken = (PACKAGED / path.name).is_file() and path.parent.resolve() != PACKAGED.resolve()
    theirs = f'id: "{path.stem}" is an edition that comes with the product; give your file and its id another name'
    return [*([theirs] if taken else []), *_opened(path.stem, path, path.parent, ()).problems]


class _Opened(NamedTuple):
    """A file as it was read: the edition, or what is wrong with it; and its data, laid over that of its base."""

    edition: Edition | None
    data: dict[str, Any]
    problems: list[str]


def _places(folder: Path | None) -> list[Path]:
    return [PACKAGED] if folder is None else [PACKAGED, folder]


def _path(id: str, folder: Path | None) -> Path | None:
    """Where the edition with that id stands; what comes with the product cannot be hidden by another file."""
    return edition_files.find(id, _places(folder))


def _opened(id: str, path: Path, folder: Path | None, heirs: tuple[Path, ...]) -> _Opened:
    """Read and check one file. `heirs` are the editions that are based on it."""
    try:
        own = edition_files.read(path)
    except edition_files.UnreadableFile as error:
        return _Opened(None, {}, [str(error)])
    base_id, without = own.pop("based_on", None), own.pop("without", [])
    base: dict[str, Any] = {}
    if base_id is not None:
        below = _below(str(base_id), folder, (*heirs, path))
        if below.problems:
            return _Opened(None, own, below.problems)
        base = below.data
    whole = _laid_over(base, own)
    if base and isinstance(whole.get("deadlines"), dict):
        kept = {
            key: rule for key, rule in whole["deadlines"].items() if not (isinstance(without, list) and key in without)
        }
        whole |= {"deadlines": kept}
    common = {key: (rule["counted_from"],) for key, rule in COMMON.items()}
    problems = mistakes(Files(id, own, base_id, base, whole, without), COUNTED_FROM | common, REQUIRED)
    if base_id is None and isinstance(rules := whole.get("deadlines"), dict):
        whole = whole | {"deadlines": _with_common(whole, rules)}  # what is laid over it can say what differs there
    try:
        edition = Edition.model_validate(whole)
    except ValidationError as error:
        return _Opened(None, whole, list(dict.fromkeys([*_in_words(error), *problems])))
    return _Opened(None if problems else edition, whole, problems)


def _below(id: str, folder: Path | None, heirs: tuple[Path, ...]) -> _Opened:
    """The edition that another is based on, or why it cannot be."""
    path = _path(id, folder)
    if path in heirs:
        circle = " → ".join([*(heir.stem for heir in heirs), id])
        return _Opened(None, {}, [f"based_on: {circle} goes in a circle; base it on another edition"])
    if path is None:
        others = [(one, at) for one in editions(folder) if (at := _path(one, folder)) and at not in heirs]
        known = [one for one, at in others if len(heirs) == 1 and _opened(one, at, folder, heirs).edition]
        return _Opened(None, {}, [f'based_on: there is no edition "{id}"; choose one of: {", ".join(known)}'])
    opened = _opened(id, path, folder, heirs)
    if not opened.problems:
        return opened
    if any("goes in a circle" in problem for problem in opened.problems):
        return opened
    return _Opened(None, {}, [f'based_on: the edition "{id}" has mistakes of its own; mend {id}.toml first'])


def _with_common(data: dict[str, Any], rules: dict[str, Any]) -> dict[str, Any]:
    """An edition's deadlines and, after them, those common ones that it does not mention."""
    common = {key: rule for key, rule in COMMON.items() if key != COPIES or data.get("advance_copies")}
    return rules | {key: rule for key, rule in common.items() if key not in rules}


def _laid_over(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Tables are merged key by key; anything else, lists of reminders included, is taken whole from the newer."""
    merged = dict(base)
    for key, value in own.items():
        old = merged.get(key)
        merged[key] = _laid_over(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def _in_words(error: ValidationError) -> list[str]:
    """Mistakes of form. What `mistakes` says of a deadline or of the whole is left to it."""
    return [
        sentence(one["loc"], one["type"], one["msg"], one["input"], one.get("ctx", {}))
        for one in error.errors()
        if not _said_by_the_checks(one["loc"], one["type"])
    ]


def _said_by_the_checks(where: tuple[int | str, ...], kind: str) -> bool:
    if where[:1] == ("deadlines",) and len(where) > 1:
        named = where[2:] == ("id",) or (where[2:], kind) == (("counted_from",), "string_pattern_mismatch")
        return named or (kind == "value_error" and len(where) == 2)
    return kind == "value_error" if not where else (where, kind) == (("id",), "missing")
