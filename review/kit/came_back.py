"""A mail that a server had taken and sent back: it has not gone after all (R-11, R-12). Pure.

The case then stands as if the server had refused it at once: the duty has failed, what its going met is met no more,
and what counted from its going waits until it has gone.
"""

from datetime import datetime

from calendar_rules.edition import Anchor
from review.case import reads
from review.case.effects import EffectKey
from review.case.mailing import TROUBLE_WORDS, MailTrouble
from review.case.notices import Notice
from review.case.state import REQUEST, SUBMISSION, CaseState
from review.facts.panel import PanelAcknowledged, PanelResponded
from review.kit.changes import effect_failed
from review.kit.deadline_kinds import kind_of
from review.kit.deadlines import CAME_BACK, met_by, run_again, stop_uncounted
from review.kit.notify import SIGN_OFF_ASKED
from review.kit.overtaken import is_settled

_BY_MAIL = (Anchor.REQUEST_SENT, Anchor.DRAFT_RECEIVED, Anchor.SUBMITTED)  # what is counted from a mail's going


def sent_as(case: CaseState, key: EffectKey) -> str:
    """The cause as a mail bears it. What was taken back and is said again is another mail (X-2), and so is one that is
    sent again because it came back: a late report of the first is none of the second.
    """
    again, back = case.taken_back.get(key.cause), case.came_back.get(key)
    return key.cause + (f"~{again}" if again else "") + (f"~back-{back}" if back else "")


def failed(case: CaseState, notice: Notice, trouble: MailTrouble, now: datetime) -> None:
    """The mail is a failed duty from now on, unless nothing waits for it any more."""
    if notice.key not in case.done or has_done_its_work(case, notice):
        return
    tried = case.done.pop(notice.key)
    case.came_back[notice.key] = case.came_back.get(notice.key, 0) + 1
    if notice.cause.startswith(REQUEST):
        case.requests.pop(notice.cause.removeprefix(REQUEST), None)
    if notice.cause.startswith(SIGN_OFF_ASKED) and (ask := reads.ask(case, notice.cause.removeprefix(SIGN_OFF_ASKED))):
        ask.received_at = None
    effect_failed(case, notice, TROUBLE_WORDS[trouble], now, trouble=trouble, tried_at=tried)
    _unmet(case, notice, now)


def has_done_its_work(case: CaseState, notice: Notice) -> bool:
    """Whether what the mail was for is settled, or it was answered: then it came by some way, whatever is reported."""
    if is_settled(case, notice):
        return True
    if notice.cause == SUBMISSION:
        return bool(case.last(PanelAcknowledged) or case.last(PanelResponded))
    if notice.cause.startswith(REQUEST):
        return reads.gathering_over(case) is not None or _answers(case, notice.cause.removeprefix(REQUEST))
    return False


def _answers(case: CaseState, agency: str) -> bool:
    """Whether an agency has done any of what its request asks for."""
    of_it = [one for one in case.deadlines.values() if one.subject == agency and one.met_at]
    return any(case.edition.deadlines[one.rule].counted_from == Anchor.REQUEST_SENT for one in of_it)


def _unmet(case: CaseState, notice: Notice, now: datetime) -> None:
    for deadline in case.deadlines.values():
        if case.edition.deadlines[deadline.rule].counted_from in _BY_MAIL:
            stop_uncounted(case, [deadline], CAME_BACK, now)
        met = deadline.met_at and kind_of(deadline.rule).carried_by(case, deadline, notice)
        if met and met_by(case, deadline) is None:
            run_again(case, deadline, CAME_BACK, now)
