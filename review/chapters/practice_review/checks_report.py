"""What may be said when of the report: drafts, quality assurance, early comment, the final draft (§7, K-6, K-7, G-6).

Pure. How things stand is looked up in `reads`.
"""

from datetime import datetime

from review.case import reads
from review.case.sign_off import vacant
from review.case.state import CaseState
from review.chapters.involvement.chapter import involvement_open
from review.chapters.practice_review import reads as stands
from review.chapters.practice_review.papers import REVIEW
from review.chapters.practice_review.preconditions import (
    at_work,
    begun,
    latest_version,
    not_earlier_than,
    not_out,
    with_a_reviewer,
)
from review.facts import Reported
from review.facts import practice_review as say
from review.facts.base import Fact
from review.facts.directory import Role
from review.kit import refusals as no
from review.kit.chapter import Check
from review.kit.guards import agencies, crg_among, needs, once, people


def _review_drafted(case: CaseState, fact: say.ReviewDrafted, reported: Reported, now: datetime) -> None:
    with_a_reviewer(case, fact, reported, now)
    not_out(case, REVIEW)
    agencies(case, fact.agencies, "report.recommendations")


def _assured(case: CaseState, fact: say.ReviewAssured, reported: Reported, now: datetime) -> None:
    at_work(case, fact, reported, now)
    latest_version(case.every(say.ReviewDrafted), fact.version)
    people(case, fact.attended, "attended")
    crg_among(case, fact.attended)
    once(stands.assured(case, fact.version), f"The quality assurance of version {fact.version}")
    drafted = stands.draft(case, fact.version)
    if fact.sound and drafted and drafted.missing:
        missing = "; ".join(drafted.missing)
        raise no.NotSound(version=fact.version, missing=missing, fields={"sound": f"lacks {missing}"})
    if fact.sound:
        identities_settled(case, fact.version)
    if fact.sound and fact.lacks:
        raise no.SoundAndLacking(fields={"lacks": "must be empty where the version is sound"})
    if not fact.sound and not fact.lacks and not (drafted and drafted.missing):
        raise no.LacksNotNamed(fields={"lacks": "name what it lacks"})


def identities_settled(case: CaseState, version: int) -> None:
    """Each place of this version that identifies somebody of the family is accepted, as the case knows them now."""
    if whose := stands.not_checked_for(case, version):
        raise no.IdentitiesNotChecked(version=version, whose=", ".join(whose))
    if left := stands.places_open(case, version):
        raise no.IdentitiesOpen(version=version, places="; ".join(left))


def _checked_again(case: CaseState, fact: say.IdentitiesChecked, reported: Reported, now: datetime) -> None:
    _of_a_version(case, fact.version)


def _accepted(case: CaseState, fact: say.IdentityAccepted, reported: Reported, now: datetime) -> None:
    _of_a_version(case, fact.version)
    named = [
        one
        for one in stands.identifying(case, fact.version)
        if (one.where, one.what, one.whose) == (fact.where, fact.what, fact.whose)
    ]
    if not named:
        raise no.NoSuchPlace(version=fact.version, fields={"where": "is not in the list of this version"})
    once(stands.accepted(case, fact.version, named[0]), "That this place is accepted")


def _of_a_version(case: CaseState, version: int) -> None:
    """Of the latest, while the review goes on and where it may still be published."""
    if not reads.may_still_be_published(case):
        begun(case)
    needs(case.last(say.ReviewDrafted), "no version of the report has been drafted")
    latest_version(case.every(say.ReviewDrafted), version)


def _sound(case: CaseState, version: int) -> None:
    needs(case.last(say.ReviewDrafted), "no version of the report has been drafted")
    latest_version(case.every(say.ReviewDrafted), version)
    if not stands.found_sound(case, version):
        raise no.NotAssured(version=version)


def _found_sound(case: CaseState, version: int) -> tuple[str, datetime | None]:
    found = stands.assured_at(case, version)
    return f"the quality assurance of version {version}", found


def _sought(case: CaseState) -> tuple[str, datetime | None]:
    entry = case.entry(say.EarlyCommentSought)
    return "the request for early comment", entry.happened_at if entry else None


