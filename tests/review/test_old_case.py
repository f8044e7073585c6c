"""A fact costs nearly the same in an old case as in a young one: nothing looks at all pairs of what was said."""

import time

from review.facts.notification import SafetyStepsRecorded
from tests.review.world import World


def cost(world: World, steps: SafetyStepsRecorded) -> float:
    """Seconds of processor time that one more fact takes; the least of some, as others use the processor, too."""

    def once() -> float:
        began = time.process_time()
        world.say(steps)
        return time.process_time() - began

    return min(once() for _ in range(5))


def test_what_is_asked_of_all_that_was_said_is_asked_once() -> None:
    """N-5: before, who was answered was worked out anew for each entry; the 1,000th took a hundred times the 20th."""
    world = World()
    steps = SafetyStepsRecorded.model_validate(SafetyStepsRecorded.sample | {"others": ""})
    young, old = 50, 350
    for _ in range(young):
        world.say(steps)
    first = cost(world, steps)
    for _ in range(old - young):
        world.say(steps)
    assert cost(world, steps) < first * (old / young), "it grows faster than the case"
