"""The API reads a kept draft again, against what the case knows of the family by now (K-8)."""

import asyncio
from types import SimpleNamespace
from typing import Any

from api.intake import with_what_it_says
from review.chapters.practice_review.papers import sample_review
from review.facts import practice_review as say
from review.facts.enums import InvolvedGroup
from review.facts.involvement import PersonInvited
from tests.review.practice import Review
from tests.review.world import WHY


def test_a_version_is_read_again_from_the_store_whatever_the_caller_says_was_found() -> None:
    """K-8: with everybody who is known now. Of a version that is not there nothing is said."""
    world = Review()
    world.contract()
    world.draft_review()
    world.say(
        PersonInvited(person="aunt", group=InvolvedGroup.FAMILY, name="Isla Sampleford", invited_by="Sample", how=WHY)
    )
    report = sample_review(["police"]).model_copy(update={"analysis": "Isla wrote to the school."})

    async def kept(reference: str, document: str, version: int) -> Any:
        assert (reference, document, version) == (world.case.reference, "practice-review-draft", 1)
        return SimpleNamespace(content=report.model_dump_json().encode())

    async def now(reference: str) -> Any:
        return SimpleNamespace(case=world.case)

    deps: Any = SimpleNamespace(
        readings=SimpleNamespace(of=lambda store, reference: now(reference)),
        store=SimpleNamespace(documents=SimpleNamespace(get=kept)),
    )
    sent = say.IdentitiesChecked(version=1, checked_for=["made-up"])
    found = asyncio.run(with_what_it_says(deps, world.case.reference, sent))
    assert [(one.where, one.whose) for one in found.identifying] == [("Analysis", "aunt")]
    world.say(found)
    missing = asyncio.run(with_what_it_says(deps, world.case.reference, say.IdentitiesChecked(version=9)))
    assert (missing.identifying, missing.checked_for) == ([], [])
