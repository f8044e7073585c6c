"""What the store is told: rows of the record, and the standing of a message in the inbox."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime, JsonValue

from calendar_rules.model import Model


class RowKind(StrEnum):
    """What a row of the record is about."""

    FACT = "fact"
    REFUSED = "refused"
    EFFECT = "effect"
    FAILED = "failed"
    DEADLINE = "deadline"
    STAGE = "stage"
    WARNING = "warning"
    DISCLOSURE = "disclosure"


class RecordRow(Model):
    """One line of a case's record (X-3), numbered when it is written.

    Times are UTC; `happened_at` and `told_at` are on the case's clock.
    """

    key: str  # its own within the case: written once, however often it is handed on
    kind: RowKind
    what: str  # a stable kebab-case word, e.g. "panel-notified", "deadline-moved"
    line: str  # one sentence for a person
    about: str | None = None  # e.g. "D-6:police", "rapid-review-report"
    who: str | None = None  # id of the person who said it, or "system"
    capacity: str | None = None
    happened_at: AwareDatetime
    told_at: AwareDatetime  # when the case learned it
    message: str | None = None  # the inbox message that carried it
    detail: dict[str, JsonValue] = {}
    bare: bool = False  # the detail lacks what the message said; the writer adds it from the inbox


class Settled(Model):
    """The end of a message's way: applied, or refused and why."""

    message: str
    status: str  # "recorded" | "refused"
    refusal: dict[str, Any] | None = None
    at: datetime
