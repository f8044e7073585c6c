"""The disclosure log (B-8): what was shared, with whom, why, on what lawful basis, by whom."""

from review.case.notices import Notice
from review.case.state import CaseState
from review.facts import DocumentRef
from review.facts.directory import Member, Role
from review.kit import changes, disclosures
from tests.review.world import OUTSIDE, World, cast, paper


def shared(case: CaseState) -> list[tuple[object, ...]]:
    rows = [row.detail for row in case.untold if row.what == "paper-disclosed"]
    return [(row["to"], row["document"], row["version"], row["by"]) for row in rows]


def sent(world: World, notice: Notice) -> None:
    changes.mail_sent(world.case, notice, [], world.now)


def test_each_paper_that_goes_to_the_panel_is_a_row_by_itself() -> None:
    """B-8, R-12: the report and the covering letter, with the lawful basis of the edition, by who submitted it."""
    world = World()
    world.submit()
    world.deliver()
    found = [one for one in shared(world.case) if one[0] == "panel"]
    assert [(to, by) for to, _, _, by in found] == [("panel", "sbu-1")] * 2
    assert {one[1] for one in found} == {"rapid-review", "covering-letter"}
    row = next(row for row in world.case.untold if row.detail.get("to") == "panel" and row.what == "paper-disclosed")
    assert row.kind == "disclosure"
    assert row.detail["why"] == "the rapid review is submitted to the Panel"
    assert row.detail["lawful_basis"] == world.case.edition.lawful_basis
    assert "section" in world.case.edition.lawful_basis


def test_a_paper_for_an_agency_is_disclosed_and_one_for_the_partnership_s_own_is_not() -> None:
    """B-8"""
    world = World()
    pack: DocumentRef = paper("returns-pack", 1)
    for person in ("lead-housing", "chair", "officer-health", "sbu-1"):
        sent(world, Notice(cause="returns-pack:1", template="returns-pack", to=person, attach=[pack]))
    assert shared(world.case) == [("lead-housing", "returns-pack", 1, "system")]
    assert disclosures.rows(world.case, Notice(cause="x", template="returns-pack", to="ofsted"), world.now) == []


def test_a_lead_who_is_of_the_crg_too_is_of_an_agency_all_the_same() -> None:
    """B-8: what they are given, their agency has."""
    both = Member(id="lead-health", roles=[Role.CRG_MEMBER, Role.AGENCY], agency="health")
    leads = Member(id="lead-police", roles=[Role.CRG_MEMBER], agency="police")  # by the agency's entry alone
    world = World(who=cast(also=(both, leads)))
    for person in ("lead-health", "lead-police", "member"):
        sent(world, Notice(cause="pack:1", template="returns-pack", to=person, attach=[paper("returns-pack", 1)]))
    assert [one[0] for one in shared(world.case)] == ["lead-health", "lead-police"]


def test_what_an_author_from_outside_reads_behind_a_link_is_disclosed() -> None:
    """B-8, R-10"""
    world = World()
    world.meet(attended=["chair", "outsider"])
    world.draft(author="outsider", **OUTSIDE)
    world.deliver()
    theirs = [one[1] for one in shared(world.case) if one[0] == "outsider"]
    assert theirs == ["agenda", "returns-pack", "meeting-record", "rapid-review"]
