"""API: which class stands behind the form of each step: the very body that its route takes."""

from pydantic import BaseModel

from api import edition_move
from api.facts import RELS
from api.opening import CaseOpening, InformationOpening, ReferralOpening

OPENINGS: dict[str, type[CaseOpening | ReferralOpening | InformationOpening]] = {
    "incident-reported": CaseOpening,
    "referral-received": ReferralOpening,
    "information-requested": InformationOpening,
}
STEPS: dict[str, type[BaseModel]] = {**RELS, edition_move.REL: edition_move.EditionMove}
FORMS: dict[str, type[BaseModel]] = {**STEPS, **OPENINGS}
