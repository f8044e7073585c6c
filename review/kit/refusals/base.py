"""What a refusal is: of one of five kinds, which says why, with a sentence for the person.

It knows neither HTTP nor Temporal: one adapter on each side translates, and a test keeps the two complete.
"""

from typing import Any, ClassVar


class Refused(Exception):
    """Whatever is refused, here, by the store or by the API. Its kind says why, and so what to answer:

    Refused
    ├── NotNow             as things stand, it cannot be; later, or after something else, it can
    ├── NotYours           it is for somebody else
    ├── NotRight           what was sent is wrong in itself
    ├── NotThere           what it names is not there
    └── ChangedMeanwhile   somebody else was faster
    """


class NotNow(Refused):
    """As things stand, it cannot be; later, or after something else, it can."""


class NotYours(Refused):
    """It is for somebody else."""


class NotRight(Refused):
    """What was sent is wrong in itself."""


class NotThere(Refused):
    """What it names is not there."""


class ChangedMeanwhile(Refused):
    """Somebody else was faster."""


KINDS: tuple[type[Refused], ...] = (NotNow, NotYours, NotRight, NotThere, ChangedMeanwhile)


def kind_of(refusal: type[Refused]) -> type[Refused]:
    """Which kind a refusal is of."""
    return next(kind for kind in KINDS if issubclass(refusal, kind))


class Refusal(Refused):
    """A fact that cannot be taken. `sentence` says why and what to do next; `fields` names what in the body is wrong."""

    sentence: ClassVar[str] = "This cannot be recorded."

    def __init__(self, *, fields: dict[str, str] | None = None, **words: Any) -> None:
        self.fields = fields or {}
        self.text = self.sentence.format(**words)
        super().__init__(self.text)

    @classmethod
    def name(cls) -> str:
        """Stable kebab-case name; the tail of the problem type."""
        return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in cls.__name__).lstrip("-")

    def as_dict(self) -> dict[str, Any]:
        return {"type": self.name(), "detail": self.text, "fields": self.fields}
