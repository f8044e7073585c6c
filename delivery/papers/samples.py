"""One invented content for every paper: what its template may name. `crg papers` shows and checks templates with it."""

from datetime import UTC, date, datetime
from typing import Any

REFERENCE = "SCP-2026-0007"
PARTNERSHIP = "Northmoor Safeguarding Children Partnership"
PAGE = "https://review.example.org/r/eyJhbGciOi.J9-x_y"

NOTIFIED = datetime(2026, 5, 14, 13, 5, tzinfo=UTC)  # 14:05 in London
END_OF_DAY = datetime(2026, 6, 5, 22, 59, 59, tzinfo=UTC)  # Friday, 23:59:59 in London
BY_THE_MINUTE = datetime(2026, 6, 3, 13, 0, tzinfo=UTC)  # Wednesday, 14:00 in London

_TEXT = "The school saw the family weekly.\n\nIt shared its concern <in writing> on two days:\nMonday and Thursday."

_AGENDA: dict[str, Any] = {
    "starts_at": BY_THE_MINUTE,
    "stages": [
        {
            "title": "Rapid review",
            "cases": [
                {
                    "reference": REFERENCE,
                    "following": "Agencies' returns, by the end of Friday 5 June 2026",
                    "notes": "Steps for children's safety: missing for Sample Child",
                }
            ],
        }
    ],
    "requests": ["SCP-2026-0008, Southmoor Partnership, wanted by Friday 5 June 2026"],
    "concerns": ["SCP-2026-0009: Sample: the scope is too narrow"],
    "milestones": ["SCP-2026-0006: Sample: first draft, Friday 5 June 2026"],
    "panel": ["SCP-2026-0006, Friday 5 June 2026: The Panel acknowledged receipt"],
    "actions": [
        {
            "reference": "SCP-2026-0006",
            "what": "Sample: review missed-appointment letters",
            "owner": "Wren Hale, Northmoor Police",
            "due": END_OF_DAY,
            "overdue": True,
        }
    ],
}

# What a paper may be made without: its template asks `{% if starts_at is defined %}`.
OPTIONAL = frozenset({"children", "incident", "officers", "safety", "starts_at"})

