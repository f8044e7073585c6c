"""The practice review: what may be said when, from the terms to the publication (§7, K-1 to K-9, G-8, B-4, B-5).

Room: review; pure. How things stand is looked up in `review.practice_standing`.
"""

from collections.abc import Iterable
from datetime import datetime

from calendar_rules.edition import Outsider
from calendar_rules.lengths import end_of_day, london
from review import practice_standing as stands
from review import refusals as no
from review.case import CaseState
from review.changes import when
from review.chapter import Check
from review.chapters.involvement import involvement_open
from review.directory import Role
from review.fact import Fact
from review.facts import Said
from review.guards import addressed, agencies, in_calendar, needs, not_before, once, people, to_come
from review.practice_papers import REVIEW, SELECTION, TERMS
from review.said import practice_review as say
from review.sign_off import vacant
from review.telling import moment
from review.words import Decision


def _begun(case: CaseState) -> None:
    if case.review_wanted is not Decision.PRACTICE_REVIEW:
        raise no.PracticeReviewNotDecided
    once(stands.finished(case), "The end of the practice review")


def _not_out(case: CaseState, document: str) -> None:
    """No version is out for sign-off. An agreed one can be replaced until the review is over (R-11)."""
    version = stands.being_signed(case, document)
    if version and stands.agreed(case, document) is None:
        raise no.RoundOpen(version=version)


def _can_be_signed(case: CaseState, document: str) -> None:
    capacities = [one for step in stands.signing_steps(case, document) for one in step.asked]
    if nobody := vacant(case.cast, capacities):
        raise no.NobodyToSign(partners=", ".join(nobody))


def _latest(drafts: Iterable[say.TermsDrafted] | Iterable[say.ReviewDrafted], version: int) -> None:
    known = [one.content.version for one in drafts]
    if version not in known:
        latest = known[-1] if known else "none"
        raise no.UnknownVersion(version=version, latest=latest, fields={"version": f"the latest is {latest}"})
    if version != known[-1]:
        raise no.NotTheLatestVersion(
            version=version, latest=known[-1], fields={"version": f"the latest is {known[-1]}"}
        )


def _terms_drafted(case: CaseState, fact: say.TermsDrafted, said: Said, now: datetime) -> None:
    _begun(case)
    _not_out(case, TERMS)


def _terms_sent(case: CaseState, fact: say.TermsSentForApproval, said: Said, now: datetime) -> None:
    _begun(case)
    needs(case.last(say.TermsDrafted), "no terms of reference have been drafted")
    _not_out(case, TERMS)
    _latest(case.every(say.TermsDrafted), fact.version)
    once(fact.version in stands.sent_versions(case, TERMS), f"That version {fact.version} went for approval")
    drafted = case.every(say.TermsDrafted)[-1]
    if drafted.missing:
        raise no.DraftIncomplete(
            missing="; ".join(drafted.missing), fields=dict.fromkeys(drafted.missing, "is missing")
        )
    _can_be_signed(case, TERMS)


def _tender(case: CaseState) -> None:
    """The tender is run on the draft terms, until a selection is out for agreement (§7, K-2); anew where the one agreed
    cannot be carried out, or the contract has ended.
    """
    _begun(case)
    needs(case.last(say.TermsDrafted), "the tender is run on draft terms of reference, and none are drafted")
    once(stands.contract(case), "The contract with the selected reviewer")
    _not_out(case, SELECTION)
    held = stands.agreed(case, SELECTION) and not stands.may_be_selected_anew(case)
    once(held, f"The agreed {stands.TITLES[SELECTION]}")


def _after(case: CaseState, what: str, said: Said, now: datetime, earlier: str, earlier_at: datetime | None) -> None:
    """Nothing happened before what it rests on (K-3, K-7, K-8)."""
    if earlier_at:
        not_before(what, when(case, said, now), earlier, earlier_at, "happened_at")


def _after_agreed(case: CaseState, document: str, what: str, said: Said, now: datetime) -> None:
    earlier = f"the last approval of the agreed {stands.TITLES[document]}"
    _after(case, what, said, now, earlier, stands.agreed_at(case, document))


def _running(case: CaseState, id: str) -> None:
    if stands.candidate(case, id) is None:
        raise no.UnknownCandidate(candidate=id, fields={"candidate": "is not known"})
    if id not in stands.in_the_running(case):
        raise no.CandidateOut(candidate=id)


def _candidate_entered(case: CaseState, fact: say.CandidateEntered, said: Said, now: datetime) -> None:
    _tender(case)
    once(stands.candidate(case, fact.candidate), f"The candidate {fact.candidate}")


def _of_a_candidate(
    case: CaseState,
    fact: say.CandidateScored | say.CandidateExcluded,
    said: Said,
    now: datetime,
) -> None:
    _tender(case)
    _running(case, fact.candidate)


