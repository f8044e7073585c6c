"""One language: no name of what things were called once is left, in code or in documents."""

import ast
import re
from collections.abc import Iterator

from tests.house import EVERYWHERE, ROOT, modules

# What things were called once, with the name that they have now: whole names, and parts of names.
OLD_NAMES = {"rested_in", "begun_again", "wants_to_begin_again", "ask_to_begin_again", "may_begin_again", "turn"}

OLD_PARTS = {
    "anew": "again, reissued",
    "bell": "reminder",
    "bells": "reminders",
    "rung": "fired",
    "rearm": "reschedule",
    "outlive": "after",
}


def test_no_name_of_the_old_language_is_left() -> None:
    """One thing has one name, the field's or Temporal's (docs/glossary.md)."""
    left = [
        f"{path}:{line}: {name}"
        for path, tree in modules(*EVERYWHERE)
        for line, name in _given_names(tree)
        if name.lstrip("_") in OLD_NAMES or set(re.findall(r"[a-z]+|[A-Z][a-z]*", name.lower())) & OLD_PARTS.keys()
    ]
    assert left == [], f"deadlines, reminders, attempts, continue as new; {OLD_PARTS}"


def _given_names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Names that a module gives to what it defines: functions, classes, arguments, variables and fields."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.lineno, node.name
            case ast.arg():
                yield node.lineno, node.arg
            case ast.Name(ctx=ast.Store()):
                yield node.lineno, node.id
            case ast.Attribute(ctx=ast.Store()):
                yield node.lineno, node.attr


def test_the_documents_speak_the_same_language() -> None:
    """Deadlines have reminders, which fire; no bell rings."""
    left = [
        f"{path.relative_to(ROOT)}: {found.group()}"
        for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "calendar_rules").rglob("*.toml")]
        for found in re.finditer(r"\b(bells?|rings|rung)\b", path.read_text(encoding="utf-8"))
    ]
    assert left == [], "deadlines and reminders"


# What mails, pages and refusals said once, and what is said instead: kinds, each mended wherever it stood.
NOT_SAID = {
    "nothing is asked of you": "no action needed",
    "It is owed by": "who is responsible, as the subject",
    "stands in the portal": "is in the portal",
    "Please do not come": "Cancelled: what, when",
    "Questions reach": "If you have questions, reply to this email",
    "writes itself": "is built from live cases",
    "yours to see": "we cannot find it, or you do not have access",
    "say it in words": "enter it",
    "people decide": "the decision is yours",
    "Waits for": "Waiting for",
    "Who is meant": "whom the request is about",
    "mend that line": "fix that line",
}


def test_what_was_mended_once_is_not_said_again() -> None:
    """Mails, pages and refusals speak as a British public service does (docs/mails.md shows every mail)."""
    left = [
        f"{path.relative_to(ROOT)}: {said}; say: {instead}"
        for path in [
            *(ROOT / "templates").rglob("*.j2"),
            *(ROOT / "templates").rglob("*.txt"),
            *(ROOT / "templates").rglob("*.html"),
            *(ROOT / "review" / "kit" / "refusals").rglob("*.py"),
            *(ROOT / "api").rglob("*.py"),
        ]
        for said, instead in NOT_SAID.items()
        if said in path.read_text(encoding="utf-8")
    ]
    assert left == []


def test_plain_english_says_again() -> None:
    """People in a hurry read "again" (docs/glossary.md); a comment or a sentence of ours says the same."""
    left = [
        f"{path.relative_to(ROOT)}:{number}"
        for room in EVERYWHERE
        for path in [*(ROOT / room).rglob("*.py"), *(ROOT / room).rglob("*.j2"), *(ROOT / room).rglob("*.toml")]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(r"\banew\b", line) and room != "tests"
    ]
    assert left == [], "again"
