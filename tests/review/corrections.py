"""How an entry is corrected and taken back, for tests."""

from review.facts import Corrected
from review.facts.any_stage import TakenBack
from tests.review.world import WHY, World


def correct(world: World, message: str, right: object) -> str:
    return world.say(Corrected.model_validate({"corrects": message, "right": right, "reason": WHY}))


def take_back(world: World, message: str) -> str:
    return world.say(TakenBack(takes_back=message, reason=WHY))
