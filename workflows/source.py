"""What the names in the workflow's own source stand for: stages, facts, methods, conditions. Room: workflows.

For the protocol as it is drawn (`workflows.drawing`), not for the run.
"""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from review.case import CaseState
from review.fact import Fact
from review.facts import FACTS
from review.told import Told
from review.words import Decision, Stage
from workflows.moves import Moves

Names = dict[str, Any]
DEEP = 4  # how far a condition is followed through lookups
OF_THE_CASE = (CaseState.__module__, Told.__module__)


def source_of(function: Callable[..., Any]) -> ast.AST:
    """A function's own source."""
    return ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]


def own_method(node: ast.AST) -> str | None:
    """The method called in `self.method(...)`."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        of = node.func.value
        if isinstance(of, ast.Name) and of.id == "self":
            return node.func.attr
    return None


def calls_in(node: ast.AST) -> Iterator[ast.Call]:
    """Calls inside a statement, inner ones first; not those of a lambda, nor what goes beside the main line."""
    if isinstance(node, ast.Lambda):
        return
    beside = own_method(node) == "meanwhile"
    if not beside:
        for child in ast.iter_child_nodes(node):
            yield from calls_in(child)
    if isinstance(node, ast.Call):
        yield node


def value_of(node: ast.AST, names: Names) -> Any:
    """A constant, or what a name of the module stands for."""
    match node:
        case ast.Constant():
            return node.value
        case ast.Name():
            return names.get(node.id)
        case ast.Attribute():
            return getattr(value_of(node.value, names), node.attr, None)
        case _:
            return None


def assigned_in(method: Callable[..., Any]) -> dict[str, ast.expr]:
    """What the names of a method are set to."""
    found: dict[str, ast.expr] = {}
    for one in ast.walk(source_of(inspect.unwrap(method))):
        match one:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) | ast.NamedExpr(ast.Name(id=name), value):
                found[name] = value
    return found


def bearing(pattern: ast.pattern, names: Names) -> frozenset[Stage]:
    """The stage that bears the name of a decision: what `case Decision.PRACTICE_REVIEW` leaves possible."""
    values = [value_of(one.value, names) for one in ast.walk(pattern) if isinstance(one, ast.MatchValue)]
    return frozenset(stage for stage in Stage if stage.value in [getattr(one, "value", None) for one in values])


def stages_in(node: ast.AST, names: Names, local: Mapping[str, ast.expr] = MappingProxyType({})) -> list[Stage]:
    """The stages that an expression can be: one, either of two, or any of a table."""
    match node:
        case ast.IfExp():
            return [*stages_in(node.body, names, local), *stages_in(node.orelse, names, local)]
        case ast.Name() if node.id in local:
            return stages_in(local[node.id], names)
        case ast.Subscript() | ast.Call():
            table = value_of(
                node.value if isinstance(node, ast.Subscript) else getattr(node.func, "value", node), names
            )
            values = list(table.values()) if isinstance(table, dict) else []
            return list(dict.fromkeys(one for one in values if isinstance(one, Stage)))
        case _:
            value = value_of(node, names)
            return [value] if isinstance(value, Stage) else []


def facts_in(node: ast.AST, names: Names) -> list[str]:
    """Kinds of fact that are named in an expression."""
    kinds = []
    for one in ast.walk(node):
        value = value_of(one, names) if isinstance(one, ast.Name | ast.Attribute) else None
        if isinstance(value, type) and issubclass(value, Fact) and "kind" in value.model_fields:
            kinds.append(str(value.model_fields["kind"].default))
    return [kind for kind in dict.fromkeys(kinds) if kind in FACTS]


def turns_back(node: ast.If) -> bool:
    """`if await self.x() is not Y: return`: what x entered for anything but Y lies behind the return."""
    test = node.test
    return (
        isinstance(node.body[-1], ast.Return) and isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.IsNot)
    )


def not_decided(test: ast.expr, names: Names) -> tuple[frozenset[Stage], frozenset[Stage]] | None:
    """`self.case.review_wanted is not Decision.X`: the stage that bears its name, and those of all decisions."""
    match test:
        case ast.Compare(left=left, ops=[ast.IsNot()], comparators=[other]):
            value = value_of(other, names)
            if isinstance(value, Decision) and ast.unparse(left) == "self.case.review_wanted":
                borne = {one.value: frozenset(stage for stage in Stage if stage.value == one.value) for one in Decision}
                return borne[value.value], frozenset().union(*borne.values())
    return None


def waits_for_ever(node: ast.If) -> bool:
    """`self.begun_again()`: the case goes on from elsewhere; the run begins again."""
    return ast.unparse(node.body[-1]) == "await self.begun_again()"


def may_stay(node: ast.If) -> bool:
    """`if stage := TABLE.get(decision): enter`: a decision that the table does not have leaves the case where it is."""
    return ast.unparse(node.test).startswith(("stage", "(stage :=")) and "changes.enter" in ast.unparse(node.body[0])


def passed_before(test: ast.expr) -> bool:
    """What only a run that begins again finds so: the decision has led on already."""
    return ast.unparse(test).startswith("self.case.led_on_by is ")


def only_in(test: ast.expr, names: Names) -> frozenset[Stage]:
    """The stages that `self.case.stage is Stage.X`, alone or beside other conditions, leaves possible."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return frozenset(stage for one in test.values for stage in only_in(one, names))
    if not isinstance(test, ast.Compare) or ast.unparse(test.left) != "self.case.stage":
        return frozenset()
    if isinstance(test.ops[0], ast.Is | ast.Eq | ast.In):
        return frozenset(
            value for one in ast.walk(test.comparators[0]) if isinstance(value := value_of(one, names), Stage)
        )
    return frozenset()


def looked_at(node: ast.AST, names: Names, owner: type, depth: int = 0) -> list[str]:
    """Kinds of fact that a condition looks at, through the case's own properties and the chapters' lookups."""
    kinds = facts_in(node, names)
    for one in ast.walk(node) if depth < DEEP else ():
        if function := function_of(one, names, owner):
            inner = inspect.unwrap(function)
            of = CaseState if inner.__module__.startswith(OF_THE_CASE) else owner
            kinds += looked_at(source_of(inner), inner.__globals__, of, depth + 1)
    return list(dict.fromkeys(kinds))


def function_of(node: ast.AST, names: Names, owner: type) -> Callable[..., Any] | None:
    """What a name leads to: a property of the case, a method beside this one, a lookup of a chapter."""
    found: Any = None
    if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("self.case", "case", "state"):
        found = getattr(CaseState, node.attr, None)
    elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self":
        found = getattr(owner, node.attr, None)
    elif isinstance(node, ast.Name | ast.Attribute):
        found = value_of(node, names)
    found = found.fget if isinstance(found, property) else found
    if not inspect.isfunction(found) or found.__name__ in vars(Moves):
        return None
    return (
        found
        if found.__module__.startswith((*OF_THE_CASE, "review.chapters", "review.practice_standing", "workflows."))
        else None
    )
