"""Every refusal there is, each with its sentence for the person: a file for each part of the protocol.

Said as `no.NotYet(...)`, after `from review.kit import refusals as no`. What kinds of refusals there are is in `base`.
"""

from review.kit.refusals.any_fact import *
from review.kit.refusals.any_stage import *
from review.kit.refusals.base import *
from review.kit.refusals.base import Refusal
from review.kit.refusals.crg import *
from review.kit.refusals.follow_up import *
from review.kit.refusals.notification import *
from review.kit.refusals.practice_review import *
from review.kit.refusals.rapid_review import *
from review.kit.refusals.referral import *
from review.kit.refusals.signing import *


def all_refusals() -> list[type[Refusal]]:
    """Every refusal, by name."""
    return sorted(Refusal.__subclasses__(), key=lambda kind: kind.name())


def refusal_names() -> set[str]:
    return {kind.name() for kind in all_refusals()}
