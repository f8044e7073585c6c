"""The people of a case: who lives with whom, drawn and in words; entered by form (X-4)."""

from datetime import date
from typing import Any
from xml.etree import ElementTree

import httpx
from markupsafe import escape

from api.picture import family as picture
from review.case import reads
from review.facts.family import FamilyMemberAdded, Home, HomeRecorded
from review.views import ChildView, FamilyMemberView
from tests.pages.desk import CHILD, REFERENCE, Desk
from tests.pages.test_business_pages import OURS, signed_in
from tests.pages.test_step_pages import REASONS, hidden

HERE = f"/cases/{REFERENCE}/family"
SVG = "{http://www.w3.org/2000/svg}"
TODAY = date(2026, 5, 11)


def child(id: str, name: str, harm: str = "not-harmed") -> ChildView:
    return ChildView.model_validate({"child_id": id, "name": name, "harm": harm, "in_care": False})


def adult(id: str, name: str, relation: str) -> FamilyMemberView:
    return FamilyMemberView.model_validate({"member_id": id, "name": name, "relation": relation})


def home(address: str, *residents: dict[str, Any], what: str = "") -> Home:
    return Home.model_validate({"home": "home", "address": address, "what": what, "residents": residents})


PEOPLE = picture.people(
    [child("one", "Ash Sample", "died"), child("two", "Bo Sample")],
    [adult("mother", "Fern Sample", "mother"), adult("aunt", "Wren <Sample>", "aunt")],
)
HOMES = [
    home(
        "1 Sample Street",
        {"person": "one"},
        {"person": "mother", "since": "2020-02-01"},
        {"person": "two", "until": "2026-03-04"},
        what="the family home",
    ),
    home("2 Sample Street", {"person": "two", "since": "2026-03-04"}),
]


def test_who_lives_with_whom_is_said_in_words_beside_the_drawing() -> None:
    """Adults first; who has moved out stands last, at both addresses; without an address, in a box of their own."""
    boxes = picture.households(PEOPLE, HOMES, TODAY)
    assert [box.in_words for box in boxes] == [
        "1 Sample Street: Fern Sample (mother), since 1 February 2020; Ash Sample (child, died); "
        "Bo Sample (child), until 4 March 2026.",
        "2 Sample Street: Bo Sample (child), since 4 March 2026.",
        "No address recorded: Wren <Sample> (aunt).",
    ]
    for drawing in (picture.wide(boxes, "CR-2026-007"), picture.narrow(boxes, "CR-2026-007")):
        drawn = ElementTree.fromstring(drawing)  # our own
        named = " ".join(str(one.get("id")) for one in drawn if one.tag in (f"{SVG}title", f"{SVG}desc"))
        assert (drawn.get("role"), drawn.get("aria-labelledby")) == ("img", named)
        assert drawn.findtext(f"{SVG}desc") == " ".join(box.in_words for box in boxes)
        assert "Wren <Sample>" in [text.text for text in drawn.iter(f"{SVG}text")]
    assert [words for _, words in picture.key(boxes)] == [
        "Child",
        "Adult or other family",
        "Died",
        "Lived there before",
    ]


def test_nothing_stands_outside_the_drawing_however_long_a_name_is() -> None:
    known = picture.people([child("one", "Samplename " * 20)], [])
    for homes in ([], [home("Sample Street " * 20, {"person": "one"})]):
        boxes = picture.households(known, homes, TODAY)
        for drawing, most in ((picture.wide(boxes, "CR-2026-007"), 120), (picture.narrow(boxes, "CR-2026-007"), 40)):
            drawn = ElementTree.fromstring(drawing)  # our own
            assert max(len(text.text or "") for text in drawn.iter(f"{SVG}text")) <= most


async def test_the_people_of_a_case_are_a_page_for_offices_that_see_whole_cases(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    signed_in(desk, client, "sbu-manager")
    assert "No address recorded" in (await client.get(HERE)).text
    await desk.take(FamilyMemberAdded.model_validate(FamilyMemberAdded.sample))
    children = [one.child_id for one in reads.children(desk.case)]
    stays = [{"person": one} for one in ("adult-sample-1", *children)]
    await desk.take(HomeRecorded.model_validate(HomeRecorded.sample | {"residents": stays}))
    page = (await client.get(HERE)).text
    for words in (str(escape(CHILD)), "Sample Adult Former", "999 000 0018", "Sample system 12345", "1 Sample Street"):
        assert words in page
    assert "No address recorded" not in page
    for rel in ("family-member-added", "child-added", "home-recorded"):
        assert f'href="/cases/{REFERENCE}/steps/{rel}"' in page
    assert HERE in (await client.get(f"/cases/{REFERENCE}")).text
    assert (await client.get("/cases/CR-1999-001/family")).status_code == 404
    signed_in(desk, client, "senior-police")
    assert (await client.get(HERE)).status_code == 403


async def test_an_address_is_recorded_by_form(desk: Desk, client: httpx.AsyncClient) -> None:
    """Who lives there is chosen by name; an NHS number that cannot be one is named beside its field."""
    signed_in(desk, client, "sbu-manager")
    form = f"/cases/{REFERENCE}/steps/home-recorded"
    shown = (await client.get(form)).text
    assert str(escape(CHILD)) in shown
    first = reads.children(desk.case)[0].child_id
    typed = {"home": "home-1", "address": "1 Sample Street", "residents.0.person": first}
    sent = await client.post(form, data=typed | {"_once": "once-home", "_do": "send"}, headers=OURS)
    assert sent.status_code == 303, sent.text
    assert desk.case.entries[-1].fact.kind == "home-recorded"
    member = {
        "member.member_id": "adult-1", "member.name": "Sample Adult", "member.relation": "mother",
        "member.other_names": "Sample One\nSample Two", "member.nhs_number": "999 000 0019",
        "how": "The school told us.",
    }  # fmt: skip
    there = f"/cases/{REFERENCE}/steps/family-member-added"
    wrong = await client.post(there, data=member | {"_once": "once-wrong", "_do": "send"}, headers=OURS)
    assert (wrong.status_code, "its last digit does not fit the others" in wrong.text) == (422, True)
    member |= {"member.nhs_number": "999 000 0018", "_once": "once-right", "_do": "send"}
    right = await client.post(there, data=member, headers=OURS)
    assert right.status_code == 303, right.text
    assert reads.family(desk.case)[0].other_names == ["Sample One", "Sample Two"]


async def test_an_id_that_is_in_use_stands_at_its_field(desk: Desk, client: httpx.AsyncClient) -> None:
    """X-4: of somebody of the family."""
    signed_in(desk, client, "sbu-manager")
    path = f"/cases/{REFERENCE}/steps/family-member-added"
    typed = {"member.member_id": ["adult-1"], "member.name": ["Adult One"], "member.relation": ["uncle"]}
    typed |= {"how": [REASONS], "_do": ["send"]}
    sent = [await client.post(path, data=hidden((await client.get(path)).text) | typed, headers=OURS) for _ in range(2)]
    assert [one.status_code for one in sent] == [303, 409]
    assert 'href="#member.member_id"' in sent[1].text
    assert "is in use already; choose another" in sent[1].text
