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
    "incident-reported": opening(),
    "referral-completed": {"safeguarding_lead": "Sample Lead", "senior_officer": "Sample Senior Officer"},
    "crg-considered": {
        "meeting_date": _in(-1)[:10],
        "attended": _CRG,
        "outcome": "learning-review",
        "reasons": examples.CONSIDERED,
    },
    "agencies-asked": {"agencies": ["police", "hospital"]},
    "information-supplied": {
        "what": examples.SUPPLIED,
        "to": "Business Manager, Sample Neighbouring Partnership",
        "lawful_basis": examples.LAWFUL,
    },
    "information-request-concluded": {"reasons": examples.CONCLUDED},
    "learning-terms-set": {"terms": examples.TERMS, "method": examples.METHOD, "lead": "sbu-manager"},
    "learning-participants-named": {"participants": [{"agency": "police", "office": "Team Manager"}]},
    "learning-findings-drafted": {"author": "sbu-manager", "findings": examples.FINDINGS.model_dump(mode="json")},
    "learning-review-assured": {
        "version": 1,
        "verdict": "sent-back",
        "lacking": ["Sample: say by when each action is due."],
        "reasons": examples.ASSURED,
        "attended": _CRG,
    },
    "case-merged": {"into": "CR-2026-001", "carried": ["D-7"], "reason": examples.MERGED},
    "case-reopened": {"reason": examples.REOPENED},
    "partner-view-given": {"officer": "dcs", "view": "notify", "reasons": examples.VIEW},
    "agency-knew": {"agency": "police", "known": True, "officer": "Head of Safeguarding"},
    "notification-withdrawn": {
        "reasons": examples.NOTIFICATION_WITHDRAWN,
        "panel_agreement": examples.PANEL_AGREEMENT,
    },
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
    "person-invited": {
        "person": "children-1",
        "group": "children",
        "name": "Sample Person 1",
        "invited_by": "Sample: the lead reviewer",
        "how": "Sample: by letter and a visit",
    },
    "invitation-answered": {"person": "children-1", "accepts": True},
    "advocacy-considered": {"person": "children-1", "used": False, "reasons": examples.ADVOCACY},
    "contribution-recorded": {
        "person": "children-1",
        "how": "Sample: a conversation",
        "said": examples.CONTRIBUTION,
    },
    "involvement-explained": {"group": "family", "reasons": examples.NOT_INVOLVED},
    "process-linked": {
        "process": "process-1",
        "process_kind": "child-death-review",
        "reference": "SAMPLE-CDR-1",
        "status": "Sample: begun",
    },
    "process-updated": {"process": "process-1", "status": "Sample: its report is expected next month"},
    "panel-dialogue-logged": {"direction": "from-panel", "how": "email", "summary": examples.DIALOGUE},
    "concern-escalated": {"concern": "concern-1", "reasons": examples.CONCERN},
    "concern-answered": {"concern": "concern-1", "answer": examples.ANSWER},
    "learning-disseminated": {
        "means": "Sample: briefing",
        "audience": "Sample: all agencies",
        "what": examples.LEARNING,
    },
    "findings-handed-over": {
        "handover": "handover-1",
        "to": "Quality sub-group",
        "findings": examples.LEARNING,
    },
    "sub-group-answered": {"handover": "handover-1", "answer": examples.ANSWER},
    "action-set": {
        "action": "action-1",
        "what": examples.ACTION,
        "owner": "lead-police",
        "agency": "police",
        "due_date": _in(91)[:10],
        "outcome": examples.OUTCOME,
    },
    "action-progressed": {
        "action": "action-1",
        "progress": examples.PROGRESS,
        "rating": "green",
        "evidence": examples.EVIDENCE,
    },
    "action-due-moved": {"action": "action-1", "due_date": _in(119)[:10], "reason": examples.LATER},
    "action-handed-on": {
        "action": "action-1",
        "owner": "lead-housing",
        "agency": "housing",
        "reason": examples.HANDED_ON,
    },
    "action-closure-agreed": {"action": "action-1", "reasons": examples.CLOSURE},
    "no-action-needed": {"reasons": examples.NO_ACTION},
    "terms-drafted": {"terms": examples.terms(["police", "hospital"]).model_dump(mode="json")},
    "terms-sent-for-approval": {"version": 1},
    "candidate-entered": {"candidate": "candidate-1", "name": "Sample Reviewer 1", "day_rate": 500},
    "candidate-scored": {
        "candidate": "candidate-1",
        "scores": {"knowledge-and-experience": 4, "knowledge-of-research": 5, "day-rate": 3},
        "reasons": examples.SCORED,
    },
    "conflict-declared": {"candidate": "candidate-1", "conflict": examples.CONFLICT},
    "conflict-resolved": {"candidate": "candidate-1", "how": examples.NO_CONFLICT},
    "candidate-excluded": {"candidate": "candidate-1", "reason": examples.EXCLUDED},
    "selection-proposed": {"candidate": "candidate-1", "reasons": examples.PROPOSED},
    "contract-issued": {
        "candidate": "candidate-1",
        "day_rate": 500,
        "maximum_days": 20,
        "more_days": examples.MORE_DAYS,
    },
    "contract-ended": {"reason": "Sample: a conflict of interest cannot be resolved."},
    "days-used": {"days": 2.5, "used_for": "Sample: conversations"},
    "days-extension-agreed": {"days": 5, "agreed_by": "CRG Chair", "reason": examples.MORE_DAYS},
    "milestone-set": {"milestone": "first-draft", "what": "Sample: first draft", "planned_date": _in(60)[:10]},
    "milestone-reached": {"milestone": "first-draft", "progress": examples.REVIEW_PROGRESS},
    "progress-reported": {"progress": examples.REVIEW_PROGRESS},
    "review-drafted": {"report": examples.review_report(["police", "hospital"]).model_dump(mode="json")},
    "review-assured": {"version": 1, "sound": False, "lacks": ["Sample: the children's daily life"]},
    "early-comment-sought": {"version": 1},
    "early-comment-given": {"officer": "officer-health", "comments": examples.COMMENTED},
    "early-comment-closed": {"reason": "Sample: no answer has come in two weeks."},
    "final-draft-sent": {"version": 1},
    "publication-planned": {
        "publication_date": _in(21)[:10],
        "media": examples.MEDIA,
        "managers": ["senior-police", "senior-hospital"],
        "communications": "Sample: head of Communications",
    },
    "advance-copy-sent": {"recipient": "panel"},
    "review-published": {"where": "https://www.example.org/sample-review"},
    "review-not-published": {"reasons": examples.NOT_PUBLISHED},
    "review-extended": {"extended_date": _in(90)[:10], "reason": examples.EXTENDED},
    "delay-told": {"authority": "secretary-of-state", "their_reference": "SAMPLE-0004"},
    "case-paused": {"reason": examples.PAUSED},
    "case-resumed": {"reason": examples.RESUMED},
    "case-withdrawn": {"reason": examples.WITHDRAWN},
    "duty-retried": {"duty": "returns-request:police>lead-police"},
    "taken-back": {"takes_back": "5b1d1f0e-6a55-4b39-9d1b-2f1f6f1f0a11", "reason": examples.TAKEN_BACK},
    "corrected": {
        "corrects": "5b1d1f0e-6a55-4b39-9d1b-2f1f6f1f0a11",
        "right": {"kind": "panel-notified", "notified_by": "Chief Executive", "panel_reference": "SAMPLE-0003"},
        "reason": examples.CORRECTED,
    },
}