def _declared(case: CaseState, fact: say.ConflictDeclared, said: Said, now: datetime) -> None:
    """At any time: it may become known when the proposal is out, the selection agreed, the contract made (K-2, B-7)."""
    _begun(case)
    _running(case, fact.candidate)


def _resolved(case: CaseState, fact: say.ConflictResolved, said: Said, now: datetime) -> None:
    _begun(case)
    _running(case, fact.candidate)
    needs(stands.in_conflict(case, fact.candidate), "no conflict of interest of this candidate is open")


def _proposed(case: CaseState, fact: say.SelectionProposed, said: Said, now: datetime) -> None:
    _tender(case)
    needs(stands.agreed(case, TERMS), "the terms of reference have not been approved")
    _running(case, fact.candidate)
    if stands.in_conflict(case, fact.candidate):
        raise no.ConflictUnresolved(candidates=fact.candidate)
    competing = stands.competing(case)
    if missing := [f"{one}: {', '.join(left)}" for one in competing if (left := stands.not_scored(case, one))]:
        raise no.CandidatesNotScored(missing="; ".join(missing))
    _can_be_signed(case, SELECTION)


def _contract(case: CaseState, fact: say.ContractIssued, said: Said, now: datetime) -> None:
    _begun(case)
    reviewer = stands.selected(case)
    needs(reviewer, "the selection of a reviewer has not been agreed and signed off")
    once(stands.contract(case), "The contract")
    _after_agreed(case, SELECTION, "The contract", said, now)
    if reviewer and reviewer.candidate != fact.candidate:
        raise no.NotTheSelectedCandidate(selected=reviewer.candidate, fields={"candidate": "was not selected"})
    _running(case, fact.candidate)
    if stands.in_conflict(case, fact.candidate):
        raise no.ConflictUnresolved(candidates=fact.candidate)
    if reviewer and reviewer.day_rate != fact.day_rate and not fact.rate_reason.strip():
        raise no.DayRateDiffers(tendered=reviewer.day_rate, fields={"day_rate": f"tendered: {reviewer.day_rate}"})


def _ended(case: CaseState, fact: say.ContractEnded, said: Said, now: datetime) -> None:
    _under_contract(case, fact, said, now)
    issued = case.entry(say.ContractIssued)
    _after(case, "The end of the contract", said, now, "the contract", issued.happened_at if issued else None)


def _at_work(case: CaseState, fact: Fact, said: Said, now: datetime) -> None:
    _begun(case)
    needs(case.last(say.ContractIssued), "no contract has been issued")


def _under_contract(case: CaseState, fact: Fact, said: Said, now: datetime) -> None:
    _at_work(case, fact, said, now)
    needs(stands.contract(case), "the contract has ended; select another reviewer and issue a contract first")


def _days_used(case: CaseState, fact: say.DaysUsed, said: Said, now: datetime) -> None:
    _under_contract(case, fact, said, now)
    maximum = stands.days_agreed(case)
    left = maximum - stands.days_used(case)
    if fact.days > left:
        raise no.DaysBeyondTheMaximum(left=f"{left:g}", maximum=f"{maximum:g}", fields={"days": f"at most {left:g}"})


def _milestone(case: CaseState, fact: say.MilestoneSet, said: Said, now: datetime) -> None:
    _at_work(case, fact, said, now)
    once(any(one.milestone == fact.milestone for one in case.every(say.MilestoneSet)), f"Milestone {fact.milestone}")
    in_calendar(case, "The milestone", fact.planned_date, "planned_date")


def _reached(case: CaseState, fact: say.MilestoneReached, said: Said, now: datetime) -> None:
    _at_work(case, fact, said, now)
    if all(one.milestone != fact.milestone for one in case.every(say.MilestoneSet)):
        raise no.UnknownMilestone(milestone=fact.milestone, fields={"milestone": "is not set"})
    ahead = [one.milestone for one in stands.milestones_ahead(case)]
    once(fact.milestone not in ahead, f"That milestone {fact.milestone} is reached")


def _review_drafted(case: CaseState, fact: say.ReviewDrafted, said: Said, now: datetime) -> None:
    _under_contract(case, fact, said, now)
    _not_out(case, REVIEW)
    agencies(case, fact.agencies, "report.recommendations")


def _assured(case: CaseState, fact: say.ReviewAssured, said: Said, now: datetime) -> None:
    _at_work(case, fact, said, now)
    _latest(case.every(say.ReviewDrafted), fact.version)
    once(stands.assured(case, fact.version), f"The quality assurance of version {fact.version}")
    drafted = stands.draft(case, fact.version)
    if fact.sound and drafted and drafted.missing:
        missing = "; ".join(drafted.missing)
        raise no.NotSound(version=fact.version, missing=missing, fields={"sound": f"lacks {missing}"})
    if fact.sound and fact.lacks:
        raise no.SoundAndLacking(fields={"lacks": "must be empty where the version is sound"})
    if not fact.sound and not fact.lacks and not (drafted and drafted.missing):
        raise no.LacksNotNamed(fields={"lacks": "name what it lacks"})


