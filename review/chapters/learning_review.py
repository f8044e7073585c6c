"""§6 The internal learning review: terms, participants, findings, the CRG's assurance. Room: review; pure. A-5."""

from collections.abc import Iterator
from datetime import datetime

from review import changes, examples, telling, timing
from review import refusals as no
from review.bodies import FindingsBody
from review.case import CaseState
from review.chapter import Chapter
from review.directory import Role
from review.facts import Corrected, Said
from review.guards import agencies, crg_among, day_to_come, needs, once, people
from review.offer import Offer
from review.said.learning_review import (
    LearningFindingsDrafted,
    LearningParticipantsNamed,
    LearningReviewAssured,
    LearningTermsSet,
    Participant,
)
from review.told import Entry
from review.words import Assurance, Decision, Stage


def wanted(case: CaseState) -> bool:
    """A learning review was decided on, by the CRG or the partners (A-3, R-15)."""
    return case.review_wanted is Decision.LEARNING_REVIEW


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


def _terms(case: CaseState, fact: LearningTermsSet, said: Said, now: datetime) -> None:
    _under_way(case)
    people(case, [fact.lead], "lead")
    if fact.findings_by:
        day_to_come(case, "The day for the findings", fact.findings_by, changes.when(case, said, now), "findings_by")


def _participants(case: CaseState, fact: LearningParticipantsNamed, said: Said, now: datetime) -> None:
    _under_way(case)
    agencies(case, [one.agency for one in fact.participants], "participants")


def _drafted(case: CaseState, fact: LearningFindingsDrafted, said: Said, now: datetime) -> None:
    _under_way(case)
    needs(case.last(LearningTermsSet), "the terms of the learning review have not been set")
    needs(case.last(LearningParticipantsNamed), "nobody is named yet who takes part in the learning review")
    people(case, [fact.author], "author")


def _assured(case: CaseState, fact: LearningReviewAssured, said: Said, now: datetime) -> None:
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


# --- what follows ---


def _follows(case: CaseState, entry: Entry, now: datetime) -> None:
    if isinstance(entry.said.fact, LearningTermsSet | Corrected) and "A-5" in case.clocks:
        if case.findings_by:
            timing.recount(case, "the terms name another day", now)
        else:
            timing.stop(case, "A-5", "the terms name no day any more", now)


# --- next steps ---


def _offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    if not wanted(case) or assured(case):
        return
    lead = next(iter(case.cast.holders(Role.BUSINESS_UNIT)), "nobody")
    terms = LearningTermsSet(terms=examples.TERMS, method=examples.METHOD, lead=lead)
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
        body=FindingsBody(author=lead, findings=examples.FINDINGS),
        needed=findings is None or bool(findings.missing) or findings.content.version in judged,
        title="Draft the findings of the learning review",
        deadline="A-5",
    )
    if findings:
        agreed = LearningReviewAssured(
            version=findings.content.version,
            verdict=Assurance.AGREED,
            reasons=examples.ASSURED,
            attended=telling.holders(case, Role.CRG_CHAIR, Role.CRG_MEMBER) or ["nobody"],
        )
        yield Offer(body=agreed, needed=True, title="Record the CRG's quality assurance of the findings")


_SBU = Role.BUSINESS_UNIT

CHAPTER = Chapter(
    title="§6 Learning reviews",
    checks={
        LearningTermsSet: _terms,
        LearningParticipantsNamed: _participants,
        LearningFindingsDrafted: _drafted,
        LearningReviewAssured: _assured,
    },
    may_say={
        "learning-terms-set": (_SBU, Role.CRG_CHAIR),
        "learning-participants-named": (_SBU, Role.CRG_CHAIR),
        "learning-findings-drafted": (_SBU,),
        "learning-review-assured": (Role.CRG_CHAIR, _SBU),
    },
    stages={"learning-findings-drafted": (Stage.LEARNING_REVIEW,)},
    offers=_offers,
    consequences=_follows,
)
