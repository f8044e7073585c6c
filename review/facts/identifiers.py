"""By what somebody is found in records: other names, the NHS number, numbers of the partnership's choice. Pure. X-4."""

from typing import Annotated, NamedTuple

from pydantic import AfterValidator, Field

from review.facts import names

_DIGITS, _WEIGHTS = 10, range(10, 1, -1)


def nhs_number(text: str) -> str:
    """Its ten digits, or nothing where none is given. Raises `ValueError` where its check digit does not fit.

    The first nine digits are weighted by 10 to 2 and added up; the last is 11 less what is left over by 11 (11 is 0).
    """
    digits = "".join(text.split()).replace("-", "")
    if not digits:
        return ""
    if len(digits) != _DIGITS or not (digits.isascii() and digits.isdigit()):
        raise ValueError("must be 10 digits")
    check = -sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=False)) % 11
    if check != int(digits[-1]):
        raise ValueError("is not a valid NHS number: its last digit does not fit the others; check each digit")
    return digits


def in_threes(number: str) -> str:
    """An NHS number as it is printed: "999 000 0018"."""
    return f"{number[:3]} {number[3:6]} {number[6:]}" if number else ""


class Coded(NamedTuple):
    """How a field is written that is no text of one's own; its check says in a sentence what is wrong."""

    pattern: str


NhsNumber = Annotated[
    str,
    Field(max_length=20, description="10 digits; its check digit is looked at"),
    AfterValidator(nhs_number),
    Coded(r"^\d{10}$"),
]
OtherName = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(names.name)]
LocalId = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(names.name)]
OtherNames = Annotated[list[OtherName], Field(max_length=20, description="other names they are known by")]
LocalIds = Annotated[
    list[LocalId],
    Field(max_length=20, description='other numbers, each with whose it is, for example "Mosaic 12345"'),
]
