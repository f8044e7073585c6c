"""What a signature on exactly one version is checked for, whoever signs and by whatever fact (R-11, R-16). Pure."""

from datetime import datetime

from review.case.sign_off import Round, SignatureRequest, accountable, deputies
from review.case.state import CaseState
from review.facts import Reported
from review.facts.enums import Verdict
from review.facts.report import DraftAgreed
from review.facts.signing import SignOffGiven
from review.kit import refusals as no
from review.kit.changes import when
from review.kit.guards import TOLERANCE, not_before
from review.kit.notify import moment


def check_signature(
    case: CaseState,
    one: Round,
    ask: SignatureRequest | None,
    fact: SignOffGiven | DraftAgreed,
    reported: Reported,
    now: datetime,
) -> None:
    """Refuse an answer by one who is not asked, a second one, one to another version, or to a round that is over."""
    if ask is None:
        raise no.NotAskedToSign(document=one.title, version=one.document.version)
    if ask.verdict is not None and ask.given_at is not None:
        raise no.AlreadySigned(
            document=one.title, version=one.document.version, capacity=ask.capacity, when=moment(ask.given_at)
        )
    if not one.open:
        raise no.RoundClosed(status=one.status)
    if fact.officer not in (*accountable(case.cast, ask.capacity), *deputies(case.cast, ask.capacity)):
        raise no.NotAskedToSign(document=one.title, version=one.document.version)
    sent = one.opened_at - TOLERANCE
    not_before("The sign-off", when(case, reported, now), "the draft was sent", sent, "happened_at")
    if fact.sha256 != one.document.sha256:
        raise no.WrongVersion(fields={"sha256": "is not that of the version asked for"})
    if fact.verdict is Verdict.SEND_BACK and not fact.comments.strip():
        raise no.CommentsMissing(fields={"comments": "say what should change"})
