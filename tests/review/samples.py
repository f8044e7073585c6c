"""Who is in an invented partnership, and what they report of an invented case. Dates are typed by hand."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from calendar_rules.edition import load_edition
from calendar_rules.england import england
from calendar_rules.lengths import LONDON
from review.chapters.report.papers import sample_report
from review.facts import DocumentRef, Speaker
from review.facts.directory import Cast, CastAgency, Member, Partner, Role
from review.facts.enums import Decision, View, Viewer
from review.facts.notification import IncidentReported, PanelNotified, PartnerViewGiven
from review.facts.panel import PartnersDecided
from review.facts.rapid_review import ScopingMeetingHeld

EDITION = load_edition("doncaster-2018")
CALENDAR = england(2024, 2034)
WHY = "Sample: reasons."
PARTNERS = [Partner.LOCAL_AUTHORITY, Partner.HEALTH, Partner.POLICE]


def at(text: str) -> datetime:
    """A London time: "2026-05-11T10:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def person(id: str, *roles: Role, **more: Any) -> Member:
    return Member(id=id, roles=list(roles), **more)


def cast(version: int = 1, *, without: tuple[str, ...] = (), also: tuple[Member, ...] = ()) -> Cast:
    """Everybody of an invented partnership, less or more a few. Three expected agencies, two that are not."""
    people = [
        person("dcs", Role.DCS),
        person("chief", Role.CHIEF_EXECUTIVE),
        person("sbu-1", Role.BUSINESS_UNIT),
        person("sbu-2", Role.BUSINESS_UNIT),
        person("chair", Role.CRG_CHAIR),
        person("member", Role.CRG_MEMBER),
        person("independent", Role.INDEPENDENT_CHAIR),
        person("lawyer", Role.LEGAL_ADVISER),
        person("panel", Role.PANEL),
        person("secretary-of-state", Role.SECRETARY_OF_STATE),
        person("ofsted", Role.OFSTED),
        person("outsider", Role.OBSERVER),
        *(person(f"officer-{partner}", Role.ACCOUNTABLE_OFFICER, partner=partner) for partner in PARTNERS),
        *(person(f"deputy-{partner}", Role.DEPUTY, partner=partner) for partner in PARTNERS),
        *(person(f"lead-{agency}", Role.AGENCY, agency=agency) for agency in AGENCIES),
        *(person(f"senior-{agency}", Role.AGENCY, agency=agency) for agency in AGENCIES),
    ]
    gone = {one.id for one in also} | set(without)
    return Cast(
        version=version,
        people=[one for one in people if one.id not in gone] + list(also),
        agencies=[
            CastAgency(
                id=agency,
                safeguarding_lead=f"lead-{agency}",
                senior_officer=f"senior-{agency}",
                expected=agency in EXPECTED,
            )
            for agency in AGENCIES
        ],
    )


EXPECTED = ("social-care", "police", "health")
AGENCIES = (*EXPECTED, "school", "housing")


def speaker(*people: str, known: Cast | None = None) -> Speaker:
    """People of the cast, in the offices that they hold."""
    found = [member for person in people if (member := (known or cast()).person(person))]
    return Speaker(people=list(people), roles=[role for member in found for role in member.roles])


SBU = speaker("sbu-1")


def incident(**more: Any) -> IncidentReported:
    """Monday 11 May 2026 08:00; the local authority is aware at 10:00. Whitsun (25 May) lies ahead."""
    given = {"incident_at": at("2026-05-11T08:00"), "aware_at": at("2026-05-11T10:00")}
    return IncidentReported.model_validate(IncidentReported.sample | given | more)


def in_care(**more: Any) -> IncidentReported:
    """A child in care died."""
    child = {"child_id": "child-1", "name": "Sample Child", "harm": "died", "in_care": True}
    return incident(children=[child], **more)


def view(officer: Viewer, which: View = View.NOTIFY, **more: Any) -> PartnerViewGiven:
    return PartnerViewGiven(officer=officer, view=which, reasons=WHY, **more)


def notified(**more: Any) -> PanelNotified:
    said = {"notified_by": "Chief Executive", "panel_reference": "SAMPLE-1", "what_it_said": WHY}
    return PanelNotified(**(said | more))


def scoping(agencies: tuple[str, ...] = EXPECTED, meeting: str = "2026-05-27T10:00", **more: Any) -> ScopingMeetingHeld:
    given: dict[str, Any] = {
        "attended": ["chair", "member", "sbu-1"],
        "case_details_confirmed": True,
        "scope": WHY,
        "agencies": list(agencies),
        "left_out": [{"agency": agency, "reason": WHY} for agency in EXPECTED if agency not in agencies],
        "rapid_review_meeting_at": at(meeting),
    }
    return ScopingMeetingHeld.model_validate(given | more)


def decided(decision: Decision = Decision.PRACTICE_REVIEW, **more: Any) -> PartnersDecided:
    if decision in (Decision.NO_FURTHER_ACTION, Decision.LEARNING_REVIEW):
        more = {"why_no_more_is_to_be_learned": WHY} | more
    return PartnersDecided(decision=decision, reasons=WHY, **more)


def paper(document: str, version: int, text: str = "") -> DocumentRef:
    """A version of a document; its hash is that of its name, version and text."""
    return DocumentRef(
        document=document, version=version, sha256=sha256(f"{document} {version} {text}".encode()).hexdigest()
    )


COMPLETE = sample_report(list(EXPECTED), [], ["chair", "police"])
