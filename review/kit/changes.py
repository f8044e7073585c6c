"""How a case changes: a stage is entered, an effect is done or fails, a decision is set aside.

Pure transitions on `CaseState`; each tells the record. How a fact is taken is in
`review.take`, how deadlines change in `review.kit.deadlines`, rounds in `review.kit.sign_off_rounds`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import JsonValue

from review.case.effects import EffectKey
from review.case.entries import Entry
from review.case.mailing import MailTrouble, NotTaken
from review.case.notices import Notice
from review.case.record import RecordRow, RowKind
from review.case.state import REQUEST, CaseState, Failed, Waiting
from review.facts import Fact, Reported
from review.facts.any_stage import ALL_DUTIES
from review.facts.enums import Stage
from review.kit import disclosures, notify
from review.kit.deadlines import settle
from review.kit.mail_names import mail_name
from review.protocol import ENDED, STAGE_TITLES, NotInTheProtocol, may_follow

_PERHAPS = (MailTrouble.PERHAPS_DELIVERED, MailTrouble.UNANSWERED)
_TO_HEAR = 3  # tries in which a case comes to hear of a change of the directory that a mail has met


def when(case: CaseState, reported: Reported, now: datetime) -> datetime:
    """When a fact happened (UTC): as it says, else when it was recorded;
    in a rehearsal, whose clock is its own, now.
    """
    if reported.fact.happened_at is not None:
        return reported.fact.happened_at.astimezone(UTC)
    return (now if case.rehearsal else min(reported.recorded_at, now)).astimezone(UTC)


def set_aside(case: CaseState, kind: type[Fact], entry: Entry) -> None:
    """What was said so far no longer stands, because of what is said now; it stays in the case, marked (A-3, X-1)."""
    for reported in case.entries_of(kind):
        reported.corrected_by = entry.reported.message


def enter(case: CaseState, stage: Stage, now: datetime) -> None:
    """The case enters a stage; told once. Raises NotInTheProtocol for a move that the table has not."""
    if case.stage is stage:
        return
    if not may_follow(case.stage, stage):
        raise NotInTheProtocol(case.stage, stage)
    case.left = case.stage if stage in ENDED else None
    case.stage = stage
    case.add_record_row(RowKind.STAGE, stage, STAGE_TITLES[stage], now=now)


def go_back(case: CaseState, stage: Stage, now: datetime, *, why: str = "") -> None:
    """The case stands again where it stood before: reopened, or put right (X-1, X-2)."""
    if case.stage is not stage:
        case.stage, case.left = stage, None
        line = f"{STAGE_TITLES[stage]}: back to where it stood ({why})" if why else STAGE_TITLES[stage]
        case.add_record_row(RowKind.STAGE, stage, line, now=now)


def effect_row(
    case: CaseState,
    key: EffectKey,
    line: str,
    now: datetime,
    *,
    about: str | None = None,
    disclosed: bool = False,
    mail: Notice | None = None,
    within: str | None = None,
) -> RecordRow:
    """The row that tells of an effect: of a mail, to whom it went; and in which other mail, where it went in one."""
    detail: dict[str, JsonValue] = {"effect": key}
    if mail:
        about, detail = mail.about, detail | {"to": mail.to, "mail": mail_name(mail)}
    if within:
        detail["within"] = within
    return RecordRow(
        key=case.next_row(),
        kind=RowKind.DISCLOSURE if disclosed else RowKind.EFFECT,
        what="mail-sent" if key.is_mail else "document-made",
        line=line,
        about=about,
        who="system",
        happened_at=now,
        told_at=now,
        detail=detail,
    )


def effect_done(
    case: CaseState, key: EffectKey, line: str, now: datetime, *, at: datetime | None = None, **more: Any
) -> None:
    """Note an effect as done and tell the record, with `more` as `effect_row` takes it; it will not be done again.

    `at`: when it was made good by other means.
    """
    effect_noted(case, key, now, at=at)
    case.untold.append(effect_row(case, key, line, now, **more))


def effect_noted(case: CaseState, key: EffectKey, now: datetime, *, at: datetime | None = None) -> None:
    """Note an effect as done; the record has been told. What a mail's going meets is met, however late."""
    case.done[key] = at or now
    case.waiting.pop(key, None)
    case.failed.pop(key, None)
    case.retried.pop(key, None)
    if key.cause.startswith(REQUEST):
        case.requests.setdefault(key.cause.removeprefix(REQUEST), at or now)
    settle(case, now)