def _sound(case: CaseState, version: int) -> None:
    needs(case.last(say.ReviewDrafted), "no version of the report has been drafted")
    _latest(case.every(say.ReviewDrafted), version)
    if not stands.found_sound(case, version):
        raise no.NotAssured(version=version)


def _found_sound(case: CaseState, version: int) -> tuple[str, datetime | None]:
    found = stands.assured_at(case, version)
    return f"the quality assurance of version {version}", found


def _sought(case: CaseState) -> tuple[str, datetime | None]:
    entry = case.entry(say.EarlyCommentSought)
    return "the request for early comment", entry.happened_at if entry else None


def _comment_sought(case: CaseState, fact: say.EarlyCommentSought, said: Said, now: datetime) -> None:
    _at_work(case, fact, said, now)
    _not_out(case, REVIEW)
    _sound(case, fact.version)
    sought = [one.version for one in case.every(say.EarlyCommentSought)]
    once(fact.version in sought, f"That early comment was sought on version {fact.version}")
    if nobody := vacant(case.cast, stands.comment_capacities(case)):
        raise no.NobodyToSign(partners=", ".join(nobody))
    _after(case, "The request for early comment", said, now, *_found_sound(case, fact.version))


def _comment_given(case: CaseState, fact: say.EarlyCommentGiven, said: Said, now: datetime) -> None:
    _at_work(case, fact, said, now)
    needs(case.last(say.EarlyCommentSought), "early comment has not been sought")
    once(stands.since_sought(case, say.FinalDraftSent), "The final draft, which early comment comes before,")
    possible = {person for one in stands.comment_capacities(case) for person in stands.may_comment(case, one)}
    if fact.officer not in possible or (Role.BUSINESS_UNIT not in said.by.roles and fact.officer not in said.by.people):
        raise no.NotAskedToComment(person=fact.officer, fields={"officer": "is not asked"})
    _after(case, "The early comment", said, now, *_sought(case))
    if not fact.comments.strip() and not fact.nothing_to_add:
        raise no.NoCommentGiven(fields={"comments": "say what should change, or nothing_to_add"})
    given = [entry.said.fact for entry in stands.since_sought(case, say.EarlyCommentGiven)]
    held = [one.comments for one in given if isinstance(one, say.EarlyCommentGiven) and one.officer == fact.officer]
    once(fact.comments in held, "This comment")


def _comment_closed(case: CaseState, fact: say.EarlyCommentClosed, said: Said, now: datetime) -> None:
    _at_work(case, fact, said, now)
    needs(case.last(say.EarlyCommentSought), "early comment has not been sought")
    once(stands.early_comment_over(case), "The end of early comment")
    _after(case, "The end of early comment", said, now, *_sought(case))


def _final_sent(case: CaseState, fact: say.FinalDraftSent, said: Said, now: datetime) -> None:
    _at_work(case, fact, said, now)
    _not_out(case, REVIEW)
    _sound(case, fact.version)
    once(fact.version in stands.sent_versions(case, REVIEW), f"That version {fact.version} went for sign-off")
    needs(stands.early_comment_over(case), "the accountable officers and the Independent Chair comment first")
    _everybody_heard(case)
    _after(case, "The final draft", said, now, *_found_sound(case, fact.version))
    _after(case, "The final draft", said, now, "the end of early comment", stands.early_comment_over_at(case))
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


def _report_agreed(case: CaseState) -> None:
    _begun(case)
    needs(stands.agreed(case, REVIEW), "the report has not been signed off by all")


def _may_be_published(case: CaseState) -> None:
    """While the review goes on, and after a decision not to publish, which can be thought better of (K-8)."""
    if not stands.may_still_be_published(case):
        _begun(case)
    needs(stands.agreed(case, REVIEW), "the report has not been signed off by all")


def _planned(case: CaseState, fact: say.PublicationPlanned, said: Said, now: datetime) -> None:
    _may_be_published(case)
    _after_agreed(case, REVIEW, "The plan of the publication", said, now)
    to_come(case, "The publication", end_of_day(fact.publication_date), now, "publication_date")
    earliest = stands.earliest_publication(case, now)
    if fact.publication_date < earliest:  # B-4: no time would be left for the advance copies
        raise no.AdvanceCopiesTooLate(
            length=case.edition.advance_copies,
            earliest=f"{earliest:%d %B %Y}",
            fields={"publication_date": f"must not lie before {earliest:%d %B %Y}"},
        )
    people(case, fact.managers, "managers")
    _affected_took_part(case, fact)


