"""API: what may stand in an address, and what a list's address takes."""

from typing import Annotated

from fastapi import Path, Query

Reference = Annotated[
    str, Path(pattern=r"^[A-Z]{2}-[0-9]{4}-[0-9]{3,9}$", description="the case's reference", examples=["CR-2026-001"])
]
Limit = Annotated[int, Query(ge=1, le=200, description="how many at most")]
After = Annotated[str | None, Query(max_length=1000, description="the `next` of the page before")]

REHEARSAL = "RH"  # how the reference of a rehearsal begins


def of_rehearsal(reference: str) -> bool:
    """Whether a reference is a rehearsal's: its cases and real ones are never mixed."""
    return reference.startswith(f"{REHEARSAL}-")
