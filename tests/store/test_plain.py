"""What stands unsealed in the database: no id that people choose, but for those of the directory."""

from datetime import UTC, datetime

from review.facts.follow_up import ActionSet
from store import Store
from tests.keeping import Keeper
from tests.review.world import WHY, World
from tests.store.test_sealing import everything_in

NINE = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CHOSEN = "do-not-notify-zephyrine"


async def test_an_id_that_people_choose_is_sealed_and_shown(store: Store, url: str) -> None:
    """G-11: in the record, among deadlines and in lists a number or nothing stands for it; people see it as it is."""
    world = World()
    given = {"action": CHOSEN, "what": WHY, "owner": "lead-police", "agency": "police", "outcome": WHY}
    world.say(ActionSet.model_validate(given | {"due_date": "2026-03-02"}))
    await Keeper(store).keep(world.case, world.now)

    held = await everything_in(url)

    assert CHOSEN.encode() not in held
    deadlines = (await store.deadlines.list()).items
    assert f"G-11:{CHOSEN}" in [one.deadline.id for one in deadlines]
    rows = await store.record.rows(world.case.reference)
    assert f"G-11:{CHOSEN}" in [row.about for row in rows]
    (line,) = (await store.cases.list()).items
    assert line.next_deadline in world.case.deadlines
    first = await store.deadlines.list(limit=1)
    rest = await store.deadlines.list(limit=100, after=first.next)
    assert [*first.items, *rest.items] == deadlines
