"""API: the parts of the documentation, in the protocol's order, and which fact belongs to which."""

from review.chapters import CHAPTERS
from review.offices import MAY_SAY

CASES = "Cases"
_CHAPTERS = {chapter.title: f"{number} {chapter.title}" for number, chapter in enumerate(CHAPTERS, start=6)}
TAGS = [
    {"name": CASES, "description": "Open a case, find cases, read a case and what can be done next."},
    {"name": "1 Serious incident notification", "description": "§1: discuss, notify the Panel, tell the authorities."},
    {"name": "2 Rapid review: scoping and returns", "description": "§2: scoping meeting, request, agencies' returns."},
    {"name": "3 Rapid review: meeting, report, sign-off", "description": "§2: meeting, report, sign-off, submission."},
    {"name": "4 Panel's response and partners' decision", "description": "Flowchart: response and decision."},
    {"name": "5 Any case, any stage", "description": "Pause, resume, withdraw, correct, try again."},
    *({"name": name, "description": "Beyond the rapid review."} for name in _CHAPTERS.values()),
    {"name": "CRG", "description": "Meetings with their agenda, the action log across cases."},
    {"name": "Messages", "description": "What became of what was sent."},
    {"name": "Calendar", "description": "Closure days and proclaimed bank holidays."},
    {"name": "Directory", "description": "People, agencies, offices, seniority."},
    {"name": "About", "description": "Editions, schemas, problems, health."},
]

# The first fact of each part; the table of offices lists the facts in the protocol's order.
_FIRST = {
    "incident-reported": 1,
    "scoping-meeting-arranged": 2,
    "rapid-review-meeting-moved": 3,
    "panel-acknowledged": 4,
    "case-paused": 5,
}


def _tags() -> dict[str, str]:
    found, part = {}, 1
    for rel in MAY_SAY:
        part = _FIRST.get(rel, part)
        found[rel] = TAGS[part]["name"]
    for chapter in CHAPTERS:
        found |= dict.fromkeys(chapter.may_say, _CHAPTERS[chapter.title])
    return found


_TAGS = _tags()


def tag_of(rel: str) -> str:
    """The part of the documentation that a fact belongs to."""
    return _TAGS[rel]
