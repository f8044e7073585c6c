"""What the documents say is there, is there: links, commands, variables, settings; and nothing of one machine's."""

import re
import tomllib
from pathlib import Path
from typing import Any, get_args

import grimp
import pytest
from pydantic import BaseModel
from typer.main import get_command

from calendar_rules.edition import (
    COMMON,
    REQUIRED,
    Anchor,
    Edition,
    ExtraSection,
    NotificationKind,
    Outsider,
    Party,
    ReminderKind,
)
from calendar_rules.notifying import Viewer
from crg.command import app
from settings import IN_FILES, PREFIX, Settings
from tests.consequences import consequences_page
from tests.refusals import refusals_page

ROOT = Path(__file__).parents[1]
ROOMS = "activities api calendar_rules crg delivery review settings store templates workflows"
OURS = [*ROOMS.split(), ".ci", "docs", "examples", "requirements", "tests"]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "tests").rglob("*.md")])
SETTINGS = ROOT / "docs" / "settings.md"
VARIABLES = {PREFIX + name.upper() for name in Settings.model_fields}
COMPOSE_ONLY = {"CRG_API_PORT"}  # read by docker-compose.yml, never by the product

_FENCE = re.compile(r"```.*?```", re.DOTALL)
_NO_CODE = ("```mermaid", "```text\nFrom: ", "```text\nSubject: ")  # pictures, and mails as people receive them
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_INDENTED = re.compile(r"^    [^\n]+$", re.MULTILINE)
_SPAN = re.compile(r"`[^`\n]+`")
_VARIABLE = re.compile(r"\bCRG_[A-Z][A-Z_]*[A-Z]\b(?!_)")
# Said of a kind of variables rather than of one.
_FAMILIES = re.compile(r"CRG_\.\.\.\w*|`CRG_`")

named = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def code_in(document: Path) -> str:
    """What stands in a document as code: fenced, indented, or between backticks."""
    text = document.read_text("utf-8")
    fenced = [block for block in _FENCE.findall(text) if not block.startswith(_NO_CODE)]
    rest = _FENCE.sub("", text)
    return "\n".join([*fenced, *_INDENTED.findall(rest), *_SPAN.findall(rest)])


