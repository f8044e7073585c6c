"""Scenarios: who says what when. The format of their files is described in docs/rehearsals.md.

Pure; `crg.rehearsal.reading` makes them from files.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from pydantic import ConfigDict, Field, ValidationInfo, field_validator, model_validator

from calendar_rules.edition import check_edition, editions
from calendar_rules.lengths import london
from calendar_rules.model import Model
from crg.rehearsal.phrases import Phrase, in_london
from review.bodies import REPORTED
from review.facts.directory import Partner, Role
from review.facts.enums import Verdict
from review.kit.refusals import refusal_names
from settings import OWN_EDITIONS


class Action(StrEnum):
    """What a step can do beside reporting a fact."""

    NOTHING = "nothing"  # time passes
    SIGN_OFF = "sign-off"  # by the link in the email
    BANK_HOLIDAY = "bank-holiday"  # proclaimed while the case is live
    CLOSURE = "closure"  # a local closure, entered while the case is live
    MAILBOX_REFUSES = "mailbox-refuses"
    MAILBOX_ACCEPTS = "mailbox-accepts"
    LINKS_WITHDRAWN = "links-withdrawn"  # by the Business Unit, of this case


class WayIn(StrEnum):
    """How the case of a scenario begins: the fact that opens it."""

    INCIDENT = "incident-reported"
    REFERRAL = "referral-received"
    INFORMATION_REQUEST = "information-requested"


DEEDS = (*REPORTED, *Action)
BESIDE = "beside"  # where a scenario's file may bring editions: context of the validation
CALENDAR = (Action.BANK_HOLIDAY, Action.CLOSURE)
MAILBOX = (Action.MAILBOX_REFUSES, Action.MAILBOX_ACCEPTS)


class _Part(Model):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Step(_Part):
    """One step. `with` holds only what differs from the example that the case itself offers for this step."""

    does: str
    at: Phrase | None = None
    who: str | None = Field(default=None, description="id of a person or a role; left out: somebody who may do it")
    with_: dict[str, Any] = Field(default={}, alias="with")
    without: list[str] = []
    by: str | None = Field(default=None, description="sign-off: id of the person who signs")
    verdict: Verdict = Verdict.APPROVE
    comments: str = ""
    day: date | None = None
    why: str = ""
    people: list[str] = Field(default=[], description="mailbox: ids of people, or addresses; links: whose")
    expect_refused: str | None = None
    name: str | None = Field(default=None, pattern=r"^[a-z0-9][a-z0-9 -]*$")
    note: str = ""

    @field_validator("at", mode="before")
    @classmethod
    def _phrase(cls, value: Any) -> Any:
        return Phrase.read(as_text(value)) if value is not None else None

    @field_validator("day", mode="before")
    @classmethod
    def _day(cls, value: Any) -> Any:
        try:
            return date.fromisoformat(value) if isinstance(value, str) else value
        except ValueError:
            raise ValueError(f'"{value}" is no date; write for example "2022-09-19"') from None

    @field_validator("does")
    @classmethod
    def _known(cls, does: str) -> str:
        if does not in DEEDS:
            raise ValueError(f'"{does}" is nothing that a step can do{perhaps(does, DEEDS)}')
        return does

    @field_validator("expect_refused")
    @classmethod
    def _refusal(cls, name: str | None) -> str | None:
        if name is not None and name not in refusal_names():
            raise ValueError(f'no refusal is called "{name}"{perhaps(name, refusal_names())}')
        return name

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.does == Action.SIGN_OFF and not self.by:
            raise ValueError('by: say who signs, for example by = "officer-health"')
        if self.does in CALENDAR and self.day is None:
            raise ValueError('day: say which day is closed, for example day = "2022-09-19"')
        if self.does in CALENDAR and not self.why:
            raise ValueError('why: say why it is closed, for example why = "State funeral"')
        if self.does in MAILBOX and not self.people:
            raise ValueError('people: say whose mailbox, for example people = ["lead-police"]')
        if self.does == Action.LINKS_WITHDRAWN and not (self.people and self.why):
            raise ValueError('people and why: say whose links, and the reason: people = ["lead-police"], why = "..."')
        return self

    def phrases(self) -> Iterable[Phrase]:
        """Every phrase of the step that counts from something."""
        if self.at:
            yield self.at
        for key, value in self.with_.items():
            if is_time(key) and isinstance(value, str) and in_london(value) is None:
                yield Phrase.read(value)


class Tweak(_Part):
    """What differs in the directory in this rehearsal only."""

    id: str
    active: bool = True


class PersonTweak(Tweak):
    """Of a person."""

    roles: list[Role] | None = None
    agency: str | None = None
    partner: Partner | None = None
    council: str | None = None
    delegate_of: str | None = None


class AgencyTweak(Tweak):
    """Of an agency."""

    safeguarding_lead: str | None = None
    senior_officer: str | None = None
    expected: bool | None = None


class DirectoryTweaks(_Part):
    people: list[PersonTweak] = []
    agencies: list[AgencyTweak] = []


class Mailbox(_Part):
    """Mailboxes that are refused from the beginning: ids of people, or addresses."""

    refuses: list[str] = []


class CalendarTweaks(_Part):
    """Bank holidays that nobody knew of when the rehearsal starts."""

    not_yet_known: list[date] = []


class Scenario(_Part):
    """One rehearsal, whole."""

    file: str = "scenario"
    title: str = Field(min_length=1)
    starts: datetime
    about: str = ""
    edition: str | None = None
    incident: dict[str, Any] = {}
    referral: dict[str, Any] | None = None
    information_request: dict[str, Any] | None = None
    directory: DirectoryTweaks = DirectoryTweaks()
    mailbox: Mailbox = Mailbox()
    calendar: CalendarTweaks = CalendarTweaks()
    step: list[Step] = Field(min_length=1)
    until: Phrase | None = None

    @field_validator("starts", mode="before")
    @classmethod
    def _starts(cls, value: Any) -> Any:
        moment = in_london(as_text(value))
        if moment is None:
            raise ValueError(f'"{value}" is no date and time; write for example "2026-12-18 10:00" (London)')
        return moment

    @field_validator("edition")
    @classmethod
    def _edition(cls, name: str | None, info: ValidationInfo) -> str | None:
        own: Path | None = (info.context or {}).get(OWN_EDITIONS)
        if name is None:
            return None
        if name not in (known := editions(own)):
            beside: Path | None = (info.context or {}).get(BESIDE)
            if own and beside and (file := beside / f"{name}.toml").is_file():
                raise ValueError(f"the edition is not among yours yet; copy {file} into {own}")
            raise ValueError(f'there is no edition "{name}"{perhaps(name, known)}')
        if problems := check_edition(name, folder=own):
            raise ValueError(f"{name} has mistakes, such as {problems[0]}; see crg edition check")
        return name

    @field_validator("until", mode="before")
    @classmethod
    def _until(cls, value: Any) -> Any:
        return Phrase.read(as_text(value)) if value is not None else None

    @model_validator(mode="after")
    def _one_beginning(self) -> Self:
        told = [one for one in (self.incident or None, self.referral, self.information_request) if one is not None]
        if len(told) > 1:
            raise ValueError("a case begins once: write one of [incident], [referral], [information_request]")
        return self

    @property
    def way_in(self) -> WayIn:
        """The incident, unless the scenario has another beginning."""
        if self.referral is not None:
            return WayIn.REFERRAL
        return WayIn.INCIDENT if self.information_request is None else WayIn.INFORMATION_REQUEST

    @property
    def beginning(self) -> dict[str, Any]:
        """What the scenario says differently of the fact that opens its case."""
        return self.referral or self.information_request or {}

    def received_at(self) -> datetime:
        """When a referral or request was received: left out, at the start."""
        return _moment(self.beginning.get("happened_at"), self.starts)

    def incident_times(self) -> tuple[datetime, datetime]:
        """When the incident happened and when the local authority became aware.

        Left out, the authority becomes aware at the start, and the incident happened 2 hours before that.
        """
        aware = _moment(self.incident.get("aware_at"), self.starts)
        return _moment(self.incident.get("incident_at"), aware - timedelta(hours=2)), aware


def is_time(key: str) -> bool:
    """Whether a field of a body holds a time or a date, by the house's names for them."""
    return key.endswith(("_at", "_date"))


def step_name(number: int, step: Step | Mapping[str, Any]) -> str:
    """How an error calls a step: "step 3 (panel-notified)"."""
    does = step.does if isinstance(step, Step) else step.get("does", "?")
    return f"step {number} ({does})"


def perhaps(word: str, known: Iterable[str]) -> str:
    """The known word that may have been meant, as the end of a sentence."""
    close = get_close_matches(word, list(known), n=1)
    return f'; did you mean "{close[0]}"?' if close else ""


def as_text(value: Any) -> str:
    """What was written, as text: TOML's own dates and times are taken as well, without an offset as London's."""
    if isinstance(value, datetime):
        return (london(value) if value.tzinfo else value).strftime("%Y-%m-%d %H:%M")
    return str(value)


def _moment(value: Any, otherwise: datetime) -> datetime:
    return (in_london(as_text(value)) if value is not None else None) or otherwise
