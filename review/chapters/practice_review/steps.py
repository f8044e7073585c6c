"""What comes next in a practice review, each step with a valid example (§7, K-1 to K-9, G-8). Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from calendar_rules.edition import Outsider
from calendar_rules.lengths import end_of_day, london
from review.case import reads
from review.case.sign_off import Round, SignatureRequest
from review.case.state import CaseState
from review.chapters.practice_review import reads as stands
from review.chapters.practice_review.papers import REVIEW, TERMS, ReviewBody, TermsBody, sample_review, sample_terms
from review.facts import practice_review as say
from review.facts.directory import Role
from review.facts.enums import ReviewMethod, SelectionCriterion
from review.kit.awaited import asked_in_vain
from review.kit.offer import Offer
from review.kit.sign_off_rounds import deadline_of, subject_of_ask

_PUBLISHED_AFTER_ALL = "Sample: the proceedings have ended, and the children can no longer be recognised."

_TOLD = {Outsider.PANEL: "the Panel", Outsider.SECRETARY_OF_STATE: "the Secretary of State", Outsider.OFSTED: "Ofsted"}


def offers(case: CaseState, now: datetime) -> Iterator[Offer]:
    """What is needed first, in the protocol's order; each is shown only where it would be taken."""
    yield from _delay(case)
    if reads.may_still_be_published(case):
        yield from _publication(case, now)
    if not reads.review_goes_on(case):
        return
    yield from _method(case)
    yield from _terms(case)
    yield from _tender(case)
    yield from _work(case, now)
    yield from _report(case)
    yield from _publication(case, now)
    deadline = case.deadlines.get("D-10")
    if deadline and deadline.open:
        planned = stands.plan(case)
        late = planned is not None and end_of_day(planned.publication_date) > deadline.due
        later = max(london(deadline.due), london(now)).date() + timedelta(days=60)
        day = planned.publication_date if planned and late else later
        elsewhere = not case.cast.holders(Role.PANEL)
        extended = say.ReviewExtended(
            extended_date=day, reason=say.ReviewExtended.sample["reason"], told_by_other_means=elsewhere
        )
        needed = late or deadline.overdue(now)
        yield Offer(body=extended, needed=needed, title="Extend the time for the review", deadline="D-10")


def _terms(case: CaseState) -> Iterator[Offer]:
    """K-1"""
    latest, sent = stands.terms_draft(case), stands.sent_versions(case, TERMS)
    known = [agency.id for agency in case.cast.agencies]
    out = stands.being_signed(case, TERMS) is not None
    wanted = latest is None or bool(latest.missing) or (latest.content.version in sent and not out)
    body = TermsBody(terms=sample_terms(reads.scope(case) or known[:3]))
    yield Offer(body=body, needed=wanted and not out, title="Draft the terms of reference", deadline="D-10")
    if latest:
        send = say.TermsSentForApproval(version=latest.content.version)
        yield Offer(body=send, needed=True, title="Send the terms of reference for approval", deadline="D-10")


def _method(case: CaseState) -> Iterator[Offer]:
    """K-2"""
    chosen = stands.method(case)
    other = ReviewMethod.OWN_STAFF if stands.by_tender(case) else ReviewMethod.INDEPENDENT_REVIEWER
    body = say.MethodChosen(method=other, reasons=say.MethodChosen.sample["reasons"])
    title = "Choose another way to carry out the review" if chosen else "Choose how the review is carried out"
    yield Offer(body=body, needed=chosen is None, title=title, deadline="D-10")


def _tender(case: CaseState) -> Iterator[Offer]:
    """K-2, K-3"""
    running, number = stands.in_the_running(case), len(case.every(say.CandidateEntered)) + 1
    tender = stands.by_tender(case)
    entered = say.CandidateEntered(
        candidate=f"candidate-{number}",
        name=f"Sample Reviewer {number}",
        organisation="" if tender else "Sample Partnership",
        day_rate=500 if tender else None,
    )
    title = "Enter a candidate for the review" if tender else "Enter who may carry out the review"
    yield Offer(body=entered, needed=not running, title=title)
    for one in running:
        if not tender:
            pass
        elif left := stands.not_scored(case, one):
            scored = say.CandidateScored(
                candidate=one, scores=dict.fromkeys(left, 4), reasons=say.CandidateScored.sample["reasons"]
            )
            yield Offer(body=scored, needed=True, about=one, title=f"Score {one} on every criterion")
        else:
            again = {SelectionCriterion.EXPERIENCE: 5}
            scored = say.CandidateScored(candidate=one, scores=again, reasons=say.CandidateScored.sample["reasons"])
            yield Offer(body=scored, needed=False, about=one, title=f"Score {one} again")
        resolved = say.ConflictResolved(candidate=one, how=say.ConflictResolved.sample["how"])
        yield Offer(body=resolved, needed=True, about=one, title=f"Resolve the conflict of interest of {one}")
        declared = say.ConflictDeclared(candidate=one, conflict=say.ConflictDeclared.sample["conflict"])
        yield Offer(body=declared, needed=False, about=one, title=f"Declare a conflict of interest of {one}")
        excluded = say.CandidateExcluded(candidate=one, reason=say.CandidateExcluded.sample["reason"])
        yield Offer(body=excluded, needed=False, about=one, title=f"Exclude {one}")
    if competing := stands.competing(case):
        best = max(competing, key=lambda one: sum(stands.scores(case, one).values()))
        proposed = say.SelectionProposed(candidate=best, reasons=say.SelectionProposed.sample["reasons"])
        yield Offer(body=proposed, needed=True, about=best, title="Propose the selection of a reviewer")


