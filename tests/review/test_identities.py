"""What identifies the family is found in a report before it is assured and before it is published: K-6, K-8."""

from datetime import date

import pytest

from review.chapters.practice_review.identities import Known, known_of_the_family, places
from review.chapters.practice_review.papers import ReviewBody, ReviewReport, sample_review
from review.chapters.practice_review.view import practice_review_view
from review.facts import practice_review as say
from review.facts.enums import IdentityKind, InvolvedGroup
from review.facts.family import FamilyMember, FamilyMemberAdded, HomeRecorded
from review.facts.involvement import PersonInvited
from review.kit import refusals as no
from review.next_steps import next_steps
from tests.review.practice import Review, plan
from tests.review.world import WHY, incident, paper

HOME = "12 Sample Row, Sampletown"
CHILD = {"child_id": "child-7", "name": "Quill Sampleford", "born": "2024-03-03", "harm": "died", "address": HOME}
SIBLING = {"child_id": "child-8", "name": "Wren Sampleford", "harm": "not-harmed"}

NAME = Known(IdentityKind.NAME, "child-7", "Quill Sampleford")
BORN = Known(IdentityKind.DATE_OF_BIRTH, "child-7", "2024-03-03")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("QUILL  SAMPLEFORD was seen.", "QUILL SAMPLEFORD"),
        ("Quill\u2019s school wrote.", "Quill"),
        ("The Sampleford family moved.", "Sampleford"),
        ("Quill was seen; Quill was heard.", "Quill"),
        ("A quill and a Quillan were found.", None),
    ],
)
def test_a_name_is_found_as_whole_words_and_in_its_parts(text: str, words: str | None) -> None:
    """K-6: a word in small letters is no name."""
    found = places({"Summary": text}, [NAME])
    assert [one.words for one in found] == ([words] if words else [])


@pytest.mark.parametrize(
    "text",
    [
        *("3 March 2024", "3rd March 2024", "3rd of March, 2024", "March 3, 2024", "03/03/2024", "3.3.24"),
        *("2024-03-03", "3 Mar 2024", "03-03-2024"),
    ],
)
def test_a_date_of_birth_is_found_in_whatever_way_it_is_written(text: str) -> None:
    """K-6"""
    assert [one.what for one in places({"Analysis": f"Born on {text}."}, [BORN])] == [IdentityKind.DATE_OF_BIRTH]
    assert not places({"Analysis": "Born on 13 March 2024, seen on 3 March 2023, room 3.3.240."}, [BORN])


def test_an_address_is_found_whole_by_its_first_line_and_by_its_postcode() -> None:
    """K-6"""
    home = Known(IdentityKind.ADDRESS, "child-7", "12 Sample Row, Sampletown, ZZ9 9ZZ")
    texts = {
        "Summary": "They lived at 12 Sample Row.",
        "Analysis": "Officers went to zz99zz.",
        "Other": "112 Sample Row",
    }
    assert [one.where for one in places(texts, [home])] == ["Summary", "Analysis"]


def test_words_that_stand_for_a_name_identify_nobody() -> None:
    """K-6: an unborn baby, a sample child. A surname that is shared is counted once."""
    baby = Known(IdentityKind.NAME, "child-9", "Unborn Baby Sampleford")
    assert not places({"Summary": "The Baby was seen by the Mother."}, [baby])
    sibling = Known(IdentityKind.NAME, "child-8", "Wren Sampleford")
    found = places({"Summary": "Wren Sampleford and the Samplefords; Sampleford."}, [NAME, sibling])
    assert [(one.whose, one.times) for one in found] == [("child-7", 1), ("child-8", 1)]


def _drafted(world: Review, summary: str) -> int:
    """A version as the API takes it in: checked against what the case knows."""
    version = len(world.case.every(say.ReviewDrafted)) + 1
    report = sample_review(["police", "school"]).model_copy(update={"summary": summary})
    world.say(ReviewBody(report=report).to_fact(paper("practice-review-draft", version), world.case))
    return version


def _world() -> Review:
    world = Review(reported=incident(children=[CHILD, SIBLING]))
    world.contract()
    return world


def test_a_draft_that_names_the_child_is_not_found_sound_until_each_place_is_accepted_or_mended() -> None:
    """K-6: with a list of the places; whoever accepts one says why."""
    world = _world()
    version = _drafted(world, "Quill Sampleford, born on 3 March 2024, was not seen (child-7).")
    assured = say.ReviewAssured(version=version, sound=True, attended=["chair"])
    with pytest.raises(no.IdentitiesOpen, match="Summary: name of child-7; Summary: id of child-7; Summary: date"):
        world.say(assured)
    assert "Quill" not in no.IdentitiesOpen(version=1, places="Summary: name of child-7").text
    shown = practice_review_view(world.case, world.now)
    assert shown
    assert [(one.what, one.times, one.accepted) for one in shown.versions[-1].identifying] == [
        ("name", 1, None),
        ("id", 1, None),
        ("date-of-birth", 1, None),
    ]
    place = {"version": version, "where": "Summary", "whose": "child-7", "reason": WHY}
    for what in (IdentityKind.NAME, IdentityKind.ID):
        world.say(say.IdentityAccepted(what=what, **place))
    with pytest.raises(no.NoSuchPlace):
        world.say(say.IdentityAccepted(what=IdentityKind.ADDRESS, **place))
    with pytest.raises(no.AlreadyRecorded):
        world.say(say.IdentityAccepted(what=IdentityKind.NAME, **place))
    with pytest.raises(no.IdentitiesOpen):
        world.say(assured)
    world.say(say.IdentityAccepted(what=IdentityKind.DATE_OF_BIRTH, **place))
    world.say(assured)


