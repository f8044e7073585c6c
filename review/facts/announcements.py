"""What every live case is told: closed days, and who holds which office."""

from typing import Literal, Self

from pydantic import Field, model_validator

from calendar_rules.working_days import ClosedDay
from review.facts.base import Fact as Fact
from review.facts.base import WrongField
from review.facts.confirming import CONFIRMERS
from review.facts.directory import Cast, Role


class CalendarChanged(Fact):
    """Days on which work stops, proclaimed or entered while cases are live ("a late announcement"),
    and days that were entered by mistake and are working days after all (X-2).
    """

    title = "Calendar changed"
    may_report = (Role.BUSINESS_UNIT,)
    allowed_after_end = True
    by_system = True
    instead_of_correcting = "enter or take back the day in the calendar instead"
    kind: Literal["calendar-changed"] = "calendar-changed"
    days: list[ClosedDay] = Field(default=[], max_length=60)
    opened: list[ClosedDay] = Field(
        default=[], max_length=60, description="working days after all; `why` says why each was closed by mistake"
    )

    @model_validator(mode="after")
    def _says_something_once(self) -> Self:
        if not self.days and not self.opened:
            raise WrongField("days", "name at least one day, in days or in opened")
        if {one.day for one in self.days} & {one.day for one in self.opened}:
            raise WrongField("opened", "a day is both closed and opened; list it in one of the two")
        return self


class DirectoryChanged(Fact):
    """People or agencies changed; from now on the case knows the new cast."""

    title = "Directory changed"
    may_report = CONFIRMERS
    allowed_after_end = True
    by_system = True
    instead_of_correcting = "correct the directory instead"
    kind: Literal["directory-changed"] = "directory-changed"
    cast: Cast


AnnouncedFact = CalendarChanged | DirectoryChanged
