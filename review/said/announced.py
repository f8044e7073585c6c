"""What every live case is told: closed days, and who holds which office. Room: review."""

from typing import Literal, Self

from pydantic import Field, model_validator

from calendar_rules.working_days import ClosedDay
from review.directory import Cast
from review.fact import Fact as Fact
from review.fact import WrongField


class CalendarChanged(Fact):
    """Days on which work stops, proclaimed or entered while cases are live ("a late announcement"),
    and days that were entered by mistake and are working days after all (X-2).
    """

    title = "Calendar changed"
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
    kind: Literal["directory-changed"] = "directory-changed"
    cast: Cast


AnnouncedFact = CalendarChanged | DirectoryChanged
