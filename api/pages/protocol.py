"""The protocol as a page: a diagram for each edition, made from the same data and code that run. Room: api.

The picture is SVG, drawn here on the server; below it the same in words, for those who do not see it.
"""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from api.means import means_of
from api.opening import DEFAULT_EDITION, edition_of, editions_of
from api.pages.frame import page, plain
from api.pages.gate import reader, sign_in_path
from api.problems import Problem
from api.protocol import ProtocolOut, protocol_of
from delivery.words import plain as in_words
from review.words import STAGE_TITLES

ROW, TOP, LEFT, WIDTH, HEIGHT, LANE = 64, 16, 150, 430, 42, 11
RIGHT = LEFT + WIDTH


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
    means = means_of(request)
    try:
        protocol = protocol_of(edition_of(means, edition))
    except Problem as problem:
        return plain(request, "This edition is not known", problem.detail, status=problem.status)
    titles = {stage.value: title for stage, title in STAGE_TITLES.items()}
    context = {
        "partnership": (await means.store.directory.read()).partnership,
        "signed_in": caller.speaker.who,
        "sign_in": sign_in_path(request),
        "protocol": protocol,
        "editions": [edition.id for edition in editions_of(means)],
        "titles": titles,
        "leads": {
            stage.id: [titles[move.target] for move in protocol.moves if move.source is stage.id]
            for stage in protocol.stages
        },
        "picture": picture(protocol),
        "offices": lambda offices: " or ".join(protocol.offices.get(one) or in_words(one) for one in offices),
    }
    return page(request, "protocol.html", context)


def picture(protocol: ProtocolOut) -> dict[str, Any]:
    """Boxes and lines of the diagram, in its own units: one row a stage, forward left, backward right."""
    rows = {stage.id: number for number, stage in enumerate(protocol.stages)}
    boxes = [
        {
            "title": stage.title,
            "deadlines": ", ".join(stage.deadlines),
            "ends": stage.ends,
            "y": TOP + number * ROW,
        }
        for number, stage in enumerate(protocol.stages)
    ]
    straight, bent = [], []
    lanes: dict[int, int] = {}
    for move in protocol.moves:
        source, target = rows[move.source], rows[move.target]
        if target == source + 1:
            straight.append({"x": LEFT + WIDTH // 2, "y1": TOP + source * ROW + HEIGHT, "y2": TOP + target * ROW - 2})
            continue
        side = 0 if target > source else 1
        lane = lanes[side] = lanes.get(side, 0) + 1
        bent.append({"path": _bend(source, target, side, 1 + lane % 12)})
    height = TOP * 2 + len(boxes) * ROW
    return {"boxes": boxes, "straight": straight, "bent": bent, "height": height, "width": RIGHT + 150}


def _bend(source: int, target: int, side: int, lane: int) -> str:
    """A line round the boxes between two rows."""
    edge = RIGHT if side else LEFT
    out = edge + LANE * lane if side else edge - LANE * lane
    start, end = TOP + source * ROW + HEIGHT * 2 // 3, TOP + target * ROW + HEIGHT // 3
    return f"M {edge} {start} H {out} V {end} H {edge + 3 if side else edge - 3}"
