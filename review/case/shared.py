"""Parts of a state that are the same in many cases. Pure: what is kept is never changed, and is found by its content.

Edition, calendar and cast are nine tenths of a young case. Each is kept once in a process, however many cases it reads,
and is parsed once.
"""

from collections import OrderedDict
from typing import Any

from pydantic import BaseModel, ValidatorFunctionWrapHandler
from pydantic_core import to_json

KEPT = 32  # of each kind, those read last


class Once:
    """The validator of such a part: the same JSON is the same object."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, Any] = OrderedDict()

    def __call__(self, value: Any, parse: ValidatorFunctionWrapHandler) -> Any:
        if isinstance(value, BaseModel):
            return parse(value)
        key = to_json(value)
        held = self._kept.pop(key, None)
        if held is None:
            held = parse(value)
        self._kept[key] = held
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return held
