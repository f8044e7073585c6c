"""Reading what somebody wrote into a form: plain text, whatever the browser or anybody else sends."""

from collections.abc import Mapping
from typing import NamedTuple

from fastapi import Request
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from api.problems import Problem
from review.facts.names import typed, unseen

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_MOST = 10_000  # fields: a box for each person of the directory, or six for each row of a chronology
_MOST_FILES = 10  # in one form


class Chosen(NamedTuple):
    """A file that somebody chose in a form, and in which box."""

    box: str
    name: str
    content: bytes


async def _form(request: Request, files: int = 0) -> FormData:
    """The form as it was sent. Raises a problem, in words for a person, for what is no form, or for more files than the
    page takes.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind and kind not in _FORMS:
        raise Problem("file-not-taken")
    try:
        return await request.form(max_files=files, max_fields=_MOST)
    except HTTPException as error:
        raise Problem("file-not-taken" if "Too many files" in str(error.detail) else "form-not-read") from None


async def fields(request: Request) -> Mapping[str, str]:
    """The form's fields, each once and as text; files and control characters are left out."""
    sent = await _form(request)
    return {name: text(value) for name, value in sent.items() if isinstance(value, str)}


async def fields_with_files(request: Request) -> tuple[Mapping[str, str], list[Chosen]]:
    """As `fields`, and the files that were chosen."""
    sent = await _form(request, _MOST_FILES)
    return {name: text(value) for name, value in sent.items() if isinstance(value, str)}, await _chosen(sent)


async def boxes_with_files(request: Request) -> tuple[dict[str, list[str]], list[Chosen]]:
    """As `boxes`, and the files that were chosen."""
    sent = await _form(request, _MOST_FILES)
    return _boxes(sent), await _chosen(sent)


async def _chosen(sent: FormData) -> list[Chosen]:
    """A browser sends an empty file without a name where none was chosen."""
    chosen = [
        Chosen(text(box), one.filename, await one.read())
        for box, one in sent.multi_items()
        if isinstance(one, UploadFile) and one.filename
    ]
    await sent.close()
    return chosen


async def boxes(request: Request) -> dict[str, list[str]]:
    """All that stands in the form, by the names of its boxes; several values where several of one name are ticked."""
    return _boxes(await _form(request))


def _boxes(sent: FormData) -> dict[str, list[str]]:
    return {
        text(name): [text(value) for value in sent.getlist(name) if isinstance(value, str)] for name in sent if name
    }


async def chosen(request: Request, name: str) -> list[str]:
    """What was ticked of several boxes with one name."""
    sent = await _form(request)
    return [text(value) for value in dict.fromkeys(sent.getlist(name)) if isinstance(value, str) and text(value)]


def text(value: str) -> str:
    """As somebody meant it: lines end alike, no control character, no blank around it; empty where nobody would see
    anything in it, as the API refuses it.
    """
    kept = str(typed(value)).encode("utf-8", "ignore").decode().strip()  # without halves of surrogate pairs
    return "" if unseen(kept) else kept


def mistakes(
    wrong: ValidationError, missing: Mapping[str, str], called: Mapping[str, str] | None = None
) -> dict[str, str]:
    """What is wrong with the body that a form makes, by its fields, in the form's order.

    The body's model says what a field may hold. `missing`: what the form asks for where a field is empty or not one of
    its choices; `called`: what a field is called where it holds too much ("A name").
    """
    found: dict[str, str] = {}
    for one in wrong.errors(include_url=False, include_input=False):
        field, about = str(one["loc"][-1]), one.get("ctx", {})
        match one["type"]:
            case "string_too_long":
                sentence = f"{(called or {}).get(field, 'This')} must be {about['max_length']:,} characters or fewer"
            case "value_error":
                sentence = f"The name {about['error']}"
            case _:
                sentence = missing.get(field, "")
        found.setdefault(field, sentence)
    return {field: found[field] for field in missing if field in found}