def _work(case: CaseState, now: datetime) -> Iterator[Offer]:
    """K-4, K-5"""
    if reviewer := stands.selected(case):
        contract = say.ContractIssued(
            candidate=reviewer.candidate,
            day_rate=reviewer.day_rate or 500,
            maximum_days=20,
            more_days=say.ContractIssued.sample["more_days"],
        )
        yield Offer(body=contract, needed=stands.by_tender(case), title="Issue the contract")
    if not stands.has_a_reviewer(case):
        return
    ended = say.ContractEnded(reason="Sample: a conflict of interest cannot be resolved.")
    yield Offer(body=ended, needed=False, title="End the contract with the reviewer")
    number = len(case.every(say.MilestoneSet)) + 1
    planned = london(now).date() + timedelta(days=60)
    yield Offer(
        body=say.MilestoneSet(milestone=f"milestone-{number}", what="Sample: first draft", planned_date=planned),
        needed=number == 1,
        title="Set a milestone of the review",
    )
    for one in stands.milestones_ahead(case):
        reached = say.MilestoneReached(milestone=one.milestone, progress=say.MilestoneReached.sample["progress"])
        deadline = case.deadlines.get(f"K-5:{one.milestone}")
        yield Offer(
            body=reached,
            needed=bool(deadline and deadline.overdue(now)),
            about=one.milestone,
            title=f"Record that {one.milestone} is reached",
            deadline=deadline.id if deadline else None,
        )
    yield from _monitoring(case, now)
    yield Offer(
        body=say.ProgressReported(progress=say.MilestoneReached.sample["progress"]),
        needed=False,
        title="Report the reviewer's progress",
    )
    used = say.DaysUsed(days=1, used_for="Sample: conversations")
    yield Offer(body=used, needed=False, title="Record the days that the reviewer has used")
    more = say.DaysExtensionAgreed(days=5, agreed_by="CRG Chair", reason=say.ContractIssued.sample["more_days"])
    yield Offer(body=more, needed=False, title="Record that more days are agreed")


def _monitoring(case: CaseState, now: datetime) -> Iterator[Offer]:
    """Regulation 14, K-5"""
    officers = [*case.cast.holders(Role.ACCOUNTABLE_OFFICER), *case.cast.holders(Role.DEPUTY)]
    running = next((one for one in case.deadlines.values() if one.rule == "K-5-monitoring" and one.open), None)
    if not officers:
        return
    body = say.ReviewMonitored(
        by=officers[:3],
        on_time=True,
        time=say.ReviewMonitored.sample["time"],
        quality=say.ReviewMonitored.sample["quality"],
    )
    yield Offer(
        body=body,
        needed=bool(running and running.overdue(now)),
        title="Record how the partners monitored the review",
        deadline=running.id if running else None,
    )


def _report(case: CaseState) -> Iterator[Offer]:
    """K-6, K-7"""
    if not stands.work_begun(case):
        return
    latest, out = stands.draft(case), stands.being_signed(case, REVIEW) is not None
    version = latest.content.version if latest else 0
    assured = stands.assured(case, version)
    over = version in stands.sent_versions(case, REVIEW) and not out
    wanted = latest is None or (assured is not None and not assured.sound) or over
    scope = reads.scope(case)
    looked_at = [agency.id for agency in case.cast.agencies if not scope or agency.id in scope]
    body = ReviewBody(report=sample_review(looked_at[:2]))
    yield Offer(body=body, needed=wanted and not out, title="Draft the practice review's report", deadline="D-10")
    if latest is None:
        return
    yield from _identities(case, version)
    named = [f"{one} identifies the family" for one in stands.places_open(case, version)]
    lacks = [one[:300] for one in [*latest.missing, *named]][:60]
    crg = [*case.cast.holders(Role.CRG_CHAIR), *case.cast.holders(Role.CRG_MEMBER)][:2]
    check = say.ReviewAssured(version=version, sound=not lacks, lacks=lacks, attended=crg)
    yield Offer(body=check, needed=True, title=f"Quality-assure version {version} of the report", deadline="D-10")
    sought = say.EarlyCommentSought(version=version)
    first = not case.last(say.EarlyCommentSought)
    yield Offer(body=sought, needed=first, title="Seek early comment on the draft", deadline="D-10")
    for capacity in stands.still_to_comment(case):
        ask = _comment_ask(case, capacity)
        for person in stands.may_comment(case, capacity)[:1]:
            yield Offer(
                body=say.EarlyCommentGiven(officer=person, comments=say.EarlyCommentGiven.sample["comments"]),
                needed=ask is None or not asked_in_vain(case, subject_of_ask(*ask)),
                about=capacity,
                people=[person],
                roles=_offices(case, person),
                title=f"Comment early on the draft for {reads.capacity_called(case, capacity)}",
                deadline=deadline_of(*ask) if ask else None,
            )
    closed = say.EarlyCommentClosed(reason="Sample: no answer has come in two weeks.")
    yield Offer(body=closed, needed=False, title="Wait no longer for early comments")
    final = say.FinalDraftSent(version=version)
    yield Offer(body=final, needed=True, title="Send the final draft for sign-off", deadline="D-10")


