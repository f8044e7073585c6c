"""The protocol as its own code has it: read from the source of the workflow that runs, never drawn by hand.

Room: workflows; for the API, not for the run. It follows `protocol` from its first line as a reader would: `enter`
names a stage, `deadline` a clock, `fact` and what a wait looks at name what people say. Whatever a chapter adds is
found by itself. Where the source does not name a fact, the method says so with `workflows.hints.hears`.
"""

import ast
import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache
from typing import Any

from review.case import CaseState
from review.chapters import CHAPTERS
from review.fact import Fact
from review.facts import Corrected
from review.opening import WAYS_IN
from review.said.announced import CalendarChanged, DirectoryChanged
from review.said.notification import AuthorityTold
from review.said.practice_review import AdvanceCopySent, PublicationPlanned, ReviewPublished
from review.said.standing import CasePaused, CaseResumed, CaseWithdrawn, DutyRetried
from review.words import ENDED, Stage
from workflows.case_review import CaseReview
from workflows.hints import heard, standing
from workflows.information_request import InformationRequest
from workflows.moves import Moves
from workflows.source import (
    Names,
    assigned_in,
    bearing,
    calls_in,
    facts_in,
    looked_at,
    may_stay,
    not_decided,
    only_in,
    own_method,
    passed_before,
    source_of,
    stages_in,
    turns_back,
    value_of,
    waits_for_ever,
)

WAITING = ("fact", "each", "until", "send", "send_each", "sent", "make", "tell")  # moves that take time
RULE = re.compile(r"[A-Z]-\d")
FROM_ANY_STAGE = ("G-7", "G-10", "G-11")  # run whenever something is escalated, handed over or set
WIDE = 5  # a fact waited for in more stages than this is shown where its method leads

# Taken after the end, too, and waited for at a stage all the same: §1, K-8.
_HAVE_A_PLACE = (AuthorityTold, PublicationPlanned, AdvanceCopySent, ReviewPublished)
_BROADCASTS: tuple[type[Fact], ...] = (
    *(CasePaused, CaseResumed, CaseWithdrawn, Corrected, DutyRetried, CalendarChanged, DirectoryChanged),
    *(fact for chapter in CHAPTERS for fact in chapter.outlive if fact not in _HAVE_A_PLACE),
)
ANY_TIME = {str(one.model_fields["kind"].default) for one in _BROADCASTS}


class Weight(IntEnum):
    """How sure it is that a stage waits for a fact: the main line before work beside it, by name before by look."""

    BESIDE_LOOKED_AT = 1
    BESIDE = 2
    LOOKED_AT = 3
    AWAITED = 4


@dataclass
class Drawing:
    """What was found, in the order of the protocol."""

    stages: list[Stage] = field(default_factory=list)
    moves: list[tuple[Stage, Stage]] = field(default_factory=list)
    deadlines: dict[str, list[Stage]] = field(default_factory=dict)
    facts: dict[str, list[Stage]] = field(default_factory=dict)
    ways_in: dict[Stage, str] = field(default_factory=dict)  # the fact that a case begins with there


@dataclass(frozen=True)
class Heard:
    """Where a fact is waited for: in which call of which method, and what earlier calls of it found."""

    weight: Weight
    method: str
    call: int
    here: frozenset[Stage]
    before: frozenset[Stage] = frozenset()
    first: frozenset[Stage] = frozenset()

    @property
    def at(self) -> frozenset[Stage]:
        return self.here | self.before


@dataclass(frozen=True)
class Frame:
    """Where the reader stands: the method's names, and whether it is beside the main line."""

    method: Callable[..., Any]
    names: Names
    beside: bool


