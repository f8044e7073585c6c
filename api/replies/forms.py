"""API: a filled Word form that came with a reply, read as the return that it would be (R-3, R-4).

Read as a file is that goes up on the agency's page: by its headings, nothing guessed (decision 0027). What is not
unmistakable is said, and a person decides.
"""

import asyncio
import hashlib
import io
from typing import NamedTuple

from docx import Document
from pydantic import ValidationError

from delivery.files.headed import headed
from delivery.files.inspect import inspect
from delivery.files.refused import FileRefused
from delivery.files.sections import Headed
from delivery.replies.reading import File
from review.case.state import CaseState
from review.chapters.rapid_review.papers import ReturnBody, ReturnContent
from review.facts import DocumentRef
from review.facts.rapid_review import AgencyReturned
from review.kit.headings import Heard, placed, same, without_questions
from review.links import ReturnLink

_OFFICER, _KNOWN = "Officer who checked, or who answers", "Child or family known to the agency (yes or no)"
_YES, _NO = ("yes", "y"), ("no", "n")


class Properties(NamedTuple):
    """What a paper of ours says of itself: its case, and its version; empty where it does not."""

    reference: str = ""
    version: str = ""


class Form(NamedTuple):
    """What was read of a form: `read`, what stands under each heading; `left`, headings under which nothing stands;
    `body`, the return that it would be; `why`, why it is none, or why it does not count at once.
    """

    file: File
    read: list[tuple[str, str]] = []
    left: list[str] = []
    body: ReturnBody | None = None
    why: str = ""


def as_fact(body: ReturnBody, case: CaseState) -> AgencyReturned:
    """What the case would be told, so far as it can be known before the return is kept."""
    ref = DocumentRef(document=body.document, version=1, sha256=_digest(body)) if body.content else None
    return body.to_fact(ref, case)


def _digest(body: ReturnBody) -> str:
    """By which the content is known once it is kept; empty of a nil return."""
    return hashlib.sha256(body.content.model_dump_json().encode()).hexdigest() if body.content else ""


async def read_form(case: CaseState, link: ReturnLink, file: File, *, officer: str, largest: int) -> Form:
    """What the form says. `officer` answers for it where the form names nobody; `largest` is in bytes."""
    try:
        found = await asyncio.to_thread(inspect, file.name, file.content, largest=largest)
        words = await asyncio.to_thread(headed, found.kind, found.content)
    except FileRefused as refused:
        return Form(file, why=f"The file attached cannot be taken. {refused}")
    if words is None:
        return Form(file, why="The file attached is not a form in Word.")
    return _read(case, link, file, words, _properties(found.content), officer)


def _properties(content: bytes) -> Properties:
    try:
        said = Document(io.BytesIO(content)).core_properties
    except (KeyError, ValueError, AttributeError):  # a file of another program
        return Properties()
    return Properties(said.subject or "", said.version or "")


def _read(case: CaseState, link: ReturnLink, file: File, words: Headed, made: Properties, officer: str) -> Form:
    heard = [Heard(one.heading, one.level, one.text) for one in words.sections]
    heard = without_questions(heard, [one.asks for one in link.headings])
    wanted = {one.title: one.id for one in link.headings}
    found = placed(heard, wanted)
    read = [(one.title, found.found[one.id]) for one in link.headings if one.id in found.found]
    left = [one.title for one in link.headings if one.id not in found.found]
    form = Form(file, read, left)
    if other := _of_another(case, link, made):
        return form._replace(why=other)
    boxes = {same(row[0]): row[-1].strip() for table in words.tables for row in table if len(row) > 1}
    known, named = boxes.get(same(_KNOWN), "").casefold().rstrip("."), boxes.get(same(_OFFICER), "")
    if known and known not in (*_YES, *_NO):
        return form._replace(why="It does not plainly say whether the child or family was known.")
    nil = known in _NO
    if nil == bool(read):
        return form._replace(why=_CONTRADICTS if nil else _EMPTY)
    if missing := [one.title for one in link.headings if one.required and one.title in left and not nil]:
        return form._replace(why=f"Nothing stands under what must be answered: {'; '.join(missing)}.")
    try:
        content = None if nil else ReturnContent(dict(found.found))
        body = ReturnBody(agency=link.agency, officer=named or officer, nil=nil, content=content)
    except ValidationError:
        return form._replace(why="Too much stands under one of its headings, or in the officer's name.")
    if link.given and _digest(body) == (link.given.content.sha256 if link.given.content else ""):
        return form._replace(why="The agency has sent this very return already.")
    return form._replace(body=body, why=_mistakable(link, words, heard, wanted, nil=nil))


_CONTRADICTS = "It says that the child or family was not known, and something stands under its headings."
_EMPTY = "Nothing stands under any heading that was asked for."


def _of_another(case: CaseState, link: ReturnLink, made: Properties) -> str:
    """A form of another case, or of a request that was replaced by a later one."""
    if made.reference and made.reference != link.reference:
        return "The form was made for another case."
    sent = [one.version for one in case.papers.values() if one.document == f"request-{link.agency}"]
    if sent and made.reference and made.version.isdigit() and int(made.version) != max(sent):
        return f"The form is that of version {made.version} of the request; version {max(sent)} went out last."
    return ""


def _mistakable(link: ReturnLink, words: Headed, heard: list[Heard], wanted: dict[str, str], *, nil: bool) -> str:
    """Why somebody has to look at it before it counts; empty where nothing of it can be misread."""
    why = []
    if words.tracked:
        why.append(f"It holds {words.tracked} tracked changes, which were read as if accepted.")
    if words.comments:
        why.append(f"It holds {words.comments} comments, which were not read.")
    asked = [at for at, one in enumerate(heard) if same(one.heading) in {same(title) for title in wanted}]
    if len(asked) > len({same(heard[at].heading) for at in asked}):
        why.append("A heading stands in it more than once.")
    if asked and (unknown := placed(heard[asked[0] :], wanted).unknown):
        why.append(f"Not read, as the form has no such heading: {'; '.join(unknown[:5])}.")
    if nil:
        why.append("It is a nil return by the form's own box.")
    if link.given is not None:
        why.append("The agency has sent a return already: this one would take its place.")
    return " ".join(why)
