"""API: a complete, valid, plainly invented body for each thing that can be sent, as the documentation shows it.

In a case of its own, `next_steps` gives examples that fit that very case; these show the form.
"""

from datetime import datetime, timedelta
from typing import Any

from calendar_rules.lengths import LONDON
from review import examples

OPENING_AGO = timedelta(days=1)


def _in(days: int, hour: int = 10) -> str:
    """A time to come, as a portal writes it."""
    then = datetime.now(LONDON) + timedelta(days=days)
    return then.replace(hour=hour, minute=0, second=0, microsecond=0).isoformat()


def opening() -> dict[str, Any]:
    """An incident of yesterday: a case opened with it has all its time before it."""
    day = (datetime.now(LONDON) - OPENING_AGO).replace(minute=0, second=0, microsecond=0)
    times = {"incident_at": day.replace(hour=7).isoformat(), "aware_at": day.replace(hour=10).isoformat()}
    return examples.INCIDENT | times


_CRG = ["crg-chair", "lead-police", "sbu-manager"]

EXAMPLES: dict[str, dict[str, Any]] = {
    "partner-view-given": {"officer": "dcs", "view": "notify", "reasons": examples.VIEW},
    "not-notified-decided": {"outcome": "refer-to-crg", "reasons": examples.VIEW},
    "panel-notified": {"notified_by": "Chief Executive", "panel_reference": "SAMPLE-0001"},
    "authority-told": {"authority": "ofsted", "their_reference": "SAMPLE-0002"},
    "safety-steps-recorded": {"child_ids": ["child-sample-1"], "steps": examples.SAFETY},
    "scoping-meeting-arranged": {"starts_at": _in(1), "link": "https://meet.example.org/scoping"},
    "scoping-meeting-held": {
        "attended": _CRG,
        "case_details_confirmed": True,
        "scope": examples.SCOPE,
        "agencies": ["childrens-services", "police", "hospital", "primary-care"],
        "left_out": [{"agency": "education", "reason": "Sample: the children are below school age."}],
        "rapid_review_meeting_at": _in(10),
        "rapid_review_link": "https://meet.example.org/rapid-review",
        "legal_adviser_asked": True,
    },
    "returns-requested": {"covering_note": "Sample: please answer by the date given."},
    "agency-added": {"agency": "housing", "reason": examples.ADDED},
    "senior-officers-informed": {"agency": "police", "officer": "Director of Safeguarding"},
    "agency-returned": {
        "agency": "police",
        "officer": "Head of Safeguarding",
        "content": examples.RETURN.model_dump(mode="json"),
    },
    "returns-read": {"reader": "sbu-manager", "returns": {"police": 1, "hospital": 0}},
    "rapid-review-meeting-moved": {"starts_at": _in(11), "reason": examples.MOVED},
    "rapid-review-meeting-held": {
        "attended": _CRG,
        "representatives": [{"agency": "hospital", "name": "Sample Representative"}],
        "legal_advice": "Sample: the legal adviser had no concern.",
    },
    "report-drafted": {
        "author": "sbu-manager",
        "capacity": examples.CAPACITY.value,
        "chair_supports": True,
        "report": examples.report(["police", "hospital"], ["education"]).model_dump(mode="json"),
    },
    "draft-sent-for-sign-off": {"version": 1},
    "sign-off-given": {
        "round": "rapid-review-draft-1",
        "officer": "officer-health",
        "sha256": "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9",
        "verdict": "send-back",
        "comments": "Sample: say more about the hospital's part.",
    },
    "submitted-to-panel": {"version": 1, "covering_letter": examples.LETTER},
    "panel-acknowledged": {"meeting_date": _in(21)[:10]},
    "panel-responded": {"response": "agrees", "reasons": examples.PANEL},
    "panel-answered": {"answer": examples.PANEL, "meeting_date": _in(42)[:10]},
    "partners-decided": {"decision": "practice-review", "reasons": examples.DECISION},
    "case-paused": {"reason": examples.PAUSED},
    "case-resumed": {"reason": examples.RESUMED},
    "case-withdrawn": {"reason": examples.WITHDRAWN},
    "duty-retried": {"duty": "returns-request:police>lead-police"},
    "corrected": {
        "corrects": "5b1d1f0e-6a55-4b39-9d1b-2f1f6f1f0a11",
        "right": {"kind": "panel-notified", "notified_by": "Chief Executive", "panel_reference": "SAMPLE-0003"},
        "reason": examples.CORRECTED,
    },
}