class Reader:
    """Reads the workflow's source from `protocol` on. `front` is the set of stages a case can be in at that line."""

    def __init__(self, process: type) -> None:
        self.process = process
        self.found = Drawing()
        self.heard: dict[str, Heard] = {}
        self.beside: dict[str, list[str]] = {}  # rules that run beside the main line -> facts awaited within
        self.set_by: dict[str, list[str]] = {}  # rules of which there are several -> the facts that each begins with
        self.yeses: dict[str, set[Stage]] = {}
        self.noes: dict[str, set[Stage]] = {}  # where a method that says yes or no leaves a case that it says no to
        self.kept: set[Stage] = set()  # where a decision that leads to no stage of its own leaves a case
        self.entered_by: dict[str, set[Stage]] = {}
        self.path: list[str] = []
        self.calls = 0
        self.open: list[set[Stage]] = []  # stages entered within each running deadline

    def read(self) -> Drawing:
        """The whole protocol, put in its order."""
        self.call("protocol", frozenset(), beside=False)
        found, order = self.found, list(Stage)
        found.stages.sort(key=order.index)
        for kind, one in self.heard.items():
            if one.weight > Weight.BESIDE_LOOKED_AT and kind not in ANY_TIME:
                led = one.first if 0 < len(one.first) <= WIDE else self.entered_by.get(one.method, set())
                at = led if led and len(one.at) > WIDE else one.at
                found.facts[kind] = sorted(set(at) - ENDED, key=order.index)
        for chapter in CHAPTERS:
            found.facts |= {kind: list(stages) for kind, stages in chapter.stages.items()}
        self._settle_what_runs_beside()
        for rule, kinds in fulfilling().items():
            for kind in kinds:
                known = self.heard.get(kind)
                if kind not in found.facts or (known and known.weight is Weight.LOOKED_AT):
                    found.facts[kind] = found.deadlines.get(rule, [])[-1:] or found.facts.get(kind, [])
        return found

    def _settle_what_runs_beside(self) -> None:
        """A clock beside the main line is shown where the main line waits for what meets it."""
        for rule, awaited in self.beside.items():
            meeting = fulfilling().get(rule, [])
            if "agency-returned" in meeting:
                meeting = ["agency-returned"]
            stages = [stage for kind in meeting or awaited for stage in self.found.facts.get(kind, [])]
            if stages:
                runs = self.found.deadlines.get(rule, [])
                self.found.deadlines[rule] = list(
                    dict.fromkeys(one for one in stages if one in runs) or dict.fromkeys(stages)
                )

    # --- methods ---

    def call(self, name: str, front: frozenset[Stage], *, beside: bool) -> frozenset[Stage]:
        """A method of the process: what front it leaves behind."""
        method = getattr(self.process, name, None)
        if method is None or name in self.path or name in vars(Moves):
            return front
        if (own := standing(method)) and not front <= own:
            return (front - own) | self.call(name, front & own, beside=beside)
        self.path.append(name)
        frame = Frame(method, inspect.unwrap(method).__globals__, beside)
        node = source_of(method)
        self.calls += 1
        ends: set[Stage] = set()
        for kind in heard(method):
            self.hear(kind, front, Weight.BESIDE if beside else Weight.AWAITED)
        front = self.block(node.body, front, frame, ends)  # type: ignore[attr-defined]
        self.path.pop()
        return (front | ends) - ENDED

    def block(
        self, body: Iterable[ast.stmt], front: frozenset[Stage], frame: Frame, ends: set[Stage]
    ) -> frozenset[Stage]:
        body = list(body)
        for number, statement in enumerate(body):
            if own_method(getattr(statement, "value", statement)) == "meanwhile":  # at work in the stage that follows
                self.statement(statement, frozenset(self.begins_in(body[number:], frame.names)) or front, frame, ends)
                continue
            front = self.statement(statement, front, frame, ends)
            if isinstance(statement, ast.Return):
                ends |= front
                no = isinstance(statement.value, ast.Constant) and statement.value.value is False
                (self.noes if no else self.yeses).setdefault(self.path[-1], set()).update(front)
                return frozenset()
        return front

    def statement(self, node: ast.stmt, front: frozenset[Stage], frame: Frame, ends: set[Stage]) -> frozenset[Stage]:
        match node:
            case ast.If():
                return self.either(node, front, frame, ends)
            case ast.While() | ast.For() | ast.AsyncFor():
                head = node.test if isinstance(node, ast.While) else node.iter
                self.look_at(head, front, frame)
                front = self.expression(head, front, frame)
                return front | self.block(node.body, front, frame, ends)
            case ast.Match():
                front = self.expression(node.subject, front, frame)
                after: frozenset[Stage] = frozenset()
                for case in node.cases:
                    own = bearing(case.pattern, frame.names) & front
                    after |= self.block(case.body, own or front, frame, ends)
                    front -= own
                return after
            case ast.AsyncWith() | ast.With():
                return self.within(node, front, frame, ends)
            case ast.Try():
                front = self.block(node.body, front, frame, ends)
                return self.block(node.finalbody, front, frame, ends)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                return front
            case _:
                return self.expression(node, front, frame)

    def either(self, node: ast.If, front: frozenset[Stage], frame: Frame, ends: set[Stage]) -> frozenset[Stage]:
        """Both ways of an `if`, each with the stages in which it can be taken."""
        before = front
        front = self.expression(node.test, front, frame)
        asked = [own_method(call) or "" for call in calls_in(node.test)]
        noes = {stage for name in asked for stage in self.noes.get(name, ())}
        if noes:
            yeses = {stage for name in asked for stage in self.yeses.get(name, ())}
            yes = self.block(node.body, front - (noes - yeses), frame, ends) - ENDED
            return yes | self.block(node.orelse, front & noes, frame, ends)
        if passed_before(node.test):  # by a run that begins again, in a later stage
            return front
        if decided := not_decided(node.test, frame.names):
            own, others = decided
            yes = self.block(node.body, front - (own or self.kept), frame, ends) - ENDED
            return yes | self.block(node.orelse, front & (own or self.kept or front - others), frame, ends)
        only = only_in(node.test, frame.names)
        turned, stays = turns_back(node), waits_for_ever(node)
        entered = (front - before) | (front & self.kept) or front
        if may_stay(node):
            self.kept |= (only & front) or front
        yes = self.block(node.body, (only & front) or only or (entered if turned else front), frame, ends)
        rest = (front & before) or front if turned else entered if stays else front
        sure = only if isinstance(node.test, ast.Compare) else frozenset()
        no = self.block(node.orelse, rest - sure, frame, ends)
        return no if stays else (yes - ENDED) | no

    def within(
        self, node: ast.AsyncWith | ast.With, front: frozenset[Stage], frame: Frame, ends: set[Stage]
    ) -> frozenset[Stage]:
        """A deadline runs over the stages entered within it; where something is awaited first, over this one too."""
        rules = [rule for item in node.items if (rule := self.rule_of(item.context_expr, frame))]
        for item in node.items:
            front = self.expression(item.context_expr, front, frame)
        self.open.append(set())
        waits = not self.begins_in(node.body, frame.names)
        after = self.block(node.body, front, frame, ends)
        entered = self.open.pop()
        over = entered | (front if waits or not entered else frozenset())
        for rule in rules:
            if not (frame.beside and len(over) > WIDE and self.found.deadlines.get(rule)):
                self.run_over(rule, over)
            if frame.beside:
                self.beside[rule] = facts_in(ast.Module(node.body, []), frame.names)
        return after

    def begins_in(self, body: Iterable[ast.stmt], names: Names) -> list[Stage]:
        """The stages that a piece of the process enters before it waits for anything; none where it waits first."""
        for statement in body:
            for call in calls_in(statement):
                name = own_method(call)
                if name in WAITING or ast.unparse(call.func).endswith("wait_condition"):
                    return []
                if name is None or (name in vars(Moves) and name != "enter"):
                    continue
                if name == "enter":
                    return stages_in(call.args[0], names)
                method = getattr(self.process, name, None)
                if inspect.isfunction(method):
                    inner = inspect.unwrap(method)
                    if inspect.iscoroutinefunction(inner):
                        return self.begins_in(source_of(inner).body, inner.__globals__)  # type: ignore[attr-defined]
        return []

    def rule_of(self, node: ast.expr, frame: Frame) -> str | None:
        if not (isinstance(node, ast.Call) and own_method(node) == "deadline" and node.args):
            return None
        value = value_of(node.args[0], frame.names)
        if isinstance(value, str):
            return value
        return ""  # given by the caller; see `expression`

    def run_over(self, rule: str, over: Iterable[Stage]) -> None:
        held = self.found.deadlines.setdefault(rule, [])
        held += [stage for stage in sorted(over, key=list(Stage).index) if stage not in held]

    # --- expressions ---

    def expression(self, node: ast.AST, front: frozenset[Stage], frame: Frame) -> frozenset[Stage]:
        """Calls in the order in which they are made."""
        for call in calls_in(node):
            front = self.one_call(call, front, frame)
        return front

    def one_call(self, call: ast.Call, front: frozenset[Stage], frame: Frame) -> frozenset[Stage]:
        name, called = own_method(call), ast.unparse(call.func)
        if name == "enter" or called == "changes.enter":
            stages = stages_in(call.args[0] if name else call.args[1], frame.names, assigned_in(frame.method))
            return self.go(stages, front, back=not name)
        if name == "meanwhile":
            self.work_beside(call, front, frame)
        elif name in ("fact", "each") and call.args:
            for kind in facts_in(call.args[0], frame.names):
                self.hear(kind, front, Weight.BESIDE if frame.beside else Weight.AWAITED)
        elif (called.endswith("wait_condition") or name == "until") and call.args:
            self.look_at(call.args[0], front, frame)
        elif name:
            return self.call(name, front, beside=frame.beside)
        return front

    def work_beside(self, call: ast.Call, front: frozenset[Stage], frame: Frame) -> None:
        """Work that never holds up the main line; a rule that it is given runs where it begins."""
        for inner in [one for arg in call.args for one in ast.walk(arg) if isinstance(one, ast.Call)]:
            if (work := own_method(inner)) and work not in vars(Moves):
                self.call(work, front, beside=True)
                for arg in inner.args:
                    if isinstance(rule := value_of(arg, frame.names), str) and RULE.match(rule):
                        self.run_over(rule, front)
                        self.set_by[rule] = facts_in(source_of(frame.method), frame.names)

    def go(self, stages: list[Stage], front: frozenset[Stage], *, back: bool) -> frozenset[Stage]:
        """Stages are entered; `Moves.enter` goes on only, never back."""
        order = list(Stage).index
        self.entered_by.setdefault(self.path[-1], set()).update(stages)
        for stage in stages:
            if stage not in self.found.stages:
                self.found.stages.append(stage)
            for entered in self.open:
                entered.add(stage)
            for was in sorted(front, key=order):
                leads = was is not stage and was not in ENDED and (back or order(was) < order(stage))
                if leads and (was, stage) not in self.found.moves:
                    self.found.moves.append((was, stage))
        return frozenset(stages)

    def look_at(self, node: ast.AST, front: frozenset[Stage], frame: Frame) -> None:
        weight = Weight.BESIDE_LOOKED_AT if frame.beside else Weight.LOOKED_AT
        for kind in looked_at(node, frame.names, self.process):
            self.hear(kind, front, weight)

    def hear(self, kind: str, front: frozenset[Stage], weight: Weight) -> None:
        """A stage waits for a fact. The surest place is kept; of equal ones the first method, at its last line."""
        here, before = self.path[-1] if self.path else "", self.heard.get(kind)
        if before is None or weight > before.weight:
            self.heard[kind] = Heard(weight, here, self.calls, front, first=front)
        elif weight == before.weight and here == before.method:
            elsewhere = before.at | before.before if before.call != self.calls else before.before
            self.heard[kind] = Heard(weight, here, self.calls, front, elsewhere, before.first)