def mail_sent(case: CaseState, notice: Notice, others: Sequence[Notice], now: datetime) -> None:
    """A mail has gone; it told of the others, too. What was made good meanwhile stays as it was recorded."""
    if notice.key in case.done:
        return
    line = f"Sent to {notice.to}: {mail_name(notice)}"
    effect_done(case, notice.key, line, now, mail=notice)
    case.untold += disclosures.rows(case, notice, now)
    for one in others:
        effect_done(case, one.key, f"{line}, in the same mail", now, mail=one, within=notice.key)


def mail_not_taken(case: CaseState, notice: Notice, others: Sequence[Notice], outcome: NotTaken, now: datetime) -> None:
    """A mail has not been taken: it waits for the next try, is a failed duty from now on, or both."""
    if notice.key in case.done:  # made good meanwhile
        return
    before = case.waiting.get(notice.key)
    first = before or case.retried.get(notice.key)
    tries = before.tries if before else 0
    if outcome.trouble is MailTrouble.UNCONFIRMED and notice.to not in case.cast.unconfirmed and tries < _TO_HEAR:
        # The directory that the mail met is not the one that the case knows: it has been confirmed since, or soon told.
        outcome = outcome.model_copy(update={"failed": False, "again_after": timedelta(seconds=2**tries)})
    if outcome.again_after is None:
        case.waiting.pop(notice.key, None)
    else:
        case.waiting[notice.key] = Waiting(
            notice=notice,
            others=list(others),
            trouble=outcome.trouble,
            since=first.since if first else now,
            tries=tries + 1,
            again_at=now + outcome.again_after,
        )
    if outcome.failed:
        for one in (notice, *others):
            effect_failed(case, one, outcome.words, now, trouble=outcome.trouble)


def effect_failed(
    case: CaseState,
    notice: Notice,
    why: str,
    now: datetime,
    *,
    trouble: MailTrouble = MailTrouble.NO_SUCH_PERSON,
    tried_at: datetime | None = None,
) -> None:
    """A duty that could not be done is recorded, shown and told, once for each reason, and can be tried again.

    Where a person has asked for another try, they hear how it ended. `tried_at`: the first try, where it was before.
    """
    asked, tried = case.retried.pop(notice.key, None), case.waiting.get(notice.key)
    before = asked or case.failed.get(notice.key)
    told = before.told if before else []
    if before and not asked and trouble in told:
        case.failed[notice.key] = before.model_copy(update={"why": why, "trouble": trouble})
        return
    since = before.since if before else tried.since if tried else tried_at or now
    told = list(dict.fromkeys([*told, trouble]))
    case.failed[notice.key] = Failed(notice=notice, why=why, at=now, since=since, trouble=trouble, told=told)
    case.add_record_row(
        RowKind.FAILED,
        notice.template,
        f"Not delivered to {notice.to}: {why}",
        now=now,
        about=notice.about,
        detail={"duty": notice.key, "trouble": trouble},
    )
    case.post(notify.duty_failed(case, notice, trouble, now))


def to_try_again(case: CaseState) -> dict[EffectKey, list[Notice]]:
    """What can be tried again together, by key: failed duties and mails that wait, but none that perhaps arrived."""
    perhaps = {key for kept in (case.failed, case.waiting) for key, one in kept.items() if one.trouble in _PERHAPS}
    found = {key: [one.notice] for key, one in case.failed.items()}
    waiting = {key: [one.notice, *one.others] for key, one in case.waiting.items()}
    return {key: notices for key, notices in (found | waiting).items() if key not in perhaps}


def duty_again(case: CaseState, duty: str, now: datetime) -> None:
    """A failed duty is tried again at once; or all of them, and every mail that waits.

    It is sooner, and nothing else: the time after which a mail that is not taken is told to somebody else of the office
    counts from the first try, and who has been told of a reason is not told of it again. Only the Business Unit hears
    how a try ended that it asked for.
    """
    one = EffectKey(duty)
    again = to_try_again(case) if duty == ALL_DUTIES else {one: [case.failed[one].notice]}
    within = {one.key: key for key, waiting in case.waiting.items() for one in waiting.others}
    for key, notices in again.items():
        for notice in notices:
            if failed := case.failed.pop(notice.key, None):
                case.retried[notice.key] = failed
        if first := key if key in case.waiting else within.get(key):
            case.waiting[first] = case.waiting[first].model_copy(update={"again_at": now, "tries": 0})
        else:
            case.post(notices)
