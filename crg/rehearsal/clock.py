"""A rehearsal's clock, as its director moves it: what goes otherwise is said of the scenario."""

from api import case_clock
from api.case_clock import clear_of as clear_of
from crg.rehearsal.errors import WentOtherwise


class CaseClock(case_clock.CaseClock):
    """The clock of one case."""

    otherwise = WentOtherwise
