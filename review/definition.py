"""Which limb of the definition of a notifiable incident is met (§1, N-1). The system advises, people decide.

Room: review.
"""

from pydantic import BaseModel

from review.facts import IncidentReported
from review.words import Harm, Neglect, Place


class Advice(BaseModel):
    """`limb` is "a", "b" or None; `why` says which, or why none is."""

    limb: str | None
    why: str


def advise(incident: IncidentReported) -> Advice:
    """Limb (a): dies or is seriously harmed in the area; (b): outside England while normally resident (§1)."""
    gaps = []
    if incident.abuse_or_neglect is Neglect.NOT_SUSPECTED:
        gaps.append("abuse or neglect is neither known nor suspected")
    if not any(child.harm in (Harm.DIED, Harm.SERIOUSLY_HARMED) for child in incident.children):
        gaps.append("no child has died or been seriously harmed")
    if incident.place is Place.ELSEWHERE_IN_ENGLAND:
        gaps.append("it happened in England outside the local authority's area; that area's authority notifies")
    if incident.place is Place.OUTSIDE_ENGLAND and not incident.normally_resident:
        gaps.append("it happened outside England to a child not normally resident in the area")
    if gaps:
        return Advice(limb=None, why=f"Neither limb of the definition is met: {'; '.join(gaps)}.")
    if incident.place is Place.IN_AREA:
        return Advice(
            limb="a",
            why=(
                "Limb (a): abuse or neglect is known or suspected and a child died or was seriously harmed in the "
                "local authority's area."
            ),
        )
    return Advice(
        limb="b",
        why=(
            "Limb (b): abuse or neglect is known or suspected and a child normally resident in the area died or "
            "was seriously harmed outside England."
        ),
    )
