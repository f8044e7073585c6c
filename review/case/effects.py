"""The keys of effects: what a case has done in the world outside, each thing once. Pure.

The one place that knows how such a key is written.
"""

from typing import Any, Self

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

_TO = ">"


class EffectKey(str):
    """A mail by its cause and to whom it goes; a document, or a word to another case, by its cause alone.

    It is text, and is kept so; it never changes, and knows its parts.
    """

    __slots__ = ()

    @classmethod
    def mail(cls, cause: str, to: str) -> Self:
        return cls(f"{cause}{_TO}{to}")

    @property
    def cause(self) -> str:
        return self.rpartition(_TO)[0] if self.is_mail else str(self)

    @property
    def to(self) -> str | None:
        """To whom a mail goes, by id."""
        return self.rpartition(_TO)[2] if self.is_mail else None

    @property
    def is_mail(self) -> bool:
        return _TO in self

    def is_mail_of(self, cause: str) -> bool:
        found, mail, _ = self.rpartition(_TO)
        return bool(mail) and found == cause

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema())
