"""A step that can be offered, and how it is shown."""

from dataclasses import dataclass, field
from typing import Any

from pydantic import AwareDatetime

from calendar_rules.model import Model
from review.facts.base import Fact
from review.facts.directory import Role
from review.kit.body import Body


class NextStep(Model):
    """One step that is possible now. `example` is a body that would be taken as it stands."""

    rel: str
    title: str
    needed: bool
    about: str | None = None
    roles: list[Role]
    people: list[str] = []  # where only certain people of the office can
    due: AwareDatetime | None = None
    deadline: str | None = None
    example: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A step before it is checked; dozens are made each time that somebody asks what is waited for."""

    body: Fact | Body
    needed: bool
    title: str | None = None
    about: str | None = None
    people: list[str] = field(default_factory=list)
    deadline: str | None = None
    roles: list[Role] | None = None
