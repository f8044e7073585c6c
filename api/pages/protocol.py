"""The protocol as a page: a diagram for each edition, made from the same data and code that run.

The picture is SVG, drawn here on the server; beside it the same in words, which a phone shows first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.deps import deps_of
from api.opening import DEFAULT_EDITION, edition_of, editions_of
from api.pages.auth import frame, reader
from api.pages.layout import page, plain
from api.problems import Problem
from api.protocol import ProtocolOut, RuleOut, StageOut, protocol_of
from delivery.words import plain as in_words
from review.facts.enums import Stage
from review.protocol import STAGE_TITLES

TOP, WIDTH, LANE, GAP, TITLE, LINE = 8, 440, 14, 24, 30, 17
WIDEST = 62  # signs of a line in a box
COLOURS = ("#1d4f66", "#8a3b12", "#4c2c92", "#00613a", "#a1123c", "#6b5300", "#0b4fa3", "#4a4a4a")
SHORT = {"dcs": "DCS", "crg-chair": "CRG Chair"}


def router() -> APIRouter:
    """`/protocol`"""
    routes = APIRouter(include_in_schema=False)
    routes.add_api_route("/protocol", show, methods=["GET"])
    return routes


async def show(request: Request, edition: str = DEFAULT_EDITION) -> Response:
    """The protocol under one edition."""
    caller = await reader(request)
    if isinstance(caller, Response):
        return caller
    deps = deps_of(request)
    try:
        protocol = protocol_of(edition_of(deps, edition))
    except Problem as problem:
        around = await frame(request, caller)
        return plain(request, "This edition is not known", problem.detail, status=problem.status, frame=around)
    titles = {stage.value: title for stage, title in STAGE_TITLES.items()}
    context = await frame(request, caller) | {
        "protocol": protocol,
        "editions": editions_of(deps),
        "titles": titles,
        "leads": {stage.id: _leads(protocol, stage.id) for stage in protocol.stages},
        "some": {
            target: _of(protocol, target) for target in dict.fromkeys(m.target for m in protocol.from_some_stages)
        },
        "rules": {rule.id: rule for rule in protocol.deadlines},
        "picture": picture(protocol),
        "offices": lambda offices: " or ".join(_office(protocol, one) for one in offices),
    }
    return page(request, "protocol.html", context)


def _leads(protocol: ProtocolOut, stage: Stage) -> list[str]:
    return [STAGE_TITLES[move.target] for move in protocol.moves if move.source is stage]


def _of(protocol: ProtocolOut, target: Stage) -> list[str]:
    """From where a stage is reached that is not in the picture: the first and the last of a row of stages."""
    sources = [STAGE_TITLES[move.source] for move in protocol.from_some_stages if move.target is target]
    return [sources[0], sources[-1]]


def _office(protocol: ProtocolOut, office: str) -> str:
    return protocol.offices.get(office) or in_words(office)


@dataclass
class Rail:
    """One line beside the boxes, which leads from all its sources to one stage."""

    target: int
    sources: list[int]
    back: bool
    lane: int = 0

    @property
    def span(self) -> tuple[int, int]:
        rows = [self.target, *self.sources]
        return min(rows), max(rows)


def picture(protocol: ProtocolOut) -> dict[str, Any]:
    """Boxes and lines of the diagram, in its own units: what leads to one stage runs together, forward left, backward
    right.
    """
    rows = {stage.id: number for number, stage in enumerate(protocol.stages)}
    moves = [(rows[move.source], rows[move.target]) for move in protocol.moves]
    rails = _rails(moves)
    lanes = {back: max((rail.lane for rail in rails if rail.back is back), default=0) for back in (False, True)}
    left = LANE * (lanes[False] + 1) + 6
    boxes = _boxes(protocol)
    right = left + WIDTH
    straight = [
        {"x": left + WIDTH // 2, "y1": boxes[source]["bottom"], "y2": boxes[target]["y"] - 2}
        for source, target in moves
        if target == source + 1
    ]
    bent = [
        _drawn(rail, boxes, right if rail.back else left, COLOURS[number % len(COLOURS)], number)
        for number, rail in enumerate(rails)
    ]
    return {
        "boxes": boxes,
        "straight": straight,
        "bent": bent,
        "left": left,
        "box": WIDTH,
        "height": boxes[-1]["bottom"] + TOP,
        "width": right + LANE * (lanes[True] + 1) + 6,
    }


def _rails(moves: Iterable[tuple[int, int]]) -> list[Rail]:
    """One rail for each stage and side; the shortest nearest the boxes, none over another."""
    found: dict[tuple[int, bool], Rail] = {}
    for source, target in moves:
        if target != source + 1:
            rail = found.setdefault((target, target < source), Rail(target, [], target < source))
            rail.sources.append(source)
    rails = sorted(found.values(), key=lambda one: (one.span[1] - one.span[0], one.target))
    for number, rail in enumerate(rails):
        taken = {one.lane for one in rails[:number] if one.back is rail.back and _meet(one.span, rail.span)}
        rail.lane = next(lane for lane in range(1, len(rails) + 1) if lane not in taken)
    return rails


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _drawn(rail: Rail, boxes: list[dict[str, Any]], edge: int, colour: str, number: int) -> dict[str, Any]:
    """The lines of one rail: from each source out to its lane, along it, and in at the target with an arrow."""
    out = edge + LANE * rail.lane * (1 if rail.back else -1)
    end = boxes[rail.target]["y"] + 12
    paths = [f"M {edge} {boxes[source]['bottom'] - 9} H {out} V {end}" for source in rail.sources]
    return {
        "paths": paths,
        "arrow": f"M {out} {end} H {edge + 2 if rail.back else edge - 2}",
        "colour": colour,
        "id": f"arrow-{number}",
        "dash": "6 3" if rail.back else "",
    }


def _boxes(protocol: ProtocolOut) -> list[dict[str, Any]]:
    rules = {rule.id: rule for rule in protocol.deadlines}
    boxes, y = [], TOP
    for stage in protocol.stages:
        owed = [_owed(protocol, rules[id]) for id in stage.deadlines]
        lines = [*_marks(stage), *[{"text": text, "kind": "deadline"} for text in owed]]
        height = TITLE + LINE * len(lines) + (6 if lines else 0)
        placed = [{**line, "y": y + TITLE + 6 + LINE * number} for number, line in enumerate(lines)]
        boxes.append(
            {"title": stage.title, "lines": placed, "ends": stage.ends, "y": y, "height": height, "bottom": y + height}
        )
        y += height + GAP
    return boxes


def _owed(protocol: ProtocolOut, rule: RuleOut) -> str:
    """A deadline as one line of a box; where its title is too long, the words beside the picture have the whole."""
    owed = f"{rule.length}, {SHORT.get(rule.owner) or _office(protocol, rule.owner)}"
    return f"{shorten(rule.title, max(20, WIDEST - len(owed) - 2), placeholder='…')}: {owed}"


def _marks(stage: StageOut) -> list[dict[str, str]]:
    return [{"text": f"Way in: {stage.way_in.title.lower()}", "kind": "way-in"}] if stage.way_in else []
