"""A case at a glance in the Temporal UI: whom it waits for is an office, never an id of ours or a person."""

from tests.review.world import World
from workflows.details import in_markdown


def owed_by(world: World) -> dict[str, str]:
    """Who owes each open deadline, as the table has it."""
    rows = [
        line.strip("| ").split(" | ") for line in in_markdown(world.case, world.now).splitlines()[4:] if line[:1] == "|"
    ]
    return {row[0].partition(" ")[0]: row[3] for row in rows}


def test_a_sign_off_is_owed_by_the_partner_and_a_return_by_the_agency() -> None:
    """D-6, D-8, R-11: not by the id of the round."""
    world = World()
    world.send_out()
    owed = owed_by(world)
    assert owed["D-8:rapid-review-1:local-authority"] == "the local authority"
    assert owed["D-8:rapid-review-1:police"] == "the police"
    assert owed["D-7"] == "business-unit"
    asked = World()
    asked.scope()
    asked.deliver()
    assert owed_by(asked)["D-6:police"] == "police"
