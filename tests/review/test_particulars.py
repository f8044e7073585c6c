"""What the notification form asks for of each child and of the incident: optional, in the papers where it belongs."""

from delivery.papers.samples import PAPERS, sample_context
from review.case import reads
from review.chapters.notification.particulars import of_child, of_the_form
from review.facts.notification import IncidentReported
from review.view import case_view
from tests.delivery.rendered import paper
from tests.review.world import World, at, incident

CHILD = {
    "child_id": "child-1",
    "name": "Sample Child",
    "harm": "died",
    "ethnicity": "Sample: as the family gives it",
    "disability": "none known",
    "legal_status": "care order",
    "plan": "child protection plan, neglect",
    "address": "1 Sample Street",
}
TOLD = {"setting": "a residential school", "regulated_setting": True, "informed": [{"who": "Sample: the coroner"}]}
KNOWN = [
    ["Ethnicity", "Sample: as the family gives it"],
    ["Disability", "none known"],
    ["Legal status", "care order"],
    ["Plan", "child protection plan, neglect"],
]


def reported() -> IncidentReported:
    return incident(children=[CHILD], **TOLD)


def test_what_was_entered_is_in_the_report_and_an_address_is_not() -> None:
    """N-1: the Panel reads who the child was; where a child lives nobody needs to read there."""
    world = World(reported())
    assert of_child(reads.children(world.case)[0])["Address"] == "1 Sample Street"
    assert of_the_form(world.case) == {
        "children": [{"name": "Sample Child", "known": KNOWN}],
        "incident": [["Setting", "a residential school"], ["Regulated setting", "Yes"]],
    }
    context = sample_context(PAPERS["rapid-review-report"] | of_the_form(world.case))
    said = paper("rapid-review-report", context)
    assert "Legal status\tCare order" in said
    assert "Regulated setting\tYes" in said
    assert "Sample Street" not in said


def test_none_of_it_has_to_be_entered_and_then_papers_are_as_they_were() -> None:
    world = World()
    assert of_the_form(world.case) == {}
    assert "As notified" not in paper(
        "rapid-review-report",
        sample_context(
            {
                name: value
                for name, value in PAPERS["rapid-review-report"].items()
                if name not in of_the_form(World(reported()).case)
            }
        ),
    )


def test_the_case_shows_it_to_whoever_reads_the_case_whole() -> None:
    (child,) = case_view(World(reported()).case, at("2026-05-11T12:00")).children
    assert (child.ethnicity, child.plan, child.address) == (CHILD["ethnicity"], CHILD["plan"], CHILD["address"])


def test_no_mail_says_any_of_it() -> None:
    """Mails hold no details of a case."""
    world = World(reported())
    world.send_out()
    assert world.mails("sign-off-request")
    sent = " ".join(notice.model_dump_json() for notice in world.sent)
    assert not [
        value for value in ("Sample Street", "care order", "neglect", "residential", "coroner") if value in sent
    ]
