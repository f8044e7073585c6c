"""Which kind of notification an incident looks like: the system advises, people decide (B-1)."""

from datetime import date
from typing import Any

import pytest

from calendar_rules.edition import NotificationKind, load_edition
from review.chapters.notification.definition import advise_notification
from review.facts.notification import IncidentReported
from tests.review.world import incident

ENGLAND, DONCASTER = load_edition("england-2023"), load_edition("doncaster-2018")


def one(*, neglect: str = "not-suspected", **child: Any) -> IncidentReported:
    given = {"child_id": "child-a", "name": "Sample", "harm": "died", **child}
    return incident(children=[given], abuse_or_neglect=neglect)


@pytest.mark.parametrize(
    ("told", "kind", "rapid_review"),
    [
        (one(neglect="suspected"), "death-or-serious-harm", True),
        (one(neglect="suspected", in_care=True), "death-or-serious-harm", True),
        (one(in_care=True), "death-in-care-without-abuse", False),
        (one(care_leaver=True, born=date(2002, 5, 11)), "care-leaver-death", False),  # 24 on the day
        (one(care_leaver=True, born=date(2001, 5, 12)), "care-leaver-death", False),  # 25 tomorrow
        (one(care_leaver=True, born=date(2001, 5, 11)), None, False),  # 25 today
        (one(care_leaver=True), "care-leaver-death", False),
        (one(care_leaver=True, born=date(2003, 1, 1), neglect="suspected"), "care-leaver-death", False),
        (one(care_leaver=True, born=date(2009, 1, 1), neglect="suspected"), "death-or-serious-harm", True),
        (one(), None, False),
    ],
)
def test_the_kind_follows_from_harm_neglect_care_and_age(
    told: IncidentReported, kind: str | None, rapid_review: bool
) -> None:
    """B-1: a care leaver counts up to and including the age of 24, on Monday 11 May 2026."""
    advice = advise_notification(told, ENGLAND)
    assert (advice.kind, advice.rapid_review) == (kind, rapid_review)
    assert advice.why


def test_an_edition_that_knows_one_kind_advises_no_other() -> None:
    """B-1: a case under Doncaster's is not bound by it."""
    assert advise_notification(one(in_care=True), DONCASTER).kind is None
    assert advise_notification(one(neglect="known"), DONCASTER).kind is NotificationKind.DEATH_OR_SERIOUS_HARM
