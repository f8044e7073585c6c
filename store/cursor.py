"""Store: cursors. A list goes on from the last item that was shown, so new items never shift or repeat a page."""

import base64
import json
from datetime import UTC, datetime
from typing import Generic, TypeVar

from pydantic import BaseModel

from store.errors import BadCursor

Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """One page of a list; `next` is the cursor of the one after, `None` on the last."""

    items: list[Item]
    next: str | None


def cursor(at: datetime, *names: str) -> str:
    """A cursor behind the item of this moment and these names; opaque to whoever carries it."""
    text = json.dumps([at.isoformat(), *names], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def position(given: str, names: int) -> tuple[datetime, list[str]]:
    """The moment and the names in a cursor. Raises `BadCursor`."""
    try:
        text = base64.b64decode(given + "=" * (-len(given) % 4), altchars=b"-_", validate=True)
        at, *rest = json.loads(text)
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or len(rest) != names or not all(_is_text(one) for one in rest):
            raise ValueError
        moment = moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, RecursionError):
        raise BadCursor("this cursor was not given out by this list: begin again without one") from None
    return moment, rest


def _is_text(one: object) -> bool:
    """Whether both databases can compare with it: PostgreSQL knows no NUL, and neither takes half a character."""
    return isinstance(one, str) and "\0" not in one and not any("\ud800" <= sign <= "\udfff" for sign in one)
