"""A case's record as the page tells it: the newest first, in words, with names in place of ids."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from api.written import written
from delivery.naming import Namer, decoded, subject_words
from delivery.words import plain
from review.facts.directory import Directory
from review.views import CaseView, FactView, RowKind
from store.record import RecordEntry

_CODE_ALONE = re.compile(r"[a-z]+(?:-[a-z0-9]+)+")
BAD = ("deadline-passed", "deadline-met-late")


@dataclass
class Line:
    """One line of the timeline; mails of the same kind and minute are one."""

    at: datetime
    text: str
    who: str
    warning: bool
    to: list[str] = field(default_factory=list)
    words: list[tuple[str, str]] = field(default_factory=list)  # what was written, each with what it is called
    message: str = ""  # of an entry: by which it is corrected

    @property
    def sent_to(self) -> list[str]:
        """To whom the mails went, each once: "Dana Sample (2 emails)"."""
        return [f"{one} ({many} emails)" if many > 1 else one for one, many in Counter(self.to).items()]


def timeline(rows: Iterable[RecordEntry], name: Namer, directory: Directory) -> list[Line]:
    """The rows, the newest first."""
    lines: list[Line] = []
    people = ids_in(directory)
    for row in rows:
        mail = row.detail.get("mail") if row.kind is RowKind.EFFECT else None
        if mail is None:
            text, who = said(row, people, name)
            bad = row.kind in (RowKind.WARNING, RowKind.FAILED) or row.what in BAD
            told = written(row.what, row.detail) if row.kind is RowKind.FACT else []
            words = [
                (called, subject_words(text, name) if _CODE_ALONE.fullmatch(text) else text) for called, text in told
            ]
            message = (row.message or "") if row.kind is RowKind.FACT else ""
            lines.append(Line(row.happened_at, text, who, bad, words=words, message=message))
            continue
        same_mail = ", in the same mail" if "within" in row.detail else ""
        text = f"Mail “{mail}{same_mail}” sent to"
        same = next(
            (one for one in lines[-12:] if one.to and one.text == text and _minute(one.at, row.happened_at)), None
        )
        if same is None:
            lines.append(same := Line(row.happened_at, text, "", warning=False))
        same.to.append(name(str(row.detail["to"])))
    return lines[::-1]


def told_in(case: CaseView) -> Callable[[str], list[FactView]]:
    """What stands of a kind of fact, oldest first."""

    def told(kind: str) -> list[FactView]:
        return [one for one in case.facts if one.kind == kind and not one.corrected_by]

    return told


def _of_whom(row: RecordEntry, name: Namer) -> str:
    """What a row says, with its agency and who was sent a mail by name: an id may be a word like any other."""
    about = str(row.about or "")
    if "mail" in row.detail and (to := str(row.detail.get("to") or "")):
        return row.line.replace(f" to {to}:", f" to {name(to)}:")
    return f"{row.line.removesuffix(about)}{name(about)}" if about and row.line.endswith(f": {about}") else row.line


def said(row: RecordEntry, people: re.Pattern[str], name: Namer) -> tuple[str, str]:
    """What a row says and who said it, in words and names (`people`: the ids in running text); "" by the system."""
    who = "" if row.who in (None, "system") else plain(name(str(row.who)))
    return in_words(_of_whom(row, name), people, name), who


def in_words(text: str, people: re.Pattern[str], name: Namer) -> str:
    """A line of the record. Codes before names: an office in the subject of a deadline may be somebody's id, too."""
    rule = text.partition(" ")[0]
    before, rest = (decoded(f"{rule} ", name), text[len(rule) + 1 :]) if ":" in rule else ("", text)
    return before + decoded(people.sub(lambda found: name(found.group()), rest), name)


def _alone(text: str, name: Namer) -> str:
    """A text that is a code of ours and nothing else, in words."""
    return subject_words(text, name) if _CODE_ALONE.fullmatch(text) else text


def _minute(one: datetime, other: datetime) -> bool:
    return one.replace(second=0, microsecond=0) == other.replace(second=0, microsecond=0)


def ids_in(directory: Directory) -> re.Pattern[str]:
    """Ids of people in running text; only those that no ordinary word could be."""
    ids = sorted((id for id in directory.people_names if "-" in id), key=len, reverse=True)
    return re.compile(r"(?<![\w-])(" + "|".join(map(re.escape, ids)) + r")(?![\w-])" if ids else r"(?!)")
