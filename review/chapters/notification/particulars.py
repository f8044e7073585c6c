"""What the notification form asks for of each child and of the incident, in words, for papers and pages (N-1). Pure."""

from typing import Any

from review.case import reads
from review.case.state import CaseState
from review.facts.base import Child
from review.facts.family import FamilyMember
from review.facts.identifiers import in_threes
from review.facts.notification import IncidentReported

ADDRESS = "Address"  # not in reports: whoever reads one need not know where a child lives
OTHER_NAMES, NHS_NUMBER, OTHER_NUMBERS = "Other names", "NHS number", "Other numbers"  # nor how one is found
_NOT_IN_REPORTS = (ADDRESS, OTHER_NAMES, NHS_NUMBER, OTHER_NUMBERS)


def of_child(child: Child) -> dict[str, str]:
    """What is known of a child, by its title; what nobody has entered is left out."""
    found = {
        "Ethnicity": child.ethnicity,
        "Disability": child.disability,
        "Legal status": child.legal_status,
        "Plan": child.plan,
        ADDRESS: child.address,
        **found_by(child),
    }
    return {title: value for title, value in found.items() if value}


def found_by(one: Child | FamilyMember) -> dict[str, str]:
    """By what agencies find somebody in their records, beside name and date of birth; what is not known is left out."""
    found = {
        OTHER_NAMES: ", ".join(one.other_names),
        NHS_NUMBER: in_threes(one.nhs_number),
        OTHER_NUMBERS: ", ".join(one.local_ids),
    }
    return {title: value for title, value in found.items() if value}


def of_children(case: CaseState) -> list[dict[str, Any]]:
    """The children of whom something of it is known, as a report gives them."""
    found = []
    for child in reads.children(case):
        known = [[title, value] for title, value in of_child(child).items() if title not in _NOT_IN_REPORTS]
        if known:
            found.append({"name": child.name, "known": known})
    return found


def of_incident(incident: IncidentReported | None) -> list[list[str]]:
    """Where it happened and whether that is a regulated setting, by titles; what nobody has entered is left out."""
    if incident is None:
        return []
    found = [["Setting", incident.setting]] if incident.setting else []
    if incident.regulated_setting is not None:
        found.append(["Regulated setting", "Yes" if incident.regulated_setting else "No"])
    return found


def safety_lines(case: CaseState) -> list[list[str]]:
    """How it stands with the steps for each living child, and for other children, as papers say it (N-5)."""
    return [[one.title, one.in_words] for one in reads.safety(case)]


def of_the_form(case: CaseState) -> dict[str, Any]:
    """Both, for a paper; nothing where nothing of it was entered."""
    found: dict[str, Any] = {"children": of_children(case), "incident": of_incident(case.last(IncidentReported))}
    return {key: value for key, value in found.items() if value}
