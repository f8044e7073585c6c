"""What a case carries for another that goes on in it: the days by which that one owed something (X-1). Pure."""

from pydantic import AwareDatetime

from calendar_rules.lengths import Length
from calendar_rules.model import Model


class CarriedDeadline(Model):
    """A deadline as it ran in the other case. `set_due`: the day that people had set there; `held`: a pause had moved
    it, so that its due time stands as it is. `alone`: the facts that it hangs on came with it, so it is that very one.
    """

    id: str  # in the case that carries it
    other: str  # the reference of the case that it comes from
    since: AwareDatetime
    due: AwareDatetime
    length: Length
    set_due: AwareDatetime | None = None
    held: bool = False
    alone: bool = False
    at: AwareDatetime  # from when this case carries it