def _comment_sought(case: CaseState, fact: say.EarlyCommentSought, reported: Reported, now: datetime) -> None:
    at_work(case, fact, reported, now)
    not_out(case, REVIEW)
    _sound(case, fact.version)
    sought = [one.version for one in case.every(say.EarlyCommentSought)]
    once(fact.version in sought, f"That early comment was sought on version {fact.version}")
    if nobody := vacant(case.cast, stands.comment_capacities(case)):
        raise no.NobodyToSign(partners=", ".join(nobody))
    not_earlier_than(case, "The request for early comment", reported, now, *_found_sound(case, fact.version))


def _comment_given(case: CaseState, fact: say.EarlyCommentGiven, reported: Reported, now: datetime) -> None:
    at_work(case, fact, reported, now)
    needs(case.last(say.EarlyCommentSought), "early comment has not been sought")
    once(stands.since_sought(case, say.FinalDraftSent), "The final draft, which early comment comes before,")
    possible = {person for one in stands.comment_capacities(case) for person in stands.may_comment(case, one)}
    if fact.officer not in possible or (
        Role.BUSINESS_UNIT not in reported.by.roles and fact.officer not in reported.by.people
    ):
        raise no.NotAskedToComment(person=fact.officer, fields={"officer": "is not asked"})
    not_earlier_than(case, "The early comment", reported, now, *_sought(case))
    if not fact.comments.strip() and not fact.nothing_to_add:
        raise no.NoCommentGiven(fields={"comments": "say what should change, or nothing_to_add"})
    given = [entry.fact for entry in stands.since_sought(case, say.EarlyCommentGiven)]
    held = [one.comments for one in given if isinstance(one, say.EarlyCommentGiven) and one.officer == fact.officer]
    once(fact.comments in held, "This comment")


def _comment_closed(case: CaseState, fact: say.EarlyCommentClosed, reported: Reported, now: datetime) -> None:
    at_work(case, fact, reported, now)
    needs(case.last(say.EarlyCommentSought), "early comment has not been sought")
    once(stands.early_comment_over(case), "The end of early comment")
    not_earlier_than(case, "The end of early comment", reported, now, *_sought(case))


def _final_sent(case: CaseState, fact: say.FinalDraftSent, reported: Reported, now: datetime) -> None:
    at_work(case, fact, reported, now)
    not_out(case, REVIEW)
    _sound(case, fact.version)
    once(fact.version in stands.sent_versions(case, REVIEW), f"That version {fact.version} went for sign-off")
    needs(stands.early_comment_over(case), "the accountable officers and the Independent Chair comment first")
    _everybody_heard(case)
    identities_settled(case, fact.version)
    not_earlier_than(case, "The final draft", reported, now, *_found_sound(case, fact.version))
    not_earlier_than(
        case, "The final draft", reported, now, "the end of early comment", stands.early_comment_over_at(case)
    )
    drafted = stands.draft(case, fact.version)
    asked = [f"agency-{agency}" for agency in drafted.agencies] if drafted else []
    chairs = [Role.CRG_CHAIR.value, Role.INDEPENDENT_CHAIR.value]
    if nobody := vacant(case.cast, [*chairs, *asked, *case.edition.national.accountable_capacities]):
        raise no.NobodyToSign(partners=", ".join(nobody))


def _everybody_heard(case: CaseState) -> None:
    """Nobody's involvement is neither had nor explained (G-6)."""
    if who := involvement_open(case):
        raise no.InvolvementOpen(who="; ".join(who))


def check_signature(case: CaseState, document: str) -> None:
    """Whether an approval may be given: of the final report, when everybody has been heard (G-6, K-7)."""
    if document == REVIEW:
        _everybody_heard(case)


THE_REPORT: dict[type[Fact], Check] = {
    say.ReviewDrafted: _review_drafted,
    say.IdentitiesChecked: _checked_again,
    say.IdentityAccepted: _accepted,
    say.ReviewAssured: _assured,
    say.EarlyCommentSought: _comment_sought,
    say.EarlyCommentGiven: _comment_given,
    say.EarlyCommentClosed: _comment_closed,
    say.FinalDraftSent: _final_sent,
}
