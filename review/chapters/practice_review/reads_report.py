"""How the report stands before it is signed: what identifies the family, quality assurance, early comment (K-6, K-7).

Pure lookups on the state; `reads` is their public face.
"""

from datetime import datetime

from review.case import reads
from review.case.entries import Entry, F
from review.case.sign_off import Round, accountable, deputies, partner_of
from review.case.state import CaseState
from review.chapters.practice_review.identities import known_of_the_family
from review.chapters.practice_review.reads_sign_off import RoundDue, SigningStep
from review.facts.directory import Role
from review.facts.practice_review import (
    EarlyCommentClosed,
    EarlyCommentGiven,
    EarlyCommentSought,
    IdentifyingPlace,
    IdentitiesChecked,
    IdentityAccepted,
    ReviewAssured,
    ReviewDrafted,
)
from review.kit.sign_off_rounds import seats_of

EARLY_COMMENT = "early-comment"  # the step of its round (K-7)


def checked(case: CaseState, version: int) -> IdentitiesChecked | ReviewDrafted | None:
    """The last check of a version for what identifies the family: as it came in, or since (K-6, K-8)."""
    again = next((one for one in reversed(case.every(IdentitiesChecked)) if one.version == version), None)
    return again or next((one for one in case.every(ReviewDrafted) if one.content.version == version), None)


def not_checked_for(case: CaseState, version: int) -> list[str]:
    """Of whom the case knows something now that this version was not checked for: their ids, each once (K-8)."""
    last = checked(case, version)
    looked_for = last.checked_for if last else []
    return list(dict.fromkeys(one.whose for one in known_of_the_family(case) if one.code not in looked_for))


def accepted(case: CaseState, version: int, place: IdentifyingPlace) -> IdentityAccepted | None:
    """How a place that identifies somebody was accepted in this version (K-6)."""
    of_this = [one for one in case.every(IdentityAccepted) if one.version == version]
    return next((o for o in of_this if (o.where, o.what, o.whose) == (place.where, place.what, place.whose)), None)


def identifying(case: CaseState, version: int) -> list[IdentifyingPlace]:
    """The places of this version that identify somebody of the family (K-6)."""
    last = checked(case, version)
    return last.identifying if last else []


def places_open(case: CaseState, version: int) -> list[str]:
    """Those that are not accepted, in words that name nobody (K-6)."""
    left = [one for one in identifying(case, version) if not accepted(case, version, one)]
    return [f"{one.where}: {one.what.replace('-', ' ')} of {one.whose}" for one in left]


def assured(case: CaseState, version: int) -> ReviewAssured | None:
    return next((one for one in reversed(case.every(ReviewAssured)) if one.version == version), None)


def assured_at(case: CaseState, version: int) -> datetime | None:
    entries = [one for one in case.entries_of(ReviewAssured) if one.fact.version == version]
    return entries[-1].happened_at if entries else None


def found_sound(case: CaseState, version: int) -> bool:
    found = assured(case, version)
    return found is not None and found.sound


def comment_capacities(case: CaseState) -> list[str]:
    """Who is asked for early comment: the accountable officers, or deputies, and the Independent Chair (K-7)."""
    return list(_comment_seats(case))


def _comment_seats(case: CaseState) -> dict[str, str]:
    """Each with whom it is asked of: by the round over the version that is out, else by the cast of now."""
    sought = case.last(EarlyCommentSought)
    over = [one for one in case.rounds if one.for_comment and sought and one.document.version == sought.version]
    wanted = [*case.edition.national.accountable_capacities, Role.INDEPENDENT_CHAIR.value]
    asked = {ask.capacity: ask.officer for one in over for ask in one.asks}
    missing = [one for one in wanted if one not in {partner_of(capacity) for capacity in asked}]
    return asked | seats_of(case, missing)


def since_sought(case: CaseState, kind: type[F]) -> list[Entry[F]]:
    """What was said since early comment was last sought."""
    sought = case.entry(EarlyCommentSought)
    return case.after(sought, kind) if sought else []


def still_to_comment(case: CaseState) -> list[str]:
    """Capacities asked for early comment from whom none has come (K-7)."""
    if not case.last(EarlyCommentSought) or since_sought(case, EarlyCommentClosed):
        return []
    reported = {one.fact.officer for one in since_sought(case, EarlyCommentGiven)}
    sought = case.every(EarlyCommentSought)[-1].version
    over = [one for one in case.rounds if one.for_comment and one.document.version == sought]
    by = {ask.capacity: ask.given_by for one in over for ask in one.asks if ask.commented}  # may have left office since
    return [one for one in comment_capacities(case) if not reported & {*may_comment(case, one), by.get(one)}]


def comment_due(case: CaseState) -> RoundDue | None:
    """The round in which early comment is waited for; None where nothing is waited for (K-7)."""
    sought, asked = case.last(EarlyCommentSought), still_to_comment(case)
    if sought is None or not asked or not reads.review_goes_on(case):
        return None
    had = [one for one in case.rounds if one.for_comment and one.document.version == sought.version]
    if had and not had[-1].open:
        return None
    then = "The CRG then completes the final draft, which you are asked to sign."
    step = SigningStep(EARLY_COMMENT, asked, then, for_comment=True)
    return RoundDue(sought.version, step, sum(ask.attempt for ask in had[-1].asks) if had else 0)


def asked_about(case: CaseState) -> int | None:
    """The version on which early comment is waited for."""
    sought = case.last(EarlyCommentSought)
    return sought.version if sought and still_to_comment(case) else None


def comment_round(case: CaseState) -> Round | None:
    """The open round of early comment."""
    return next((one for one in case.rounds if one.for_comment and one.open), None)


def may_comment(case: CaseState, capacity: str) -> list[str]:
    """Who comments in a capacity: its officer, and the partner's deputies; not the partner's other officers."""
    partner = partner_of(capacity)
    seats = _comment_seats(case).items()
    others = {officer for other, officer in seats if other != capacity and partner_of(other) == partner}
    people = [*accountable(case.cast, capacity), *deputies(case.cast, capacity)]
    return [person for person in people if person not in others]


def early_comment_over(case: CaseState) -> bool:
    return case.last(EarlyCommentSought) is not None and not still_to_comment(case)


def early_comment_over_at(case: CaseState) -> datetime | None:
    """When the last early comment came, or the CRG waited no longer."""
    ends = [*since_sought(case, EarlyCommentGiven), *since_sought(case, EarlyCommentClosed)]
    return max((one.happened_at for one in ends), default=None)
