"""One invented context for every template: what the workflow promises to give. The table is the contract."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from delivery.papers.samples import BY_THE_MINUTE, END_OF_DAY, NOTIFIED, PAGE, PARTNERSHIP, REFERENCE
from review.case.mailing import TROUBLE_WORDS, MailTrouble

PORTAL = "https://portal.example.org/cases/SCP-2026-0007"

# The mails of the gallery are read on Tuesday 2 June 2026, the twelfth of the fifteen working days of D-7.
YESTERDAY = datetime(2026, 6, 1, 22, 59, 59, tzinfo=UTC)  # Monday, 23:59:59 in London
YESTERDAY_BY_THE_MINUTE = datetime(2026, 6, 1, 13, 0, tzinfo=UTC)
YESTERDAY_TEXT, YESTERDAY_MINUTE_TEXT = "the end of Monday 1 June 2026", "14:00 on Monday 1 June 2026"
_FRIDAY_BEFORE = datetime(2026, 5, 29, 22, 59, 59, tzinfo=UTC)
_TOMORROW = datetime(2026, 6, 3, 22, 59, 59, tzinfo=UTC)
_TWO_HOURS_LATER = datetime(2026, 6, 3, 15, 0, tzinfo=UTC)
_DAY_BEFORE = datetime(2026, 5, 13, 22, 59, 59, tzinfo=UTC)  # the day before what is done at NOTIFIED
_TODAY_BY_THE_MINUTE = datetime(2026, 6, 2, 9, 0, tzinfo=UTC)
_TODAY = datetime(2026, 6, 2, 22, 59, 59, tzinfo=UTC)
DAY_END_TEXT = "the end of Friday 5 June 2026"
MINUTE_TEXT = "14:00 on Wednesday 3 June 2026"
MINUTE_SHOWN = "Wednesday 3 June 2026, 14:00"


@dataclass(frozen=True)
class Sample:
    """`asks`: words that the first line must hold; `by`: the time it must name, if one is owed."""

    asks: str
    by: str | None = None
    n: dict[str, Any] = field(default_factory=dict)
    also: tuple[dict[str, Any], ...] = ()  # other contexts it must render with


_RETURN = {"agency_name": "Northmoor Community Health", "due": END_OF_DAY, "link": PAGE}
_SIGN = {
    "document_title": "Rapid review report",
    "version": 2,
    "due": BY_THE_MINUTE,
    "link": PAGE,
    "capacity": "accountable-officer:police",
}
_DRAFT_ASKED = {"document_title": "Rapid review report", "version": 2, "due": END_OF_DAY, "link": PAGE}
_CHANGED = {"name": "Ash Sample", "address": True, "offices": ["deputy:health", "crg-chair"], "waits": True}
_SIGNED = {
    "document_title": "Rapid review report",
    "version": 2,
    "capacity": "accountable-officer:police",
    "approved": True,
    "signer_name": "Ash Sample",
    "at": NOTIFIED,
    "commented": False,
    "on_behalf_of": "",
}
_ASKED_TO_SIGN = {**_SIGN, "as_deputy_for": None}
_AS_DEPUTY = {**_SIGN, "capacity": "deputy:police", "as_deputy_for": "accountable-officer:police"}
_EARLY = {"document_title": "Practice review report"}  # early comment is sought on that one alone (K-5)
_PAST = {"due": YESTERDAY_BY_THE_MINUTE}
_MEETING = {"starts_at": BY_THE_MINUTE, "link": PAGE}
_REMINDER = {
    "title": "Rapid review submitted to the Panel",
    "due": END_OF_DAY,
    "owner": "business-unit",
    "own": True,
    "kind": "reminder",
    "rule_id": "D-7",
    "slack_working_days": 3,
}
_AHEAD = (
    {**_REMINDER, "title": "CRG scoping meeting", "rule_id": "D-4", "due": _TOMORROW, "slack_working_days": 1},
    {**_REMINDER, "title": "CRG scoping meeting", "rule_id": "D-4", "due": _TODAY, "slack_working_days": 0},
    {**_REMINDER, "slack_working_days": None},
)
_OVERDUE = {**_REMINDER, "title": "CRG scoping meeting", "rule_id": "D-4", "due": YESTERDAY, "slack_working_days": -1}
_STILL_OVERDUE = {**_OVERDUE, "due": _FRIDAY_BEFORE, "slack_working_days": -2}
_OVERDUE_AGAIN = (
    {**_OVERDUE, "due": _TODAY_BY_THE_MINUTE, "slack_working_days": 0},
    {**_OVERDUE, "slack_working_days": None},
    _STILL_OVERDUE,
    {**_STILL_OVERDUE, "entered_overdue": True},
)
_RETURN_MISSING = {
    **_OVERDUE,
    "title": "Agency's return",
    "rule_id": "D-6:health",
    "owner": "agency",
    "own": False,
    "agency_name": "Northmoor Community Health",
}
_ACTION = {
    **_OVERDUE,
    "title": "Action",
    "rule_id": "G-11:letters",
    "owner": "action-owner",
    "own": False,
    "called": "Review missed-appointment letters",
    "lead_name": "Dale Sample",
}
_CLOSING = {**_ACTION, "owner": "crg-chair", "own": True, "evidence_given": True}
_LATE = (_RETURN_MISSING, _ACTION)
_TOLD = {"reason_recorded": True, "by_office": "crg-chair"}
_PAUSED_REVIEW = {**_TOLD, "d_10": END_OF_DAY, "forecast": date(2026, 7, 3)}
_PANEL_RESPONSE = {
    "response": "agrees",
    "received_at": NOTIFIED,
    "recorded": False,
    "decided": False,
    "again": False,
}
_DECISION = {
    "decision": "practice-review",
    "decided_at": NOTIFIED,
    "differs": True,
    "each_agreed": True,
    "before_response": True,
}
_UNDELIVERED = {
    "what": "request for the agency's return",
    "office": "agency",
    "agency_name": "Northmoor Community Health",
    "lead_name": "Dale Sample",
    "lead_address": "dale.sample@agency.example.org",
    "why": "there is no such mailbox",
    "trouble": "no-such-person",
}
_PARTNERS = {"notified_at": NOTIFIED, "due": END_OF_DAY}

_REFERRED = {"received_at": NOTIFIED, "capacity": "crg-chair", "declined": False, "due": END_OF_DAY}
_CONSIDERED = {"outcome": "serious-incident", "meeting_date": date(2026, 5, 14), "report": True}

_WRONG = {"title": "Case paused", "told_at": NOTIFIED, "gone": True}

MAILS: dict[str, Sample] = {
    "referral-returned": Sample(
        "complete this referral", DAY_END_TEXT, {"lacks": ["a senior officer's support"], "due": END_OF_DAY}
    ),
    "incident-not-reported": Sample("report the serious incident in the portal today"),
    "referral-received": Sample(
        "considered at a meeting",
        DAY_END_TEXT,
        _REFERRED,
        ({**_REFERRED, "capacity": "accountable-officer"}, {**_REFERRED, "declined": True}),
    ),
    "crg-considered": Sample(
        "the serious incident is reported in the portal today",
        None,
        _CONSIDERED,
        tuple(
            {**_CONSIDERED, "outcome": one, "report": False}
            for one in ("serious-incident", "learning-review", "practice-review", "no-further-action")
        ),
    ),
    "several": Sample(
        "2 deadlines are overdue. Most urgent: Send the return of Northmoor Police.",
        None,
        {
            "title": "deadlines are overdue",
            "what": "deadlines are overdue",
            "worst": "Send the return of Northmoor Police. Please do this today: it was due by " + YESTERDAY_TEXT + ".",
            "lines": [
                "Overdue: send the return of Northmoor Police. Please do this today: it was due by "
                + YESTERDAY_TEXT
                + ".",
                "Overdue: send the return of Northmoor Housing. Please do this today: it was due by "
                + YESTERDAY_TEXT
                + ".",
            ],
        },
    ),
    "information-supplied": Sample("no action needed"),
    "information-concluded": Sample("is concluded"),
    "information-answered": Sample(
        "that you have our answer",
        None,
        {"asked_at": NOTIFIED, "concluded": False},
        also=({"asked_at": NOTIFIED, "concluded": True},),
    ),
    "information-requested": Sample("no action needed", None, {"received_at": NOTIFIED}),
    "information-asked": Sample(
        "send the return of Northmoor Community Health", DAY_END_TEXT, _RETURN, ({**_RETURN, "known_by": _TOMORROW},)
    ),
    "information-collated": Sample(
        "supply what is to be shared",
        None,
        {"received": ["Northmoor Police"], "missing": ["Housing"], "late": ["Northmoor Police"], "link": PAGE},
        (
            {"received": [], "missing": [], "late": [], "link": PAGE},
            {"received": ["Northmoor Police"], "missing": [], "late": [], "link": PAGE, "wanted": END_OF_DAY},
        ),
    ),
    "wanted-before-returns": Sample(
        "agree another day", "the end of Wednesday 3 June 2026", {"due": END_OF_DAY, "wanted": _TOMORROW}
    ),
    "learning-review-begins": Sample("agree the terms and method of the learning review"),
    "learning-participant": Sample("can take part", None, {"agency_name": "Northmoor Community Health"}),
    "learning-findings": Sample(
        "read version 2 of the findings", None, {"version": 2, "missing": 0}, ({"version": 1, "missing": 1},)
    ),
    "learning-sent-back": Sample("draft a new version", None, {"version": 1, "lacking": 2}),
    "learning-review-agreed": Sample("share the learning"),
    "case-parted": Sample("is a separate case again", None, {"other": "SCP-2026-0008"}),
    "referral-goes-on": Sample(
        "is now part of case SCP-2026-0009",
        None,
        {"other": "SCP-2026-0009", "agency_name": "Northmoor Community Health"},
        also=({"other": None, "agency_name": "Northmoor Community Health"},),
    ),
    "case-joined": Sample(
        "carries its open duties",
        None,
        {"other": "SCP-2026-0008", "child_count": 1, "kin_count": 0, "deadlines": ["Agency's return"], "missing": []},
        (
            {
                "other": "SCP-2026-0008",
                "child_count": 0,
                "kin_count": 2,
                "deadlines": [],
                "missing": ["Agency's return"],
            },
        ),
    ),
    "case-merged": Sample(
        "do no more work",
        None,
        _TOLD
        | {
            "child_count": 2,
            "kin_count": 0,
            "deadlines": ["Panel notified"],
            "loses": ["the return of Northmoor Police"],
        },
        (_TOLD | {"child_count": 1, "kin_count": 1, "deadlines": [], "loses": []},),
    ),
    "case-reopened": Sample("what you need to do on this case", None, _TOLD),
    "sign-in-code": Sample(
        asks="Enter the code below to sign in",
        by=MINUTE_SHOWN,
        n={"code": "BCDF-GHJK", "until": BY_THE_MINUTE},
    ),
    "sign-in-no-code": Sample(asks="Sign in with your council account", n={"why": "account"}, also=({"why": "waits"},)),
    "morning-mail": Sample(
        "2 overdue, none due today",
        None,
        {
            "day": date(2026, 12, 22),
            "parts": [
                {"title": "Overdue", "count": 2, "lines": ["CR-2026-007: Return (Police): 2 working days late"]},
                {"title": "Due today", "count": 0, "lines": []},
            ],
        },
    ),
    "weekly-digest": Sample(
        "with an overdue deadline",
        None,
        {
            "lines": [
                {
                    "reference": "SCP-2026-0007",
                    "stage": "Panel's response",
                    "due": YESTERDAY,
                    "overdue": True,
                    "safety": "missing for 1 child",
                },
                {
                    "reference": "SCP-2026-0008",
                    "stage": "Partners' decision",
                    "due": None,
                    "overdue": False,
                    "safety": "",
                },
            ]
        },
    ),
    "crg-meeting-invite": Sample(
        "come to the CRG meeting",
        "Wednesday 3 June 2026, 14:00",
        {**_MEETING, "agenda_link": PORTAL},
        ({**_MEETING, "link": PORTAL, "agenda_link": PORTAL},),
    ),
    "crg-meeting-moved": Sample(
        "come to the CRG meeting",
        "Wednesday 3 June 2026, 14:00",
        {**_MEETING, "was": NOTIFIED, "ends_at": _TWO_HOURS_LATER, "agenda_link": PORTAL},
        ({**_MEETING, "was": BY_THE_MINUTE, "ends_at": _TWO_HOURS_LATER, "agenda_link": PORTAL},),
    ),
    "crg-meeting-cancelled": Sample(
        "Cancelled: CRG meeting",
        "Wednesday 3 June 2026, 14:00",
        {"starts_at": BY_THE_MINUTE, "why": "cancelled"},
        ({"starts_at": BY_THE_MINUTE, "why": "left"},),
    ),
    "crg-meeting-agenda": Sample(
        "read the agenda",
        "Wednesday 3 June 2026, 14:00",
        {
            "starts_at": BY_THE_MINUTE,
            "lines": [
                {
                    "reference": "SCP-2026-0007",
                    "stage": "Panel's response",
                    "overdue": True,
                    "safety": "missing for 1 child",
                },
                {"reference": "IR-2026-0002", "stage": "Another partnership's request", "overdue": False, "safety": ""},
            ],
        },
        ({"starts_at": BY_THE_MINUTE, "lines": []},),
    ),
    "crg-meeting-undelivered": Sample(
        "Correct the address",
        None,
        {
            "what": "an invitation to the meeting",
            "starts_at": BY_THE_MINUTE,
            "lead_name": "Dale Sample",
            "lead_address": "dale.sample@agency.example.org",
        },
    ),
    "crg-meeting-unrecorded": Sample(
        "record who attended", "Wednesday 3 June 2026, 14:00", {"starts_at": BY_THE_MINUTE}
    ),
    "action-set": Sample(
        "Carry out the action",
        DAY_END_TEXT,
        {"due": END_OF_DAY, "called": "Review missed-appointment letters"},
        also=({"due": YESTERDAY, "called": "Review missed-appointment letters", "overdue": True},),
    ),
    "action-handed-on": Sample("no action needed", None, {"called": "Review missed-appointment letters"}),
    "concern-escalated": Sample("answer a concern", DAY_END_TEXT, {"due": END_OF_DAY}),
    "concern-answered": Sample("has answered the concern"),
    "learning-disseminated": Sample("has been shared"),
    "case-concluded": Sample(
        "is concluded",
        None,
        {"still": [], "missing": []},
        also=(
            {"still": ["Tell the Secretary of State of the delay"], "missing": []},
            {"still": [], "missing": ["Record the immediate safety steps"]},
        ),
    ),
    "incident-received": Sample(
        "Discuss this incident",
        DAY_END_TEXT,
        {"aware_at": NOTIFIED, "due": END_OF_DAY, "deciders": ["dcs", "chief-executive"]},
        (
            {"aware_at": NOTIFIED, "due": END_OF_DAY, "deciders": ["dcs", "chief-executive"], "again": True},
            {"aware_at": NOTIFIED, "due": YESTERDAY, "deciders": ["dcs"], "late": True},
            {"aware_at": NOTIFIED, "due": END_OF_DAY, "deciders": ["dcs"], "heard": True},
        ),
    ),
    "office-vacant": Sample(
        "Enter in the directory",
        None,
        {"vacant": [{"office": "chief-executive", "needed_for": ["the view whether to notify the Panel"]}]},
        (
            {
                "vacant": [
                    {"office": "crg-chair", "needed_for": ["the agreement of the draft report"]},
                    {"office": "dcs", "needed_for": ["the view whether to notify the Panel", "telling Ofsted"]},
                ]
            },
        ),
    ),
    "view-awaited": Sample(
        "Record today",
        DAY_END_TEXT,
        {"due": END_OF_DAY, "asked_at": NOTIFIED, "own": True, "silent": ["chief-executive"]},
        ({"due": END_OF_DAY, "asked_at": NOTIFIED, "own": False, "silent": ["dcs", "chief-executive"]},),
    ),
    "views-differ": Sample("reach agreement", DAY_END_TEXT, {"due": END_OF_DAY}),
    "not-notified": Sample(
        "no action needed",
        None,
        {"decided_at": NOTIFIED, "care_death": False, "referred": False, "deciders": ["dcs", "chief-executive"]},
        ({"decided_at": NOTIFIED, "care_death": True, "referred": True, "deciders": ["dcs"]},),
    ),
    "authorities-duty": Sample(
        "tell Ofsted and the Secretary of State",
        DAY_END_TEXT,
        {"due": END_OF_DAY, "care_leaver": False},
        ({"due": END_OF_DAY, "care_leaver": True},),
    ),
    "safety-steps-asked": Sample(
        "Record now", None, {}, ({"asked_at": NOTIFIED, "own": True}, {"asked_at": NOTIFIED, "own": False})
    ),
    "notification-copy": Sample(
        "start the rapid review",
        None,
        {
            "notified_at": NOTIFIED,
            "panel_reference": "CSPRP-11223",
            "deadlines": [
                {"title": "CRG scoping meeting", "due": BY_THE_MINUTE},
                {"title": "Rapid review submitted to the Panel", "due": END_OF_DAY},
            ],
        },
    ),
    "partners-told": Sample(
        "be ready to sign off",
        DAY_END_TEXT,
        {**_PARTNERS, "capacity": "accountable-officer"},
        ({**_PARTNERS, "capacity": "crg-chair"}, {**_PARTNERS, "capacity": "independent-chair"}),
    ),
    "scoping-invite": Sample(
        "join the CRG scoping meeting",
        MINUTE_TEXT,
        {**_MEETING, "due": BY_THE_MINUTE},
        ({**_MEETING, "due": BY_THE_MINUTE, "planned_at": datetime(2026, 6, 4, 9, 0, tzinfo=UTC)},),
    ),
    "returns-request": Sample(
        "send the return of Northmoor Community Health",
        DAY_END_TEXT,
        _RETURN,
        ({**_RETURN, "note": "Sample: please answer by <Monday>."},),
    ),
    "senior-officers-reminder": Sample("confirm it on the page", DAY_END_TEXT, _RETURN),
    "agency-asked": Sample(
        "make sure now that Northmoor Community Health sends its return by",
        DAY_END_TEXT,
        {"agency_name": "Northmoor Community Health", "due": END_OF_DAY},
    ),
    "known-reminder": Sample(
        "whether the child or family was known",
        DAY_END_TEXT,
        {**_RETURN, "overdue": False},
        ({**_RETURN, "due": YESTERDAY, "overdue": True},),
    ),
    "return-reminder": Sample("send the return of Northmoor Community Health", DAY_END_TEXT, _RETURN),
    "return-overdue": Sample(
        "send the return of Northmoor Community Health today", YESTERDAY_TEXT, {**_RETURN, "due": YESTERDAY}
    ),
    "lead-replaced": Sample("send the return of Northmoor Community Health", DAY_END_TEXT, _RETURN),
    "return-escalation": Sample(
        "Make sure today",
        YESTERDAY_TEXT,
        {"agency_name": "Northmoor Community Health", "due": YESTERDAY, "lead_name": "Rowan Ashby"},
    ),
    "returns-pack": Sample(
        "read the pack of agency returns",
        None,
        {
            "received": ["Northmoor Police", "Northmoor Council Education"],
            "missing": ["Northmoor Community Health"],
            "late": ["Northmoor Police"],
            "link": PAGE,
        },
        (
            {"received": ["Northmoor Police"], "missing": [], "late": [], "link": PAGE},
            {"received": [], "missing": ["Northmoor Police"], "late": [], "link": PAGE},
            *(
                {
                    "received": ["Northmoor Police"],
                    "missing": [],
                    "late": [],
                    "link": PAGE,
                    "new": new,
                    "stands": stands,
                }
                for new in (["Northmoor Police"], [])
                for stands in ("to be drafted", "drafted", "submitted")
            ),
        ),
    ),
    "rapid-review-invite": Sample(
        "attend the rapid review meeting", "Wednesday 3 June 2026, 14:00", {**_MEETING, "agenda_link": f"{PAGE}/agenda"}
    ),
    "meeting-held": Sample("was held on Wednesday 3 June 2026", None, {"starts_at": BY_THE_MINUTE, "was": NOTIFIED}),
    "meeting-moved": Sample(
        "come on", "Wednesday 3 June 2026, 14:00", {**_MEETING, "was": NOTIFIED, "ends_at": _TWO_HOURS_LATER}
    ),
    "sign-off-request": Sample(
        "approve or send back", MINUTE_TEXT, _ASKED_TO_SIGN, (_AS_DEPUTY, _ASKED_TO_SIGN | {"decision": True})
    ),
    "sign-off-reminder": Sample("approve or send back", MINUTE_TEXT, _ASKED_TO_SIGN, (_AS_DEPUTY,)),
    "sign-off-deputy": Sample("as deputy", MINUTE_TEXT, _AS_DEPUTY),
    "sign-off-overdue": Sample(
        "today",
        YESTERDAY_MINUTE_TEXT,
        {**_ASKED_TO_SIGN, "due": YESTERDAY_BY_THE_MINUTE},
        ({**_AS_DEPUTY, "due": YESTERDAY_BY_THE_MINUTE},),
    ),
    "new-version-to-come": Sample(
        "no action needed",
        None,
        {"document_title": "Rapid review report", "version": 2},
        ({"document_title": "The partners' decision", "version": 1, "decision": True},),
    ),
    "comment-request": Sample("give your comments", MINUTE_TEXT, _ASKED_TO_SIGN | _EARLY, (_AS_DEPUTY | _EARLY,)),
    "comment-reminder": Sample(
        "give your comments",
        MINUTE_TEXT,
        _ASKED_TO_SIGN | _EARLY | {"overdue": False},
        (_AS_DEPUTY | _EARLY | _PAST | {"overdue": True},),
    ),
    "comment-deputy": Sample("as deputy", YESTERDAY_MINUTE_TEXT, _AS_DEPUTY | _EARLY | _PAST),
    "comment-escalation": Sample(
        "Contact the",
        YESTERDAY_MINUTE_TEXT,
        {
            "document_title": "Practice review report",
            "version": 2,
            "due": YESTERDAY_BY_THE_MINUTE,
            "capacity": "independent-chair",
        },
    ),
    "sign-off-escalation": Sample(
        "Contact the",
        YESTERDAY_MINUTE_TEXT,
        {
            "document_title": "Rapid review report",
            "version": 2,
            "due": YESTERDAY_BY_THE_MINUTE,
            "capacity": "accountable-officer:police",
        },
    ),
    "address-changed": Sample("if you did not ask for this", None, {"name": "Ash Sample", "by_name": "Bo Sample"}),
    "directory-changed": Sample(
        "confirm it on the page",
        None,
        {"by_name": "Bo Sample", "lines": [_CHANGED, {**_CHANGED, "offices": [], "waits": False}]},
        also=({"by_name": "Bo Sample", "lines": [{**_CHANGED, "address": False}]},),
    ),
    "signature-given": Sample(
        "you approved version 2",
        None,
        {**_SIGNED, "yours": True},
        also=(
            {**_SIGNED, "yours": False, "commented": True, "on_behalf_of": "lead", "on_behalf_of_name": "Dana Hale"},
            {**_SIGNED, "approved": False, "yours": True, "commented": True},
            {**_SIGNED, "yours": True, "by_reply": True, "opened": False},
        ),
    ),
    "sign-off-sent-back": Sample(
        "draft a new version now",
        None,
        {"capacity": "accountable-officer:health", "comments": "Say more on section 3.", "version": 2},
    ),
    "returns-read-entered": Sample(
        "tell the Business Unit today if you have not read", None, {"received": ["Northmoor Police"]}
    ),
    "draft-does-not-stand": Sample(
        "a new version of the draft report", None, {"version": 2, "late": ["Northmoor Police"]}
    ),
    "draft-contradicts": Sample(
        "read the recommendation in version 2",
        None,
        {
            "version": 2,
            "contradictions": ["It recommends that the criteria are not met, and answers 2 of the four with yes."],
        },
    ),
    "draft-for-crg": Sample(
        "read the draft of the rapid review report (version 2) and record your comments",
        DAY_END_TEXT,
        {"version": 2, "due": END_OF_DAY},
    ),
    "draft-agreement": Sample(
        "agree the draft of the rapid review report (version 2)",
        DAY_END_TEXT,
        {**_DRAFT_ASKED, "overdue": False},
        ({**_DRAFT_ASKED, "due": YESTERDAY, "overdue": True},),
    ),
    "draft-not-agreed": Sample(
        "speak to the CRG Chair today",
        YESTERDAY_TEXT,
        {"version": 2, "due": YESTERDAY, "yours": True},
        ({"version": 2, "due": YESTERDAY, "yours": False},),
    ),
    "answer-recorded": Sample(
        "your reply of",
        None,
        {"at": NOTIFIED, "agency_name": "Northmoor Police", "nil": True, "by_reply": True, "yours": True},
        also=(
            {"at": NOTIFIED, "agency_name": "Northmoor Police", "nil": False, "yours": True},
            {"at": NOTIFIED, "agency_name": "Northmoor Police", "nil": False, "yours": False},
            {"at": NOTIFIED, "document_title": "Practice review report", "by_reply": True, "yours": True},
        ),
    ),
    "notification-recorded": Sample("the Panel was notified on", None, {"notified_at": NOTIFIED}),
    "draft-commented": Sample("read the comment of Ash Sample", None, {"version": 2, "signer_name": "Ash Sample"}),
    "draft-agreed": Sample(
        "send version 2 to the accountable officers for sign-off now",
        None,
        {"version": 2, "at": NOTIFIED, "commented": False},
        ({"version": 2, "at": NOTIFIED, "commented": True},),
    ),
    "redraft-for-crg": Sample("No action needed", None, {"version": 2}),
    "sign-off-complete": Sample("submit version 3 to the Panel", None, {"version": 3}),
    "recommendation-told": Sample(
        "For your information and advice",
        None,
        {"recommendation": "The criteria are met.", "drafted": False},
        (
            {"recommendation": "The criteria are met.", "drafted": True},
            {"recommendation": "The criteria are met.", "drafted": False, "yours": True},
        ),
    ),
    "submitted": Sample(
        "no action needed",
        DAY_END_TEXT,
        {"submitted_at": NOTIFIED, "due": END_OF_DAY, "on_time": True},
        ({"submitted_at": NOTIFIED, "due": _DAY_BEFORE, "on_time": False},),
    ),
    "panel-submission": Sample(
        "acknowledge this rapid review", None, {"version": 3, "late": False}, ({"version": 3, "late": True},)
    ),
    "panel-acknowledged": Sample(
        "Record the Panel's response", DAY_END_TEXT, {"meeting_date": date(2026, 5, 21), "due": END_OF_DAY}
    ),
    "acknowledgement-missing": Sample(
        "Ask the Panel today", YESTERDAY_TEXT, {"submitted_at": NOTIFIED, "due": YESTERDAY}
    ),
    "findings-handed-over": Sample(
        "read what has been handed over to your sub-group",
        DAY_END_TEXT,
        {"due": END_OF_DAY, "overdue": False, "link": PAGE},
        ({"due": YESTERDAY, "overdue": True, "link": PAGE},),
    ),
    "sub-group-answered": Sample("read in the portal what the sub-group has answered"),
    "panel-chaser": Sample(
        "send us the Panel's response", YESTERDAY_TEXT, {"meeting_date": date(2026, 5, 21), "due": YESTERDAY}
    ),
    "panel-asks-more": Sample("prepare the answer", None, {"asked_at": NOTIFIED}),
    "panel-decision": Sample(
        "the safeguarding partners' own decision is needed",
        None,
        _PANEL_RESPONSE,
        (
            _PANEL_RESPONSE | {"response": "disagrees"},
            _PANEL_RESPONSE | {"response": "national-review", "recorded": True},
            _PANEL_RESPONSE | {"recorded": True, "decided": True},
            _PANEL_RESPONSE | {"response": "disagrees", "recorded": True, "decided": True, "again": True},
        ),
    ),
    "partners-decision": Sample(
        "no action needed",
        None,
        _DECISION,
        (_DECISION | {"decision": "no-further-action", "differs": False, "each_agreed": False},),
    ),
    "decision-sent-back": Sample(
        "bring the partners together again",
        None,
        {"capacity": "accountable-officer:police", "made": False},
        ({"capacity": "accountable-officer:police", "made": True},),
    ),
    "deadline-reminder": Sample(
        "Submit the rapid review",
        DAY_END_TEXT,
        _REMINDER,
        (*_AHEAD, {**_CLOSING, "due": END_OF_DAY, "slack_working_days": 3}),
    ),
    "deadline-overdue": Sample("Please do this today", YESTERDAY_TEXT, _OVERDUE, (*_OVERDUE_AGAIN, *_LATE, _CLOSING)),
    "deadline-escalation": Sample(
        "Contact the Business Unit today",
        YESTERDAY_TEXT,
        {**_OVERDUE, "own": False},
        (*_OVERDUE_AGAIN, *_LATE),
    ),
    "deadline-moved": Sample(
        "work to the new date",
        DAY_END_TEXT,
        {
            "title": "Rapid review submitted to the Panel",
            "was": datetime(2026, 6, 4, 22, 59, 59, tzinfo=UTC),
            "due": END_OF_DAY,
            "why": "a bank holiday was proclaimed for Monday 1 June 2026",
        },
    ),
    "slack-warning": Sample(
        "bring this forward",
        DAY_END_TEXT,
        {
            "what": "the rapid review meeting is set for Thursday 4 June 2026",
            "latest_safe": BY_THE_MINUTE,
            "due": END_OF_DAY,
        },
    ),
    "case-paused": Sample(
        "stop work that can wait", None, _TOLD, ({"reason_recorded": False, "by_office": "crg-chair"}, _PAUSED_REVIEW)
    ),
    "case-resumed": Sample("take up your open work", None, _TOLD),
    "meeting-cancelled": Sample(
        "Cancelled: CRG scoping meeting", MINUTE_SHOWN, {"title": "CRG scoping meeting", "starts_at": BY_THE_MINUTE}
    ),
    "request-withdrawn": Sample("send no return", None, {"agency_name": "Northmoor Community Health"}),
    "people-added": Sample(
        "search your records for a further child",
        DAY_END_TEXT,
        {**_RETURN, "child_count": 1, "kin_count": 0, "home_count": 0, "given": False},
        (
            {
                "agency_name": "Northmoor Community Health",
                "link": PAGE,
                "child_count": 2,
                "kin_count": 1,
                "home_count": 0,
                "given": True,
            },
            {
                "agency_name": "Northmoor Community Health",
                "child_count": 0,
                "kin_count": 1,
                "home_count": 2,
                "given": True,
            },
        ),
    ),
    "link-asked-for": Sample(
        "send Ash Sample a new link today",
        None,
        {"lead_name": "Ash Sample", "title": "Sign-off of Rapid review report, version 1, for health"},
    ),
    "request-paused": Sample("can wait", None, {"agency_name": "Northmoor Community Health"}),
    "case-withdrawn": Sample("stop all work on this case now", None, _TOLD),
    "link-waits": Sample("sign in to the portal"),
    "duty-failed": Sample(
        "Correct the address in the directory today",
        None,
        _UNDELIVERED,
        tuple({**_UNDELIVERED, "trouble": one, "why": TROUBLE_WORDS[one]} for one in MailTrouble),
    ),
    "mail-for-colleague": Sample(
        "Please tell Dale Sample today",
        None,
        {
            "what": "request for the agency's return",
            "office": "agency",
            "lead_name": "Dale Sample",
            "why": "the mailbox is full",
            "trouble": "mailbox-full",
        },
    ),
    "submission-corrected": Sample("use the attached covering letter", n={"version": 2}),
    "put-right": Sample(
        "disregard what we told you",
        n=_WRONG,
        also=({**_WRONG, "gone": False}, {**_WRONG, "called": "Review missed-appointment letters"}),
    ),
    "put-right-outside": Sample("disregard our email", n=_WRONG, also=({**_WRONG, "gone": False},)),
    "cancellation-refused": Sample("find out who tried to cancel"),
    "notified-without-review": Sample(
        "no action needed", None, {"notified_at": NOTIFIED, "title": "A care leaver died"}
    ),
    "notification-withdrawn": Sample("stop work on the rapid review", None, {"withdrawn_at": NOTIFIED}),
    "edition-moved": Sample(
        "work to the dates that the case now shows",
        None,
        {"was": "Doncaster's protocol", "to": "Working Together 2023"},
    ),
    "officer-replaced": Sample("approve or send back", MINUTE_TEXT, _SIGN),
    "review-back": Sample("version 2 back", None, {"version": 2, "lacks": ["Analysis", "Summary"]}),
    "review-progress": Sample("no action needed", None, {"title": "Milestone reached"}),
    "days-warning": Sample("whether more days are needed", None, {"used": "16", "maximum": "20"}),
    "publication-planned": Sample(
        "is to be published on Wednesday 3 June 2026",
        None,
        {"publication_date": date(2026, 6, 3), "copies_by": date(2026, 5, 22), "d_10": YESTERDAY},
        (
            {"publication_date": date(2026, 6, 3), "copies_by": None, "d_10": None},
            {"publication_date": date(2026, 6, 3), "copies_by": None, "d_10": None, "communications": False},
            {"publication_date": date(2026, 6, 3), "copies_by": None},  # as it was kept before it named D-10
        ),
    ),
    "advance-copy-news": Sample(
        "keep the report of this local child safeguarding practice review confidential",
        None,
        {"publication_date": date(2026, 9, 30)},
    ),
    "publication-plan": Sample("Prepare now for the publication", None, {"publication_date": date(2026, 9, 30)}),
    "not-publishing": Sample("decided not to publish", None, {}),
    "improvements-published": Sample("have published information", None, {"published": True}, ({"published": False},)),
    "advance-copy": Sample("is attached", None, {"publication_date": date(2026, 6, 3)}, ({"publication_date": None},)),
    "review-over": Sample(
        "was published",
        None,
        {"published": True, "decided_at": NOTIFIED},
        ({"published": False, "decided_at": NOTIFIED},),
    ),
    "report-available": Sample("may now be taken down", DAY_END_TEXT, {"until": END_OF_DAY}),
    "review-shared": Sample("signed off by all, and is in the portal", None, {"version": 2}),
    "conflict-declared": Sample(
        "do not sign", None, {"step": "proposed"}, ({"step": "selected"}, {"step": "contracted"})
    ),
    "review-step": Sample(
        "have been approved by all",
        None,
        {"step": "terms-agreed"},
        (
            {"step": "reviewer-selected"},
            {"step": "reviewer-selected", "begins": True},
            {"step": "contract-issued"},
            {"step": "contract-ended"},
            {"step": "extended", "until": END_OF_DAY},
        ),
    ),
    "review-draft": Sample(
        "quality assurance",
        None,
        {"version": 2, "missing": [], "places": 0},
        ({"version": 1, "missing": ["Summary"], "places": 1}, {"version": 1, "missing": [], "places": 3}),
    ),
    "review-agreed": Sample("plan the publication", None, {"version": 2}),
    "meeting-unrecorded": Sample(
        "Record the rapid review meeting", "Wednesday 3 June 2026, 14:00", {"starts_at": BY_THE_MINUTE}
    ),
    "papers-to-read": Sample(
        "say there which you have read",
        None,
        {"new": [], "out": False, "link": PAGE},
        (
            {"new": ["Northmoor Hospital"], "out": True, "link": PAGE},
            {"new": ["Northmoor Hospital", "Northmoor Housing"], "out": False, "link": PAGE},
        ),
    ),
    "learning-awaited": Sample(
        "Share the immediate learning",
        DAY_END_TEXT,
        {"due": END_OF_DAY, "overdue": False, "own": True},
        ({"due": YESTERDAY, "overdue": True, "own": True}, {"due": YESTERDAY, "overdue": True, "own": False}),
    ),
    "late-returns-told": Sample(
        "no action needed",
        None,
        {"agencies": ["Northmoor Hospital"]},
        ({"agencies": ["Northmoor Hospital", "Northmoor Housing"]},),
    ),
    "review-delayed": Sample("will be complete by", DAY_END_TEXT, {"until": END_OF_DAY}),
}


def mail_context(n: dict[str, Any]) -> dict[str, Any]:
    return {"reference": REFERENCE, "partnership": PARTNERSHIP, "to_name": "Wren Hale", "portal": PORTAL, "n": n}
