"""The shape of the house: what the class of a fact or of a deadline says of itself, nobody else says or does."""

import ast

from review.facts import FACTS
from review.protocol import OPENINGS
from tests.house import ROOMS, modules

CORE_OF_DEADLINES = (  # which file, and what it acts on
    ("review/kit/came_back.py", "a mail that came back: what counted from its going, or was met by it"),
    ("review/kit/deadline_corrections.py", "a fact that was wrong: what counted from it, or was met by it"),
    ("review/kit/deadline_ends.py", "the end of a whole case, another edition"),
    ("review/kit/deadlines.py", "what the class of a deadline says of itself"),
    ("review/kit/sign_off_rounds.py", "a sign-off round, which has a deadline for each answer"),
    ("workflows/case_run.py", "`run.deadline`, the one way in which a stage starts one"),
)


def test_a_deadline_says_itself_when_it_is_owed() -> None:
    """Its class says what starts, meets and overtakes it, and which end of its case it outlives; the core alone acts on
    that, and nobody else starts, stops or reopens one by hand.
    """
    acts = {"start", "stop", "meet", "move", "run_again", "stop_uncounted", "end_one"}
    core = {path.removesuffix(".py").replace("/", ".") for path, _ in CORE_OF_DEADLINES if path.startswith("review/")}
    by_hand = {
        path
        for path, tree in modules(*ROOMS)
        for node in ast.walk(tree)
        if (isinstance(node, ast.ImportFrom) and node.module in core and acts & {alias.name for alias in node.names})
        or (isinstance(node, ast.Attribute) and node.attr in acts and ast.unparse(node.value).startswith("deadline"))
    }
    named = {path for path, _ in CORE_OF_DEADLINES} - {"review/kit/deadlines.py"}  # which imports itself nowhere
    assert by_hand == named, "let its class say `overtaken`, `owed`, `owed_again`, `outlives`"


def test_no_table_outside_of_review_is_by_kinds_of_facts() -> None:
    """What a page or a scenario says of several kinds, their classes say; the ways in have three forms of their own."""
    tables = [
        f"{path}:{node.lineno}"
        for path, tree in modules("api", "crg")
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict)
        if sum(isinstance(key, ast.Constant) and key.value in FACTS for key in node.keys) > len(OPENINGS)
    ]
    assert tables == [], "let the class of the fact say it, as `of_paper`, `answers` and `event` do"
