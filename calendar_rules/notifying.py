"""Who decides on notifying the Panel, and who is heard besides (N-2): an edition's own, as data."""

from enum import StrEnum
from typing import Self

from pydantic import ConfigDict, Field, model_validator

from calendar_rules.model import Model


class Viewer(StrEnum):
    """Who gives a view on notifying: two heads, or a partner by its officer. Persisted: add, never rename."""

    DCS = "dcs"
    CHIEF_EXECUTIVE = "chief-executive"
    LOCAL_AUTHORITY = "local-authority"
    HEALTH = "health"
    POLICE = "police"


HEADS = (Viewer.DCS, Viewer.CHIEF_EXECUTIVE)  # these by their office, the rest by the partner


class Notifying(Model):
    """`agreed_by`: all of them must agree to notify. `heard`: they are asked for a view, and decide nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agreed_by: list[Viewer] = Field(min_length=1)
    heard: list[Viewer] = []
    clause: str = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        named = [*self.agreed_by, *self.heard]
        if twice := next((one for one in named if named.count(one) > 1), None):
            raise ValueError(f'"{twice}" is named twice; an office decides or is heard')
        return self


BOTH_HEADS = Notifying(agreed_by=list(HEADS), clause="§1")