@cache
def fulfilling() -> dict[str, list[str]]:
    """Which facts meet which deadline, as the case itself decides it."""
    inner = CaseState.fulfilled
    (match,) = [one for one in ast.walk(source_of(inner)) if isinstance(one, ast.Match)]
    met: dict[str, list[str]] = {}
    for case in match.cases:
        rules = [one.value for one in ast.walk(case.pattern) if isinstance(one, ast.Constant)]
        for rule in rules:
            met[str(rule)] = looked_at(ast.Module(case.body, []), inner.__globals__, CaseState)
    return met


@cache
def drawing() -> Drawing:
    """The protocol of this release, read once: the case review, and the request for information (A-4)."""
    whole, order = Drawing(), list(Stage)
    set_by: dict[str, list[str]] = {}
    for process in (CaseReview, InformationRequest):
        reader = Reader(process)
        found = reader.read()
        set_by |= {rule: kinds for rule, kinds in reader.set_by.items() if rule in FROM_ANY_STAGE}
        whole.stages = sorted({*whole.stages, *found.stages}, key=order.index)
        whole.moves = list(dict.fromkeys([*whole.moves, *found.moves]))
        for rule, kinds in set_by.items():
            found.deadlines[rule] = []
            found.facts |= {kind: [] for kind in kinds}
        for mine, theirs in ((whole.deadlines, found.deadlines), (whole.facts, found.facts)):
            for name, stages in theirs.items():
                mine[name] = sorted({*mine.get(name, []), *stages}, key=order.index)
    for chapter in CHAPTERS:
        whole.facts |= {kind: list(stages) for kind, stages in chapter.stages.items()}
        whole.moves += [move for move in chapter.leads if move not in whole.moves]
    for rule, kinds in set_by.items():  # drawn where what begins it is waited for, if it is in any stage
        whole.deadlines[rule] = [stage for stage in order if any(stage in whole.facts[kind] for kind in kinds)]
    whole.ways_in = {stage: str(fact.model_fields["kind"].default) for fact, (_, stage) in WAYS_IN.items()}
    for kind in whole.ways_in.values():  # it begins a case; where else it is reported, its chapter says
        whole.facts[kind] = list(next((one.stages[kind] for one in CHAPTERS if kind in one.stages), ()))
    return whole
