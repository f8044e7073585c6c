"""A return or a draft that was written in Word: its text comes into the form, under the headings that are wanted.

The form is shown again, to be read before it is sent: the file is the source, and what is recorded is what stands in
the boxes (decision 0027).
"""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from api.forms import Question, filled
from api.pages.uploads import Kept
from review.chapters.chronology.table import FromTable, events_in
from review.kit.headings import Heard, placed, same, without_questions

_NAMED = 20  # rows of a table that are named each with its reason
SEE = "See the file {names}."


def table_in(kept: Kept, typed: Mapping[str, list[str]], questions: Sequence[Question]) -> dict[str, list[str]]:
    """The form with the events of a chronology that stands in a table of the files, in place of those before (§7)."""
    from delivery.files.tables import tables_of

    tables = [table for one in kept.files for table in tables_of(one.kind, one.content)]
    if not kept.files:
        return dict(typed)
    found = events_in(tables)
    kept.news += _of_table(found)
    if not found.events:
        return dict(typed)
    left = {box: texts for box, texts in typed.items() if not box.startswith("chronology.")}
    return left | filled(questions, {"chronology": {"events": found.events}})


def _of_table(found: FromTable) -> list[str]:
    """How many events were read, and each row that was not, with the reason."""
    if not found.tables:
        return ["No table was found in which one row names a Date and an Event."]
    number = len(found.events)
    lines = [f"Read from the file: {number} {'event' if number == 1 else 'events'}. Check what stands below."]
    lines += [f"{one.row} was not read: {one.why}." for one in found.unread[:_NAMED]]
    if more := found.unread[_NAMED:]:
        lines.append(f"{len(more)} more rows were not read: {', '.join(one.row.lower() for one in more)}.")
    return lines


def read_in(
    kept: Kept,
    wanted: Mapping[str, str],
    asked: Collection[str] = (),
    before: Mapping[str, list[str]] = MappingProxyType({}),
    beside: Collection[str] = (),
) -> dict[str, list[str]]:
    """The boxes that the files fill. `kept.news` gets what was found, and which headings are missing (R-7).

    `asked`: the questions that a form has under its headings; `before`: what stands in its boxes, and stays there;
    `beside`: headings of the paper that are no box of a text.
    """
    if not wanted or not kept.sections:
        return {}
    heard = without_questions([Heard(one.heading, one.level, one.text) for one in kept.sections], asked)
    found = placed(heard, wanted)
    if not found.found:
        kept.news.append("None of the headings of this form stands in the file, so nothing was read from it.")
        return {}
    kept.news.append(f"Read from the file: {len(found.found)} of {len(wanted)} headings. Check each box below.")
    if found.missing:
        kept.news.append(f"The file has nothing under: {'; '.join(found.missing)}.")
    if stays := [title for title in found.missing if "".join(before.get(wanted[title], [])).strip()]:
        kept.news.append(f"What stood there before stays, and is not in the file: {'; '.join(stays)}.")
    own = {same(one) for one in beside}
    if unknown := [one for one in found.unknown if same(one) not in own]:
        kept.news.append(f"Not read, as the form has no such heading: {'; '.join(unknown[:20])}.")
    return {box: [text] for box, text in found.found.items()}