def _affected_took_part(case: CaseState, plan: say.PublicationPlanned) -> None:
    """Somebody of every agency that the agreed version names was part of the plan (G-8)."""
    affected = stands.agencies_named(case)
    if left := [agency for agency in affected if not set(plan.managers) & _of_agency(case, agency)]:
        raise no.PlanWithoutManagers(
            agencies=", ".join(left), fields={"managers": f"add somebody of {', '.join(left)}"}
        )


def _of_agency(case: CaseState, agency: str) -> set[str]:
    known = case.agency(agency)
    heads = {known.senior_officer, known.safeguarding_lead} if known else set()
    return heads | {who.id for who in case.cast.people if who.agency == agency}


def _copy_sent(case: CaseState, fact: say.AdvanceCopySent, said: Said, now: datetime) -> None:
    _may_be_published(case)
    _after_agreed(case, REVIEW, "The advance copy", said, now)
    held = fact.recipient in stands.copies(case) or stands.under_way(case, fact.recipient)
    once(held, f"The advance copy to {fact.recipient}")
    if not fact.by_other_means:
        addressed(case, fact.recipient, "by_other_means")


def _published(case: CaseState, fact: say.ReviewPublished, said: Said, now: datetime) -> None:
    _may_be_published(case)
    _after_agreed(case, REVIEW, "The publication", said, now)
    planned = stands.plan(case)
    needs(planned, "the publication has not been planned")
    at = when(case, said, now)
    if planned:
        _affected_took_part(case, planned)  # a newer version may name others
    if stands.may_still_be_published(case) and not fact.reasons.strip():
        raise no.PublicationUnexplained(fields={"reasons": "say why it is published after all"})
    if planned and london(at).date() < planned.publication_date:
        raise no.PublicationBeforeThePlan(planned=f"{planned.publication_date:%d %B %Y}")
    if left := stands.copies_due(case):
        raise no.AdvanceCopiesMissing(recipients=", ".join(left))
    latest, sent = stands.copies_by(case, at), stands.copies(case)
    if latest and any(sent[one] > latest for one in case.edition.advance_copies_to):
        raise no.AdvanceCopiesTooLate(
            length=case.edition.advance_copies, earliest=f"{stands.earliest_publication(case, now):%d %B %Y}"
        )


def _not_published(case: CaseState, fact: say.ReviewNotPublished, said: Said, now: datetime) -> None:
    _report_agreed(case)
    _after_agreed(case, REVIEW, "The decision not to publish", said, now)


def _extended(case: CaseState, fact: say.ReviewExtended, said: Said, now: datetime) -> None:
    _begun(case)
    clock = case.clocks.get("D-10")
    needs(clock, "the time for the review has not begun to run")
    in_calendar(case, "The extension", fact.extended_date, "extended_date")
    if not fact.told_by_other_means:
        addressed(case, Outsider.PANEL, "told_by_other_means")
    due = (
        clock.model_copy(update={"set_due": case.due_set(clock)}).due_by(case.edition, case.calendar) if clock else None
    )
    if due and end_of_day(fact.extended_date) <= due:  # as it is counted without this extension, where one is corrected
        raise no.NotAnExtension(due=moment(due), fields={"extended_date": f"must be after {moment(due)}"})


def _delay_told(case: CaseState, fact: say.DelayTold, said: Said, now: datetime) -> None:
    needs(case.last(say.ReviewExtended), "the review has not been extended")
    once(
        fact.authority not in stands.delay_to_tell(case),
        f"That {fact.authority} knows of the delay, or need not be told,",
    )


CHECKS: dict[type[Fact], Check] = {
    say.TermsDrafted: _terms_drafted,
    say.TermsSentForApproval: _terms_sent,
    say.CandidateEntered: _candidate_entered,
    say.CandidateScored: _of_a_candidate,
    say.ConflictDeclared: _declared,
    say.ConflictResolved: _resolved,
    say.CandidateExcluded: _of_a_candidate,
    say.SelectionProposed: _proposed,
    say.ContractIssued: _contract,
    say.DaysUsed: _days_used,
    say.DaysExtensionAgreed: _under_contract,
    say.ContractEnded: _ended,
    say.MilestoneSet: _milestone,
    say.MilestoneReached: _reached,
    say.ProgressReported: _at_work,
    say.ReviewDrafted: _review_drafted,
    say.ReviewAssured: _assured,
    say.EarlyCommentSought: _comment_sought,
    say.EarlyCommentGiven: _comment_given,
    say.EarlyCommentClosed: _comment_closed,
    say.FinalDraftSent: _final_sent,
    say.PublicationPlanned: _planned,
    say.AdvanceCopySent: _copy_sent,
    say.ReviewPublished: _published,
    say.ReviewNotPublished: _not_published,
    say.ReviewExtended: _extended,
    say.DelayTold: _delay_told,
}
