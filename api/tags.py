"""API: the parts of the documentation, in the protocol's order, and which fact belongs to which."""

from review.bodies import REPORTED
from review.chapters import CHAPTERS
from review.offices import MAY_REPORT

CASES = "Cases"
ANY_CASE = CHAPTERS[-1].title  # also what corrects any fact
_SENT = [(chapter.title, [rel for rel in chapter.kinds if rel in REPORTED]) for chapter in CHAPTERS]
_TAGS = dict.fromkeys(MAY_REPORT, ANY_CASE) | {rel: title for title, rels in _SENT for rel in rels}
TAGS = [
    {"name": CASES, "description": "Open a case, find cases, read a case and what can be done next."},
    *({"name": title, "description": "What people report, in the protocol's order."} for title, rels in _SENT if rels),
    {"name": "CRG", "description": "Meetings with their agenda, the action log across cases."},
    {"name": "Messages", "description": "What became of what was sent."},
    {"name": "Calendar", "description": "Closure days and proclaimed bank holidays."},
    {"name": "Directory", "description": "People, agencies, offices, seniority."},
    {"name": "Links", "description": "Links in mails: which work, and revoking them."},
    {"name": "Mail", "description": "Undelivered mails of all cases, tried again together."},
    {"name": "About", "description": "Editions, schemas, problems, health."},
]


def tag_of(rel: str) -> str:
    """The part of the documentation that a fact belongs to: its chapter of the protocol."""
    return _TAGS[rel]