def test_a_version_that_is_mended_has_a_list_of_its_own() -> None:
    """K-6: what was accepted in one version is not accepted in the next."""
    world = _world()
    _drafted(world, "Quill was not seen.")
    place = {"where": "Summary", "what": IdentityKind.NAME, "whose": "child-7", "reason": WHY}
    world.say(say.IdentityAccepted(version=1, **place))
    version = _drafted(world, "Quill was not heard.")
    with pytest.raises(no.IdentitiesOpen):
        world.say(say.ReviewAssured(version=version, sound=True, attended=["chair"]))
    offered = next(one for one in next_steps(world.case, world.now) if one.rel == "review-assured")
    assert offered.example["lacks"] == ["Summary: name of child-7 identifies the family"]
    assert _drafted(world, "A child was not heard.") == 3
    world.say(say.ReviewAssured(version=3, sound=True, attended=["chair"]))


def test_a_person_of_the_family_who_comes_to_light_later_is_looked_for_before_publication() -> None:
    """K-8: neither planned nor sent in advance nor published before the version is checked again."""
    world = Review()
    world.agree_report()
    world.say(
        PersonInvited(person="aunt", group=InvolvedGroup.FAMILY, name="Isla Sampleford", invited_by="Sample", how=WHY)
    )
    with pytest.raises(no.IdentitiesNotChecked, match="aunt"):
        world.say(plan())
    step = next(one for one in next_steps(world.case, world.now) if one.rel == "identities-checked")
    assert step.needed
    known = known_of_the_family(world.case)
    texts = ReviewReport(summary="Isla wrote to the school.").texts()
    checked = say.IdentitiesChecked(
        version=1, identifying=places(texts, known), checked_for=[one.code for one in known]
    )
    world.say(checked)
    with pytest.raises(no.IdentitiesOpen, match="name of aunt"):
        world.say(plan())
    accepted = {"version": 1, "where": "Summary", "what": IdentityKind.NAME, "whose": "aunt", "reason": WHY}
    world.say(say.IdentityAccepted(**accepted))
    world.say(plan())


def test_everybody_of_the_family_is_looked_for() -> None:
    """K-6, X-4: a member of the family who came to light, as well as the children."""
    world = _world()
    member = FamilyMember(member_id="adult-7", name="Fern Sampleford", relation="Sample: aunt", born=date(1994, 3, 1))
    world.say(FamilyMemberAdded(member=member, how=WHY))
    _drafted(world, "Fern, born 1.3.1994, was not asked at 12 Sample Row.")
    shown = practice_review_view(world.case, world.now)
    assert shown
    assert [(one.what, one.whose) for one in shown.versions[-1].identifying] == [
        ("address", "child-7"),
        ("name", "adult-7"),
        ("date-of-birth", "adult-7"),
    ]


def test_a_date_of_birth_that_is_corrected_is_looked_for_again() -> None:
    """K-8, X-2: the code of what was looked for says so."""
    assert Known(IdentityKind.DATE_OF_BIRTH, "child-7", date(2024, 3, 4).isoformat()).code != BORN.code


def test_other_names_numbers_and_addresses_of_the_family_are_looked_for() -> None:
    """K-6, K-8, X-4: each person and kind once, whatever name or number it is; an NHS number however it is spaced."""
    world = _world()
    member = FamilyMember(
        member_id="adult-7",
        name="Fern Sampleford",
        relation="Sample: aunt",
        other_names=["Lark Otherwise"],
        nhs_number="9990000018",
        local_ids=["Mosaic 12345"],
    )
    world.say(FamilyMemberAdded(member=member, how=WHY))
    world.say(HomeRecorded(home="home-7", address="9 Invented Lane, SA9 9MP", residents=[{"person": "adult-7"}]))
    _drafted(world, "Fern, once Lark, has 999 000 0018 and 12345. She left SA9 9MP.")
    shown = practice_review_view(world.case, world.now)
    assert shown
    assert [(one.what, one.whose, one.words) for one in shown.versions[-1].identifying] == [
        ("name", "adult-7", "Fern, Lark"),
        ("id", "adult-7", "999 000 0018, 12345"),
        ("address", "home-7", "SA9 9MP"),
    ]