PAPERS: dict[str, dict[str, Any]] = {
    "chronology": {
        "of": ["Northmoor Police"],
        "gap_days": 90,
        "events": [
            {
                "when": "4 March 2026, 14:30",
                "agency": "Northmoor Police",
                "what": _TEXT,
                "source": "Sample: case record",
                "marked": "153 days since the event before",
            }
        ],
    },
    "scoring-sheet": {
        "criteria": ["Knowledge and experience", "Day rate"],
        "candidates": [{"name": "Sample Reviewer", "organisation": "Sample & Co", "day_rate": 500}],
    },
    "seven-minute-briefing": {
        "learned": ["Sample: share missed appointments at once."],
        "changes": [{"what": "Sample: review <letters>.", "outcome": "Sample: no child is lost from view."}],
    },
    "action-plan": {
        "open": 1,
        "actions": [
            {
                "what": "Sample: review missed-appointment letters",
                "outcome": "Sample: no child is lost from view.",
                "owner": "Wren Hale, Northmoor Police",
                "due": END_OF_DAY,
                "standing": "Amber: Sample: half of them are read.",
            }
        ],
    },
    "crg-agenda": _AGENDA | {"link": PAGE},
    "crg-minutes": _AGENDA
    | {"attended": ["Sam Rowan, Manager"], "notes": _TEXT, "recorded_by": "Wren Hale, Head of Service"},
    "information-asked": {
        "agency_name": "Northmoor Community Health",
        "due": END_OF_DAY,
        "link": PAGE,
        "headings": [{"title": "The facts", "asks": "What is known?"}],
    },
    "learning-findings": {
        "other_learning": [{"process": "inquest", "learned": "Alarms at night were not answered."}],
        "author": "Sam Rowan, Manager",
        "sections": [{"title": "What is to be learned", "text": "Write it down."}, {"title": "Why", "text": ""}],
    },
    "referral-form": {
        "agency_name": "Northmoor Council Education",
        "referred": [["Nature of the referral", "Near miss"]],
        "children": [
            {"name": "Sample Child", "known": [["Born", "29 February 2024"], ["Address", "1 <Sample> Street"]]}
        ],
        "family": [["Sample Adult", "mother"]],
        "homes": [["1 <Sample> Street", "the family home, Sample Child"]],
        "concern": "Sample: nearly lost from view.",
        "merits": "Sample: twice in a year.",
        "what_happened": "Sample: found at home.",
        "incident": [["Where", "In area"]],
        "told": ["Sample: the coroner"],
        "definition": "Limb (a).",
        "notified": [["The Panel's reference", "SAMPLE-0001"]],
        "safety": [["Sample Child", "Missing: not recorded yet."]],
    },
    "returns-request": {
        "agency_name": "Northmoor Community Health",
        "due": END_OF_DAY,
        "link": PAGE,
        "note": "Sample: please answer by <Monday>.",
        "headings": [
            {"title": "The facts", "asks": "What is known?"},
            {"title": "More learning", "asks": "What else?"},
        ],
    },
    "returns-pack": {
        "returns": [
            {
                "agency": "Northmoor Council Education",
                "status": "received",
                "received_at": NOTIFIED,
                "knew": True,
                "officer": "Head of Safeguarding in Education",
            },
            {
                "agency": "Northmoor Police",
                "status": "nil",
                "received_at": BY_THE_MINUTE,
                "knew": False,
                "officer": "Detective Superintendent, Public Protection",
            },
            {
                "agency": "Northmoor Community Health",
                "status": "missing",
                "received_at": None,
                "knew": None,
                "officer": None,
            },
        ],
        "headings": [
            {
                "title": "The facts",
                "answers": [{"agency": "Northmoor Council Education", "text": _TEXT}],
                "silent": [],
            },
            {"title": "More learning", "answers": [], "silent": ["Northmoor Council Education"]},
        ],
    },
    "rapid-review-agenda": {
        "agencies": ["Northmoor Council Education", "Northmoor Police", "Northmoor Community Health"],
        "legal_adviser": True,
        "starts_at": BY_THE_MINUTE,
        "criteria": [{"title": "Criteria for a local practice review", "items": ["Improvements are needed"]}],
        "officers": "accountable officers and the Independent Chair",
        "safety": "Sample: recorded for every child",
    },
    "rapid-review-record": {
        "held_at": BY_THE_MINUTE,
        "attended": ["Sam Rowan, Manager"],
        "representatives": [{"agency": "Northmoor Housing", "name": "Sample Representative"}],
        "legal_advice": "",
        "overviews": [{"agency": "Northmoor Police", "text": _TEXT}],
        "summary": "What was known was not joined up.",
        "recommendation": {
            "words": "The criteria are met. A national review is not considered necessary.",
            "reasons": "It was not joined up.",
            "in_favour": ["Sam Rowan, Manager", "Northmoor Housing"],
            "against": [],
        },
    },
    "rapid-review-report": {
        "children": [
            {
                "name": "Sample Child One",
                "known": [["Born", "29 February 2024"], ["Legal status", "interim care order"]],
            }
        ],
        "incident": [["Setting", "Sample: at home"]],
        "safety": [["Other children", "Recorded: Sample."]],
        "other_learning": [],
        "recommendation": "The criteria for a local review are met.\n\nA national review is not considered necessary.",
        "sections": [
            {"title": "Relevant children and family", "text": _TEXT},
            {"title": "Immediate safeguarding arrangements", "text": "All children of the household are safe today."},
        ],
        "criteria": [
            {
                "title": "Criteria for a local review",
                "source": "§4 of the Case Review Group's protocol",
                "items": [
                    {
                        "text": "Highlights improvements needed",
                        "answer": True,
                        "reasons": "Concerns were known but not joined up.",
                    },
                    {
                        "text": "Highlights recurrent themes",
                        "answer": False,
                        "reasons": "The last ten reviews found no such theme.",
                    },
                    {
                        "text": "The Panel has concluded that a local review is more appropriate",
                        "answer": None,
                        "reasons": "",
                    },
                ],
            }
        ],
        "agencies_involved": ["Northmoor Council Education", "Northmoor Police"],
        "agencies_absent": [{"name": "Northmoor Housing", "why": "The family never held a tenancy in the area."}],
        "took_part": ["CRG Chair", "Detective Superintendent, Public Protection"],
        "author": "Safeguarding Business Unit Manager",
        "outside": [["Why", "The Business Unit knows the family."], ["Experience", "Twelve rapid reviews."]],
    },
    "covering-letter": {
        "notified_at": NOTIFIED,
        "panel_reference": "CSPRP-11223",
        "report_version": 3,
        "recommendation": "The criteria for a local review are met.",
        "due": END_OF_DAY,
        "late_reason": "A return came after the meeting.",
        "too_late": ["Northmoor Housing"],
        "letter": "We would welcome the Panel's view on how the hospitals' records were shared.",
        "approvals": [
            {
                "capacity": "accountable-officer:police",
                "name": "Chief Superintendent Wren Hale",
                "on_behalf_of": "",
                "approved_at": BY_THE_MINUTE,
            },
            {
                "capacity": "delegate:health",
                "name": "Dr Sol Marsh",
                "on_behalf_of": "Dana Hale",
                "approved_at": BY_THE_MINUTE,
            },
        ],
        "signed_by": "Safeguarding Business Unit Manager",
    },
    "terms-of-reference": {
        "sections": [{"title": "Purpose", "text": _TEXT}],
        "questions": ["What was known of the children's daily life?"],
        "agencies": ["Northmoor Police"],
    },
    "partners-decision": {
        "decision": "no-further-action",
        "reasons": "The learning is complete.",
        "difference_reason": "What was not known then is known now.",
        "national_part": "assists",
        "why_no_more": "Every agency has answered.",
        "recommendation": "The criteria for a review are met, and a review is recommended.",
        "response": "disagrees",
        "response_reasons": "The Panel sees more to learn.",
    },
    "reviewer-selection": {
        "method": "independent-reviewer",
        "method_name": "",
        "method_reasons": "Nobody of the partnership is far enough from the work that is looked at.",
        "criteria": ["knowledge-and-experience", "day-rate"],
        "candidates": [
            {"candidate": "a", "name": "Dr Sol Marsh", "organisation": "Marsh Ltd", "day_rate": 500, "scores": [4, 3]},
            {"candidate": "b", "name": "Wren Hale", "organisation": "", "day_rate": 450, "scores": [3, 5]},
        ],
        "proposed": "b",
        "reasons": "The stronger on research.",
    },
    "review-contract": {
        "name": "Wren Hale",
        "day_rate": 450,
        "maximum_days": "20",
        "more_days": "In writing, before they are worked.",
    },
    "practice-review-report": {
        "summary": _TEXT,
        "analysis": "Each agency relied on another.",
        "other_learning": [{"process": "inquest", "learned": "Alarms at night were not answered."}],
        "recommendations": [
            {"what": "Share at once.", "agencies": ["Northmoor Police"], "outcome": "No child goes unseen."}
        ],
    },
    "publication-plan": {
        "publication_date": date(2026, 9, 30),
        "media": "One spokesperson; the family is told the day before.",
        "managers": ["Wren Hale, Head of Service"],
        "communications": "Head of Communications",
    },
    "not-publishing-letter": {"reasons": "The children could be recognised."},
    "improvement-information": {
        "improvements": "Missed appointments are shared within a day.",
        "where": "https://www.example.org/improvements",
        "none_reason": "",
    },
    "late-returns-letter": {
        "submitted_at": NOTIFIED,
        "came": [{"agency": "Northmoor Hospital", "came": BY_THE_MINUTE}],
        "letter": "It bears out what we recommend.",
    },
    "review-delay-letter": {"extended_date": date(2026, 12, 18), "reason": "Criminal proceedings are under way."},
}


def sample_context(n: dict[str, Any]) -> dict[str, Any]:
    """What a paper of the sample case is made from."""
    return {"reference": REFERENCE, "partnership": PARTNERSHIP, "version": 2, "made_at": BY_THE_MINUTE, "n": n}