def _identities(case: CaseState, version: int) -> Iterator[Offer]:
    """K-6, K-8"""
    owed = bool(stands.not_checked_for(case, version))
    again = say.IdentitiesChecked(version=version)
    yield Offer(body=again, needed=owed, title=f"Check version {version} again for what identifies the family")
    for place in stands.identifying(case, version):
        accepted = say.IdentityAccepted(
            version=version,
            where=place.where,
            what=place.what,
            whose=place.whose,
            reason=say.IdentityAccepted.sample["reason"],
        )
        title = f"Accept that the report names {place.whose} ({place.where}, {place.what.replace('-', ' ')})"
        yield Offer(body=accepted, needed=False, about=place.whose, title=title)


def _comment_ask(case: CaseState, capacity: str) -> tuple[Round, SignatureRequest] | None:
    """Where one officer was asked for early comment (D-8)."""
    one = stands.comment_round(case)
    asked = [ask for ask in one.asks if ask.capacity == capacity] if one else []
    return (one, asked[0]) if one and asked else None


def _offices(case: CaseState, person: str) -> list[Role]:
    member = case.cast.person(person)
    wanted = (Role.ACCOUNTABLE_OFFICER, Role.DEPUTY, Role.INDEPENDENT_CHAIR)
    return [role for role in (member.roles if member else []) if role in wanted]


def _publication(case: CaseState, now: datetime) -> Iterator[Offer]:
    """K-8, G-8, B-4"""
    version = stands.agreed(case, REVIEW)
    if not version:
        return
    if reads.may_still_be_published(case):
        yield from _in_its_place(case)
        yield from _identities(case, version)
    planned = stands.plan(case)
    heads = [known.senior_officer for one in stands.agencies_named(case) if (known := case.cast.agency(one))]
    if heads:
        body = say.PublicationPlanned(
            publication_date=stands.earliest_publication(case, now),
            media=say.PublicationPlanned.sample["media"],
            managers=list(dict.fromkeys(heads)),
            communications="Sample: head of Communications",
        )
        wanted = planned is None and not reads.review_finished(case)
        yield Offer(body=body, needed=wanted, title="Plan the publication and the media", deadline="D-10")
    for one in Outsider:
        elsewhere = not case.cast.holders(Role(one.value))
        copy = say.AdvanceCopySent(recipient=one, by_other_means=elsewhere)
        due = one in stands.copies_due(case) and not reads.review_finished(case)
        yield Offer(body=copy, needed=due, about=one, title=f"Send an advance copy to {_TOLD[one]}", deadline="B-4")
    after_all = _PUBLISHED_AFTER_ALL if reads.review_finished(case) else ""
    published = say.ReviewPublished(where="https://www.example.org/sample-review", reasons=after_all)
    deadline = case.deadlines.get("K-8")
    by = "K-8" if deadline and deadline.open else "D-10"
    yield Offer(body=published, needed=not after_all, title="Publish the report and record it", deadline=by)
    not_published = say.ReviewNotPublished(reasons=say.ReviewNotPublished.sample["reasons"])
    yield Offer(body=not_published, needed=False, title="Record the decision not to publish", deadline="D-10")


def _in_its_place(case: CaseState) -> Iterator[Offer]:
    """K-8, s. 16F"""
    sample = say.ImprovementsPublished.sample
    improvements = say.ImprovementsPublished(improvements=sample["improvements"], where=sample["where"])
    title = "Publish improvement information in place of the report, and record it"
    owed = stands.improvements_owed(case)
    yield Offer(body=improvements, needed=owed, title=title, deadline="K-8-improvements")
    for one in stands.non_publication_to_tell(case):
        told = say.NonPublicationTold(authority=one)
        yield Offer(body=told, needed=True, about=one, title=f"Tell {_TOLD[one]} that the review is not published")


def _delay(case: CaseState) -> Iterator[Offer]:
    """B-5"""
    for one in stands.delay_to_tell(case):
        yield Offer(
            body=say.DelayTold(authority=one),
            needed=True,
            about=one,
            title=f"Tell {_TOLD[one]} of the delay and its reasons",
        )
