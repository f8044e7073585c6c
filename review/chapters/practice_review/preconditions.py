"""What must stand before the practice review goes a step further: asked by the checks of all its parts (§7).

Each raises a refusal, or says nothing.
"""

from collections.abc import Iterable
from datetime import datetime

from review.case import reads
from review.case.sign_off import vacant
from review.case.state import CaseState
from review.chapters.practice_review import reads as stands
from review.facts import Reported
from review.facts import practice_review as say
from review.facts.base import Fact
from review.facts.enums import Decision
from review.kit import refusals as no
from review.kit.changes import when
from review.kit.guards import needs, not_before, once


def begun(case: CaseState) -> None:
    if reads.review_wanted(case) is not Decision.PRACTICE_REVIEW:
        raise no.PracticeReviewNotDecided
    once(reads.review_finished(case), "The end of the practice review")


def not_out(case: CaseState, document: str) -> None:
    """No version is out for sign-off. An agreed one can be replaced until the review is over (R-11)."""
    version = stands.being_signed(case, document)
    if version and stands.agreed(case, document) is None:
        raise no.RoundOpen(version=version)


def can_be_signed(case: CaseState, document: str) -> None:
    capacities = [one for step in stands.signing_steps(case, document) for one in step.asked]
    if nobody := vacant(case.cast, capacities):
        raise no.NobodyToSign(partners=", ".join(nobody))


def latest_version(drafts: Iterable[say.TermsDrafted] | Iterable[say.ReviewDrafted], version: int) -> None:
    known = [one.content.version for one in drafts]
    if version not in known:
        latest = known[-1] if known else "none"
        raise no.UnknownVersion(version=version, latest=latest, fields={"version": f"the latest is {latest}"})
    if version != known[-1]:
        raise no.NotTheLatestVersion(
            version=version, latest=known[-1], fields={"version": f"the latest is {known[-1]}"}
        )


def not_earlier_than(
    case: CaseState, what: str, reported: Reported, now: datetime, earlier: str, earlier_at: datetime | None
) -> None:
    """Nothing happened before what it rests on (K-3, K-7, K-8)."""
    if earlier_at:
        not_before(what, when(case, reported, now), earlier, earlier_at, "happened_at")


def not_before_agreed(case: CaseState, document: str, what: str, reported: Reported, now: datetime) -> None:
    earlier = f"the last approval of the agreed {stands.TITLES[document]}"
    not_earlier_than(case, what, reported, now, earlier, stands.agreed_at(case, document))


def at_work(case: CaseState, fact: Fact, reported: Reported, now: datetime) -> None:
    begun(case)
    tender = stands.method(case) is None or stands.by_tender(case)
    missing = "no contract has been issued" if tender else "nobody has been appointed to carry out the review"
    needs(stands.work_begun(case), missing)


def with_a_reviewer(case: CaseState, fact: Fact, reported: Reported, now: datetime) -> None:
    """Somebody carries the review out: under a contract, or appointed (K-2, K-4)."""
    at_work(case, fact, reported, now)
    ended = "the contract has ended; select another reviewer and issue a contract first"
    gone = "the person appointed no longer carries out the review; appoint another first"
    needs(stands.has_a_reviewer(case), ended if stands.by_tender(case) else gone)


def under_contract(case: CaseState, fact: Fact, reported: Reported, now: datetime) -> None:
    at_work(case, fact, reported, now)
    ended = "the contract has ended; select another reviewer and issue a contract first"
    needs(stands.contract(case), ended if case.last(say.ContractIssued) else "this review has no contract")
