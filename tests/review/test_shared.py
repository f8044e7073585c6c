"""Edition, calendar and cast are kept once in a process, however many cases it reads."""

from review.case import shared
from review.case.state import CaseState
from tests.review.world import World


def test_two_cases_that_are_read_share_edition_calendar_and_cast() -> None:
    told = World().case.model_dump_json()
    one, other = (CaseState.model_validate_json(told) for _ in range(2))
    assert one.edition is other.edition
    assert one.calendar is other.calendar
    assert one.cast is other.cast
    assert one.entries[0] is not other.entries[0]
    assert one.model_dump_json() == other.model_dump_json() == told


def test_another_cast_is_another_one_and_no_more_are_kept_than_fit() -> None:
    told = World().case.model_dump(mode="json")
    first = CaseState.model_validate(told)
    for version in range(2, shared.KEPT + 3):
        held = CaseState.model_validate(told | {"cast": told["cast"] | {"version": version}})
        assert held.cast.version == version
        assert held.cast is not first.cast
        assert held.edition is first.edition
    (once,) = (one.func for one in CaseState.model_fields["cast"].metadata)
    assert len(once._kept) == shared.KEPT
