"""The Case Review Referral Form: a paper of the case, made from what was entered (flowchart, N-9). Pure."""

from datetime import date
from typing import Any

from review.case import reads
from review.case.state import CaseState
from review.chapters.notification.definition import advise
from review.chapters.notification.particulars import found_by, of_child, of_incident, safety_lines
from review.facts.any_stage import CaseJoined
from review.facts.base import Child, Fact
from review.facts.enums import NotNotifiedOutcome, Place, ReferralSource
from review.facts.family import ChildAdded, FamilyMember, FamilyMemberAdded, Home, HomeRecorded
from review.facts.notification import IncidentReported, PanelNotified, SafetyStepsRecorded
from review.facts.referral import ReferralCompleted, ReferralReceived
from review.kit.notify import dated
from review.kit.notify_wording import in_full

FORM = "referral-form"
FORM_TITLE = "Case Review Referral Form"

_SAID_IN_IT: tuple[type[Fact], ...] = (
    IncidentReported,
    ReferralReceived,
    ReferralCompleted,
    PanelNotified,
    SafetyStepsRecorded,
    ChildAdded,
    FamilyMemberAdded,
    HomeRecorded,
    CaseJoined,
)


def form_wanted(case: CaseState) -> bool:
    """The case goes to the CRG: by a referral, its notification, or the decision not to notify (§1, §6)."""
    declined = reads.declined(case)
    referred = declined is not None and declined.outcome is NotNotifiedOutcome.REFER_TO_CRG
    return bool(reads.referral(case) or reads.notified_at(case) or referred)


def form_cause(case: CaseState) -> str:
    """Another one each time that something of what the form says is entered, corrected or taken back."""
    entered = case.said(*_SAID_IN_IT)
    return f"{FORM}:{len(entered) + sum(bool(entry.corrected_by) for entry in entered)}"


def form(case: CaseState) -> dict[str, Any]:
    """What the form says, as its template is given it; what nobody has entered is left out."""
    incident, referral = case.last(IncidentReported), reads.referral(case)
    return {
        "agency": referral.agency if referral else None,
        "referred": _referred(case, referral),
        "children": [{"name": child.name, "known": _child(child)} for child in reads.children(case)],
        "family": [[one.name, _member(one)] for one in reads.family(case)],
        "homes": [[one.address, _lives_there(case, one)] for one in reads.homes(case)],
        "concern": referral.concern if referral else "",
        "merits": referral.merits if referral else "",
        "what_happened": incident.what_happened if incident else "",
        "incident": _incident(incident) if incident else [],
        "told": [_listed(one.who, in_full(one.at) if one.at else "") for one in incident.informed] if incident else [],
        "definition": advise(reads.incident(case)).why if incident else "",
        "notified": _notified(case),
        "safety": safety_lines(case),
    }


def _referred(case: CaseState, referral: ReferralReceived | None) -> list[list[str]]:
    """Who refers, with whose support (A-1); the agency itself is named as the directory calls it."""
    if referral is None:
        return []
    received, completed = case.entry(ReferralReceived), case.last(ReferralCompleted)
    named = completed or referral
    partnership = referral.source is ReferralSource.PARTNERSHIP
    found = [
        ["Received", in_full(received.happened_at) if received else ""],
        ["Nature of the referral", _plain(referral.nature)],
        ["Practitioner", referral.practitioner],
        ["Safeguarding lead", named.safeguarding_lead],
        ["Senior officer in support", named.senior_officer],
        ["Partnership", referral.partnership if partnership else ""],
        ["Contact there", referral.contact if partnership else ""],
    ]
    return _entered(found)


def _child(child: Child) -> list[list[str]]:
    found = [
        ["Born", "not yet born" if child.unborn else dated(child.born) if child.born else ""],
        ["Harm", _plain(child.harm)],
        ["Looked after by the local authority", "Yes" if child.in_care else "No"],
        ["Care leaver", "Yes" if child.care_leaver else ""],
    ]
    return _entered(found) + [[title, value] for title, value in of_child(child).items()]


def _member(one: FamilyMember) -> str:
    numbers = [f"{title.lower()}: {value}" for title, value in found_by(one).items()]
    return _listed(
        one.relation, _born(one.born) if one.born else "", f"died {dated(one.died)}" if one.died else "", *numbers
    )


def _lives_there(case: CaseState, home: Home) -> str:
    """Who lives at an address, and who lived there until when, by their names."""
    called = {one.person_id: one.name for one in reads.people(case)}
    stays = [
        called[one.person] + (f" (until {dated(one.until)})" if one.until else "")
        for one in home.residents
        if one.person in called
    ]
    return _listed(home.what, *stays) or "nobody known"


def _incident(incident: IncidentReported) -> list[list[str]]:
    return [
        ["Brought to attention by", _plain(incident.reported_by)],
        ["When it happened", in_full(incident.incident_at)],
        ["Local authority became aware", in_full(incident.aware_at)],
        ["Abuse or neglect", _plain(incident.abuse_or_neglect)],
        ["Where", _PLACES[incident.place]],
        ["Normally resident in the area", "Yes" if incident.normally_resident else "No"],
        *of_incident(incident),
    ]


def _notified(case: CaseState) -> list[list[str]]:
    at, notified = reads.notified_at(case), case.last(PanelNotified)
    if at is None or notified is None:
        return []
    return [
        ["Panel notified", in_full(at)],
        ["By", notified.notified_by],
        ["The Panel's reference", notified.panel_reference],
        ["Kind of notification", case.edition.notifications[notified.notification].title],
    ]


def _entered(found: list[list[str]]) -> list[list[str]]:
    return [[title, value] for title, value in found if value.strip()]


def _listed(*said: str) -> str:
    return ", ".join(one for one in said if one)


def _born(day: date) -> str:
    return f"born {dated(day)}"


_PLACES = {
    Place.IN_AREA: "In the local authority's area",
    Place.OUTSIDE_ENGLAND: "Outside England",
    Place.ELSEWHERE_IN_ENGLAND: "Elsewhere in England",
}


def _plain(code: str) -> str:
    return code.replace("-", " ").capitalize()
