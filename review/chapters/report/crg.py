"""§6 The CRG agrees the draft report before the officers sign: comments, the Chair's agreement. Pure. R-16, R-10."""

from collections.abc import Iterator
from datetime import datetime

from review.case import reads
from review.case.entries import Entry
from review.case.record import RowKind
from review.case.sign_off import RoundStatus
from review.case.state import CaseState
from review.facts import Reported
from review.facts.directory import Role
from review.facts.enums import Verdict
from review.facts.report import DraftAgreed, DraftCommented, DraftSentForSignOff, DraftSentToCrg
from review.kit import notify, sign_off_rounds, signatures
from review.kit import refusals as no
from review.kit.awaited import asked_in_vain
from review.kit.backward_plan import safe_times
from review.kit.guards import needs, people
from review.kit.notify import moment
from review.kit.offer import Offer
from review.kit.sign_off_rounds import deadline_of, subject_of_ask

_NOT_SENT = "version {version} has not been sent to the CRG, or has gone on to the officers"


def asked_for_comment(case: CaseState) -> list[str]:
    """The CRG, and those present at the rapid review meeting."""
    crg = [*case.cast.holders(Role.CRG_CHAIR), *case.cast.holders(Role.CRG_MEMBER)]
    return list(dict.fromkeys([*crg, *reads.at_the_meeting(case)]))


def commented(case: CaseState, fact: DraftCommented, reported: Reported, now: datetime) -> None:
    """Comments are taken until the draft goes to the officers; only of those to whom it was sent."""
    people(case, [fact.person], "person")
    with_them = reads.sent_to_crg(case, fact.version) and reads.with_the_crg(case)
    needs(with_them, _NOT_SENT.format(version=fact.version))
    if fact.person not in asked_for_comment(case):
        raise no.NotOfTheCrg(person=fact.person, fields={"person": "was not sent the draft"})


def agreed(case: CaseState, fact: DraftAgreed, reported: Reported, now: datetime) -> None:
    """The Chair's own act, on exactly one version."""
    one = reads.crg_round(case, fact.version)
    if one is None:
        raise no.NotYet(because=_NOT_SENT.format(version=fact.version))
    signatures.check_signature(case, one, one.ask_of(fact.officer), fact, reported, now)


def agreed_or_late(case: CaseState, fact: DraftSentForSignOff, now: datetime) -> None:
    """The first version that goes to the officers has been agreed; or the Chair's time is over, and it is said so."""
    version, reason = fact.version, fact.without_chair.strip()
    redraft = case.last(DraftSentForSignOff) is not None
    if redraft or reads.crg_agreed(case, version):
        if reason:
            why = "a redraft goes to the CRG for information" if redraft else "the Chair has agreed it"
            raise no.CrgHasAgreed(version=version, why=why, fields={"without_chair": "leave it out"})
        return
    if reads.sent_to_crg(case, version) is None:
        raise no.CrgHasNotAgreed(version=version, instead="Send it to the CRG first.")
    if sent_back_by_crg(case, version):
        raise no.CrgSentBack(version=version)
    if not time_over(case, version, now):
        until = agree_by(case, version)
        instead = f"The Chair has until {moment(until)}." if until else "The Chair is being asked."
        raise no.CrgHasNotAgreed(version=version, instead=instead)
    if not reason:
        instead = "The Chair's time is over: to go on without the Chair, say why in without_chair."
        raise no.CrgHasNotAgreed(version=version, instead=instead, fields={"without_chair": "say why"})


def sent_back_by_crg(case: CaseState, version: int) -> bool:
    one = reads.crg_round(case, version)
    return one is not None and one.status is RoundStatus.SENT_BACK


def agree_by(case: CaseState, version: int) -> datetime | None:
    """Until when the Chair is asked to agree a version; None while it is not known."""
    one = reads.crg_round(case, version)
    deadline = case.deadlines.get(deadline_of(one, one.asks[0])) if one else None
    return deadline.due if deadline else None


def time_over(case: CaseState, version: int, now: datetime) -> bool:
    """Whether the Business Unit may go on without a silent Chair: the Chair's time is over, or D-7 leaves none."""
    one = reads.crg_round(case, version)
    if one is None or not one.open:
        return False
    until = agree_by(case, version)
    room = next((step.at for step in safe_times(case) if step.id == "latest-draft-out"), None)
    return any(end is not None and now > end for end in (until, room))


def crg_offers(case: CaseState, version: int) -> Iterator[Offer]:
    """Send the draft to the CRG, comment on it, agree it."""
    to_crg = DraftSentToCrg(version=version)
    yield Offer(body=to_crg, needed=True, title="Send the draft to the CRG", deadline="D-7")
    one = reads.crg_round(case, version)
    if one is None or not one.open:
        return
    asked = [person for person in asked_for_comment(case) if person not in case.cast.holders(Role.CRG_CHAIR)]
    if asked:
        comment = DraftCommented(version=version, person=asked[0], comments=DraftCommented.sample["comments"])
        yield Offer(body=comment, needed=False, people=asked, title="Comment on the draft")
    for ask in one.asks:
        yield Offer(
            body=DraftAgreed(version=version, officer=ask.officer, sha256=one.document.sha256, verdict=Verdict.APPROVE),
            needed=not asked_in_vain(case, subject_of_ask(one, ask)),
            people=[ask.officer],
            title=f"Agree the draft report, version {version}, for the CRG",
            deadline=deadline_of(one, ask),
        )


def comment_told(case: CaseState, entry: Entry[DraftCommented], now: datetime) -> None:
    """The author is told that a comment has come, and the Business Unit where the author is of another body (R-16)."""
    fact = entry.fact
    draft, unit = reads.draft(case, fact.version), case.cast.holders(Role.BUSINESS_UNIT)
    author = draft.author if draft and case.cast.person(draft.author) else None
    told = [author] if author in unit else [*([author] if author else []), *unit]
    others = [person for person in told if person and person not in entry.reported.by.people]
    n = {"version": fact.version, "signer": fact.person}
    cause = f"draft-commented:{entry.reported.message}"
    case.post(notify.to_each(others, cause, "draft-commented", n, about=reads.RAPID_REVIEW))


def agreement(case: CaseState, entry: Entry[DraftAgreed], now: datetime) -> None:
    """The draft is agreed for the CRG and can go to the officers, or is sent back for a new version (R-16, R-10)."""
    sign_off_rounds.agree(case, entry.fact, entry, now)


def crg_no_longer_asked(case: CaseState, entry: Entry[DraftSentForSignOff], now: datetime) -> None:
    """A draft that goes on without the CRG Chair's agreement: the record says so, the Chair is asked no more (R-16)."""
    one = reads.crg_round(case, entry.fact.version)
    if not entry.fact.without_chair or one is None:
        return
    why = "the draft has gone to the officers without the CRG Chair's agreement"
    line = (
        f"Version {entry.fact.version} goes for sign-off without the CRG Chair's agreement: {entry.fact.without_chair}"
    )
    case.add_record_row(RowKind.WARNING, "crg-not-agreed", line, now=now, about=one.id)
    if one.open:
        sign_off_rounds.stop_round(case, one, why, now)
