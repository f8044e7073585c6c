"""§6 The internal learning review: terms, participants, findings, the CRG's assurance. Pure. A-5."""

from collections.abc import Iterator
from datetime import datetime
from typing import get_args

from review.case import reads
from review.case.state import CaseState
from review.chapters.learning_review.papers import FINDINGS, FindingsBody
from review.facts import Reported
from review.facts.directory import Role
from review.facts.enums import Assurance, Decision
from review.facts.learning_review import (
    LearningFindingsDrafted,
    LearningParticipantsNamed,
    LearningReviewAssured,
    LearningReviewFact,
    LearningTermsSet,
    Participant,
)
from review.kit import changes, notify
from review.kit import refusals as no
from review.kit.chapter import Chapter
from review.kit.guards import agencies, crg_among, day_to_come, needs, once, people
from review.kit.offer import Offer


def wanted(case: CaseState) -> bool:
    """A learning review was decided on, by the CRG or the partners (A-3, R-15)."""
    return reads.review_wanted(case) is Decision.LEARNING_REVIEW


def latest_findings(case: CaseState) -> LearningFindingsDrafted | None:
    return case.last(LearningFindingsDrafted)


def assured(case: CaseState) -> LearningReviewAssured | None:
    """The CRG's agreement to a version, once it is given (A-5)."""
    agreed = [one for one in case.every(LearningReviewAssured) if one.verdict is Assurance.AGREED]
    return agreed[-1] if agreed else None


# --- checks ---


def _under_way(case: CaseState) -> None:
    needs(wanted(case), "no learning review has been decided on")
    once(assured(case), "The CRG's agreement to the findings")


def _terms(case: CaseState, fact: LearningTermsSet, reported: Reported, now: datetime) -> None:
    _under_way(case)
    people(case, [fact.lead], "lead")
    if fact.findings_by:
        day_to_come(
            case, "The day for the findings", fact.findings_by, changes.when(case, reported, now), "findings_by"
        )


def _participants(case: CaseState, fact: LearningParticipantsNamed, reported: Reported, now: datetime) -> None:
    _under_way(case)
    agencies(case, [one.agency for one in fact.participants], "participants")


def _drafted(case: CaseState, fact: LearningFindingsDrafted, reported: Reported, now: datetime) -> None:
    _under_way(case)
    needs(case.last(LearningTermsSet), "the terms of the learning review have not been set")
    needs(case.last(LearningParticipantsNamed), "nobody is named yet who takes part in the learning review")
    people(case, [fact.author], "author")


def _assured(case: CaseState, fact: LearningReviewAssured, reported: Reported, now: datetime) -> None:
    _under_way(case)
    findings = latest_findings(case)
    needs(findings, "no findings have been drafted")
    if findings is None:
        return
    latest = findings.content.version
    if fact.version != latest:
        raise no.NotTheLatestVersion(version=fact.version, latest=latest, fields={"version": f"the latest is {latest}"})
    once([one for one in case.every(LearningReviewAssured) if one.version == latest], f"The assurance of {latest}")
    people(case, fact.attended, "attended")
    crg_among(case, fact.attended)
    if fact.verdict is Assurance.AGREED and findings.missing:
        missing = findings.missing
        raise no.DraftIncomplete(missing="; ".join(missing), fields=dict.fromkeys(missing, "is missing"))
    if fact.verdict is Assurance.SENT_BACK and not fact.lacking:
        raise no.NothingLacking(fields={"lacking": "say what it lacks"})


# --- next steps ---


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    if not wanted(case) or assured(case):
        return
    lead = next(iter(case.cast.holders(Role.BUSINESS_UNIT)), "nobody")
    terms = LearningTermsSet(
        terms=LearningTermsSet.sample["terms"], method=LearningTermsSet.sample["method"], lead=lead
    )
    yield Offer(body=terms, needed=not case.last(LearningTermsSet), title="Set terms and method of the learning review")
    named = [Participant(agency=one.id, office="Team Manager") for one in case.cast.agencies][:3]
    if named:
        yield Offer(
            body=LearningParticipantsNamed(participants=named),
            needed=not case.last(LearningParticipantsNamed),
            title="Name who takes part in the learning review",
        )
    findings = latest_findings(case)
    judged = {one.version for one in case.every(LearningReviewAssured)}
    yield Offer(
        body=FindingsBody(author=lead, findings=FINDINGS),
        needed=findings is None or bool(findings.missing) or findings.content.version in judged,
        title="Draft the findings of the learning review",
        deadline="A-5",
    )
    if findings:
        agreed = LearningReviewAssured(
            version=findings.content.version,
            verdict=Assurance.AGREED,
            reasons=LearningReviewAssured.sample["reasons"],
            attended=notify.holders(case, Role.CRG_CHAIR, Role.CRG_MEMBER) or ["nobody"],
        )
        yield Offer(body=agreed, needed=True, title="Record the CRG's quality assurance of the findings")


CHAPTER = Chapter(
    title="§6 Learning reviews",
    facts=get_args(LearningReviewFact),
    checks={
        LearningTermsSet: _terms,
        LearningParticipantsNamed: _participants,
        LearningFindingsDrafted: _drafted,
        LearningReviewAssured: _assured,
    },
    offers=_offers,
)