def anchors_of(document: Path) -> set[str]:
    """The anchors that a heading gets where Markdown is shown."""
    titles = re.findall(r"^#+ (.+)$", _FENCE.sub("", document.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def broken_links(document: Path) -> list[str]:
    """Links of a document to files or headings that are not there."""
    broken = []
    for link in _LINK.findall(_FENCE.sub("", document.read_text("utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        there = (document.parent / path).resolve() if path else document
        if not there.exists() or (anchor and anchor not in anchors_of(there)):
            broken.append(link)
    return broken


def unknown(names: set[str], known: set[str]) -> list[str]:
    return sorted(names - known)


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):(?!=)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def crg_commands() -> set[str]:
    return set(get_command(app).commands)  # type: ignore[attr-defined]  # a group, for it has commands


@named
def test_every_link_within_the_tree_leads_somewhere(document: Path) -> None:
    assert broken_links(document) == []


def test_a_link_to_nowhere_is_found(tmp_path: Path) -> None:
    document = tmp_path / "page.md"
    document.write_text("# One\n[a](#one) [b](#two) [c](gone.md) [d](https://example.org/)\n", "utf-8")
    assert broken_links(document) == ["#two", "gone.md"]


@named
def test_every_make_target_that_is_named_exists(document: Path) -> None:
    named_here = set(re.findall(r"\bmake ([a-z][a-z-]*)", code_in(document)))
    assert unknown(named_here, make_targets()) == []


@named
def test_every_command_of_crg_that_is_named_exists(document: Path) -> None:
    named_here = set(re.findall(r"(?<![\w./-])(?:\.venv/bin/)?crg ([a-z][a-z-]*)", code_in(document)))
    assert unknown(named_here, crg_commands()) == []


@named
def test_every_variable_that_is_named_is_a_setting(document: Path) -> None:
    text = _FAMILIES.sub("", document.read_text("utf-8"))
    files = {f"{PREFIX}{name.upper()}_FILE" for name in IN_FILES}
    assert unknown(set(_VARIABLE.findall(text)), VARIABLES | COMPOSE_ONLY | files) == []


def test_the_table_of_settings_is_complete_and_has_their_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each setting has one row; a default that is a plain value stands in it."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    rows = re.findall(r"^\| `(CRG_[A-Z_]+)` \| (.*?) \|", SETTINGS.read_text("utf-8"), re.MULTILINE)
    assert sorted(name for name, _ in rows) == sorted(VARIABLES)
    shown = dict(rows)
    for name, field in Settings.model_fields.items():
        plain = field.default if field.default_factory is None else None
        if plain is not None:
            word = str(plain).lower() if isinstance(plain, bool) else str(plain)
            assert f"`{word}`" in shown[PREFIX + name.upper()], name


def test_every_setting_says_what_it_does_and_which_may_stand_in_a_file() -> None:
    text = SETTINGS.read_text("utf-8")
    rows = [line.strip("| ").split("|") for line in text.splitlines() if line.startswith("| `CRG_")]
    assert [row[0].strip() for row in rows if len(row[-1].split()) < 3] == []
    in_files = text.partition(" can stand in a file instead")[0].rpartition("\n\n")[2]
    assert set(re.findall(r"`(CRG_[A-Z_]+)`", in_files)) == {PREFIX + name.upper() for name in IN_FILES}


def test_every_page_of_the_docs_is_listed_where_one_reads_on() -> None:
    """Nobody finds a page that the README does not lead to."""
    listed = {(ROOT / link).resolve() for link in _LINK.findall((ROOT / "README.md").read_text("utf-8"))}
    pages = [*(ROOT / "docs").glob("*.md"), ROOT / "docs" / "decisions" / "README.md", ROOT / "CONTRIBUTING.md"]
    assert [str(page.relative_to(ROOT)) for page in pages if page not in listed] == []


def test_the_floors_of_the_rules_are_drawn_as_they_stand() -> None:
    """Each module and package directly in review/ stands in the picture, above those that it may import."""
    picture = (ROOT / "docs" / "architecture.md").read_text("utf-8").partition("## The floors")[2]
    drawn = re.findall(r"^    +\d+   (.+?)(?:   |$)", picture, re.MULTILINE)
    floors = [[box.rstrip("/") for box in line.split()] for line in drawn]
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    (layers,) = [one["layers"] for one in contracts if one.get("containers") == ["review"]]
    order = {box: place for place, layer in enumerate(layers) for box in layer.split(" | ")}
    there = {
        path.stem for path in (ROOT / "review").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert sorted(box for floor in floors for box in floor) == sorted(there - {"__init__"})
    places = [max(order[box] for box in floor) for floor in floors]
    assert places == sorted(places)


def test_the_floors_are_counted_as_they_stand() -> None:
    """Boxes, floors and arrows of review/; none goes up (pyproject.toml)."""
    graph = grimp.build_graph("review")
    boxes = {box: {box} | graph.find_descendants(box) for box in graph.find_children("review")}
    below = {
        box: {other for other in boxes if other != box and any(_imports(graph, one) & boxes[other] for one in inside)}
        for box, inside in boxes.items()
    }

    def floor(box: str) -> int:
        return 1 + max(map(floor, below[box]), default=0)

    counted = (len(boxes), max(map(floor, boxes)), sum(map(len, below.values())))
    row = re.search(
        r"^\| now \| (\d+) \| (\d+) \| (\d+) \| 0 \|$",
        (ROOT / "docs" / "architecture.md").read_text("utf-8"),
        re.MULTILINE,
    )
    assert row
    assert tuple(map(int, row.groups())) == counted


def _imports(graph: grimp.ImportGraph, module: str) -> set[str]:
    return graph.find_modules_directly_imported_by(module)


def test_the_readme_is_one_page() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= 100


def test_every_decision_is_numbered_in_order_and_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    files = sorted(folder.glob("[0-9]*.md"))
    assert [int(file.name[:4]) for file in files] == list(range(1, len(files) + 1))
    listed = (folder / "README.md").read_text("utf-8")
    for file in files:
        text = file.read_text("utf-8")
        title = text.splitlines()[0].removeprefix(f"# {file.name[:4]} ")
        assert f"[{file.name[:4]}]({file.name}) | {title} |" in listed
        for part in ("Context", "Choice", "Consequence"):
            assert f"**{part}.**" in text, f"{file.name} lacks its {part.lower()}"
        assert re.match(r"\d{1,2} [A-Z][a-z]+ 20\d\d; (accepted|superseded)", text.splitlines()[2]), (
            f"{file.name} lacks its date and status"
        )


def test_every_room_is_on_the_map() -> None:
    configured = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    rooms = configured["tool"]["importlinter"]["root_packages"]
    listed = re.findall(r"^\| \[(\w+)/\]", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(rooms)


def test_the_flow_names_every_stage_of_the_protocol_in_its_order() -> None:
    """The picture in the README follows `protocol`: its deadlines stand in the order in which the code has them."""
    flow = re.search(r"```mermaid.*?```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    code = (ROOT / "workflows" / "case_review.py").read_text("utf-8")
    procedure = code.partition("async def serious_incident")[2].partition("async def ")[0]
    stages = re.findall(r"await (\w+)\(run\)", procedure)
    shown_as = {
        "panel_notified": "give their views",
        "not_notified": "Not notified",
        "ends_with_the_notification": "Concluded after the notification",
        "scoping_meeting": "Scoping meeting",
        "returns_collated": "collated into one pack",
        "rapid_review_meeting": "Rapid review meeting",
        "report_signed_off_and_submitted": "Approved version submitted",
        "partners_decide": "Partners decide",
    }
    assert flow is not None
    assert stages == list(shown_as), "the protocol has changed: draw the README's flow again, then this list"
    places = [flow[0].index(shown) for shown in shown_as.values()]
    assert places == sorted(places)


def test_the_tree_names_no_registry_and_no_path_of_one_machine() -> None:
    """Locks and documents hold no address of a package index, and nothing points into somebody's home."""
    files = [path for folder in OURS for path in (ROOT / folder).rglob("*") if path.is_file()]
    files += [path for path in ROOT.iterdir() if path.is_file() and path.name != ".env"]
    # Put together here, so that this file is not found itself.
    forbidden = re.compile(
        "|".join(
            [
                "pypi" + r"\.org",
                "python" + "hosted",
                "registry" + r"\.npmjs",
                "/home" + "/[a-z]",
                "/Users" + "/[a-z]",
                "/root" + "/",
                "/work" + "/",
                "index" + r"-url\s+[\"']?https?:",
            ]
        )
    )
    found = {}
    for path in files:
        if "__pycache__" in path.parts or path.suffix in {".gz", ".db", ".pyc", ".png"}:
            continue
        if hit := forbidden.search(path.read_text("utf-8", errors="replace")):
            found[str(path.relative_to(ROOT))] = hit[0]
    assert found == {}


def test_what_follows_from_what_is_the_registry_in_words() -> None:
    """One place shows it: the chapters' own tables, each function by its first sentence."""
    assert (ROOT / "docs" / "consequences.md").read_text("utf-8") == consequences_page(), (
        "write it again: .venv/bin/python -m tests.consequences"
    )


def test_the_tree_of_refusals_is_printed_from_the_code() -> None:
    assert (ROOT / "docs" / "refusals.md").read_text("utf-8") == refusals_page(), (
        "write it again: .venv/bin/python -m tests.refusals"
    )


def keys_of(model: type[BaseModel]) -> set[str]:
    """Every key of a table in an edition's file, and of the tables in it."""
    found: set[str] = set()
    for name, field in model.model_fields.items():
        parts = [one for one in _leaves(field.annotation) if isinstance(one, type) and issubclass(one, BaseModel)]
        found |= {name}.union(*(keys_of(part) for part in parts))
    return found


def _leaves(kind: Any) -> list[Any]:
    return [leaf for one in get_args(kind) for leaf in _leaves(one)] or [kind]


def test_every_key_and_word_of_an_edition_is_in_its_document() -> None:
    """What `crg edition check` takes, a partnership can read about: keys, and the words that stand in them."""
    document = ROOT / "docs" / "editions.md"
    keys = keys_of(Edition) | {"based_on", "without"}
    assert {"every", "in_working_hours", "up_to_age", "for_others", "agreed_by"} <= keys, "the guard sees no key"
    words = (Anchor, Party, ReminderKind, NotificationKind, ExtraSection, Outsider, Viewer)
    found = set(re.findall(r"[\w-]+", code_in(document)))
    wanted = (keys - {"root"}) | {one.value for kind in words for one in kind}
    assert sorted(wanted - found) == []
    rules = set(re.findall(r"[A-Z]-\d+(?:-[a-z]+)?(?::[a-z-]+)?", document.read_text("utf-8")))
    rules |= set(re.findall(r"^\| ([A-Z]-[\w:-]+) \|", consequences_page(), re.M))
    assert sorted({*COMMON, *REQUIRED} - rules) == []
