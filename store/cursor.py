"""Store: cursors. A list goes on from the last item that was shown, so new items never shift or repeat a page.

They are sealed for their list: they may name a case that the reader must not see.
"""

import base64
from datetime import datetime
from typing import Generic, TypeVar

from calendar_rules.model import Model
from settings.keys import CannotOpen
from store.database import Database
from store.errors import BadCursor

Item = TypeVar("Item")


class Page(Model, Generic[Item]):
    """One page of a list; `next` is the cursor of the one after, `None` on the last."""

    items: list[Item]
    next: str | None


def cursor(database: Database, of: str, at: datetime, *names: str) -> str:
    """A cursor behind the item of this moment and these names in this list: sealed, so it says nothing to anybody."""
    sealed = database.seal([at.isoformat(), *names], "cursor", of)
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")


def position(database: Database, of: str, given: str) -> tuple[datetime, list[str]]:
    """The moment and the names in a cursor that this list has given out. Raises `BadCursor`."""
    try:
        sealed = base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True)
        at, *names = database.open(sealed, "cursor", of)
    except (ValueError, CannotOpen):
        raise BadCursor("this cursor was not given out by this list: begin again without one") from None
    return datetime.fromisoformat(at), names
