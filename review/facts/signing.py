"""Fact of §2: a sign-off of exactly one version. D-8, R-11."""

from typing import Literal

from pydantic import Field

from review.facts.base import Fact, Hash, Known, PersonId
from review.facts.directory import Role
from review.facts.enums import Verdict


class SignOffGiven(Fact):
    """An officer or deputy approves exactly one version, or sends it back with comments (§2, D-8, R-11)."""

    title = "Sign-off given"
    what_to_do = "Read this version, then approve it, or send it back and say what must change (§2, D-8, R-11)."
    may_report = (Role.ACCOUNTABLE_OFFICER, Role.DEPUTY, Role.CRG_CHAIR, Role.AGENCY, Role.INDEPENDENT_CHAIR)
    subject = ("round",)
    instead_of_correcting = "a signature is the officer's own act; everybody is asked again for a newer version"
    sample = {
        "round": "rapid-review-draft-1",
        "officer": "officer-health",
        "sha256": "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9",
        "verdict": "send-back",
        "comments": "Sample: say more about the hospital's part.",
    }
    kind: Literal["sign-off-given"] = "sign-off-given"
    round: Known = Field(max_length=60)
    officer: PersonId = Field(description="id of the person who signs: yourself")
    sha256: Hash
    verdict: Verdict
    comments: str = Field(default="", max_length=20_000)
    capacity: Known = Field(
        default="", max_length=60, description="for which partner; needed only by one who is asked for several"
    )


SigningFact = SignOffGiven
