"""API: a mail that came in is looked at once; what it says counts at once, or stands before the Business Unit.

The Business Unit takes an answer up, or sets the mail aside with a reason. An answer goes in under an id that is made
of the mail, so it counts once however often it is sent, looked at or pressed.
"""

import re
import secrets
from typing import Any

import structlog
from pydantic import TypeAdapter

from api.deps import Deps
from api.files import keep
from api.intake import Outcome
from api.pages.intake import say, why
from api.replies.came_back import came_back
from api.replies.forms import Form
from api.replies.judging import Answer, Judged, judge
from delivery.files.refused import FileRefused
from delivery.replies.machines import Bounce
from delivery.replies.reading import Reply, read
from review.chapters.rapid_review.papers import ReturnBody
from review.facts import ByReply, DocumentRef, Speaker
from review.facts.directory import Role
from review.facts.links import ReplyDownloaded
from settings.links import PATHS
from store.errors import KeyReused
from store.inbox import MessageStatus
from store.meeting_answers import MeetingAnswer
from store.replies import Kept, ReplyStatus

AT_ONCE = 50  # mails that are looked at in one round

log = structlog.get_logger()


class NotTakenUp(Exception):
    """A reply cannot be taken up, or not any more; the sentence says why."""


async def look_at_new(deps: Deps) -> int:
    """Look at the mails that came in since; returns how many those were."""
    found = await deps.store.replies.new(AT_ONCE)
    for kept in found:
        await look_at(deps, kept)
    return len(found)


async def look_at(deps: Deps, kept: Kept) -> None:
    """What becomes of one mail. One that this system stumbles over stands before the Business Unit, too."""
    if await _under_way(deps, kept):
        return
    reply = await _read(deps, kept)
    if reply.bounce:
        await _came_back(deps, kept, reply, reply.bounce)
        return
    if reply.unread_report:
        judged = Judged("It seems to say that an email could not be delivered. This system cannot read which.")
        await _settle(deps, kept, ReplyStatus.OPEN, seen(reply, judged), judged)
        return
    try:
        judged = await judge(deps, reply)
    except Exception as error:  # noqa: BLE001  # whatever it was, the mail is shown to a person, and the next one goes on
        log.error("reply-not-judged", reply=kept.id[:12], error=type(error).__name__)
        judged = Judged("This system could not make out what it answers.")
    if judged.attends and judged.reference and judged.person:
        answer = MeetingAnswer(
            judged.attends.meeting, judged.person, judged.attends.answer, judged.attends.sequence, kept.received_at
        )
        await deps.store.meeting_answers.note(judged.reference, answer)
    found = seen(reply, judged)
    over = judged.settled or (reply.machine and reply.calendar is None)
    status = ReplyStatus.FILED if over else ReplyStatus.OPEN
    if judged.at_once and judged.answer and status is ReplyStatus.OPEN:
        outcome = await _say(deps, kept.id, judged, taken_up_by=None)
        if isinstance(outcome, str):
            found["why"] = outcome
        else:
            status, found["by"] = _how_far(outcome), ""
    await _settle(deps, kept, status, found, judged)


async def _under_way(deps: Deps, kept: Kept) -> bool:
    """Whether its answer is in the inbox already; what has become of it there is what has become of the reply."""
    said = await deps.store.inbox.get(_key(kept.id))
    if said is None or kept.found.get("answer") is None:
        return False
    if said.status is not MessageStatus.PENDING:
        refused = said.status is MessageStatus.REFUSED
        found = kept.found | ({"why": why(Outcome.of(said)), "answer": None} if refused else {})
        status = ReplyStatus.OPEN if refused else ReplyStatus.TAKEN
        await deps.store.replies.settle(kept.id, status, found, at=deps.now(), was=kept.status)
    return True


def _how_far(outcome: Outcome) -> ReplyStatus:
    """While the case has not taken it, it is looked at again."""
    return ReplyStatus.NEW if outcome.status is MessageStatus.PENDING else ReplyStatus.TAKEN


def _key(id: str) -> str:
    return f"reply-{id[:40]}"


async def _came_back(deps: Deps, kept: Kept, reply: Reply, bounce: Bounce) -> None:
    """A mail of ours could not be delivered after all: a failed duty of its case, or read by the Business Unit."""
    judged, outcome = await came_back(deps, reply, bounce, message=_key(kept.id))
    if outcome is None:
        status = ReplyStatus.OPEN
    else:
        status = ReplyStatus.NEW if outcome.status is MessageStatus.PENDING else ReplyStatus.FILED
    await _settle(deps, kept, status, seen(reply, judged), judged)


async def take_up(deps: Deps, id: str, *, by: str) -> None:
    """The Business Unit takes up what a mail says, as it stands now. Raises `NotTakenUp`."""
    kept = await _open(deps, id)
    reply = await _read(deps, kept)
    judged = await judge(deps, reply)
    if judged.answer is None:
        raise NotTakenUp(judged.why)
    outcome = await _say(deps, kept.id, judged, taken_up_by=by)
    if isinstance(outcome, str):
        raise NotTakenUp(outcome)
    found = seen(reply, judged) | {"by": by}
    await _settle(deps, kept, _how_far(outcome), found, judged)


async def set_aside(deps: Deps, id: str, *, by: str, reason: str) -> None:
    """The Business Unit has read a mail, and there is nothing to take up. Raises `NotTakenUp`."""
    kept = await _open(deps, id)
    found = {**kept.found, "by": by, "reason": reason}
    at = deps.now()
    await deps.store.replies.settle(id, ReplyStatus.ASIDE, found, at=at, was=ReplyStatus.OPEN)


async def downloaded(deps: Deps, id: str, *, by: str) -> bytes:
    """The mail as it came, for somebody of the Business Unit; its case is told first. Raises `NotTakenUp`."""
    kept, raw = await deps.store.replies.get(id), await deps.store.replies.raw(id)
    if kept is None or raw is None:
        raise NotTakenUp("There is no such reply.")
    if kept.about and await deps.store.cases.stamp(kept.about) is not None:
        fact, speaker = ReplyDownloaded(mail=id), Speaker(people=[by], roles=[Role.BUSINESS_UNIT])
        outcome = await say(deps, kept.about, fact, message=f"reply-{secrets.token_hex(20)}", by=speaker)
        if outcome.status is MessageStatus.REFUSED:
            raise NotTakenUp(why(outcome))
    log.info("reply-downloaded", reply=id[:12], by=by)
    return raw


async def _open(deps: Deps, id: str) -> Kept:
    kept = await deps.store.replies.get(id)
    if kept is None:
        raise NotTakenUp("There is no such reply.")
    if kept.status is not ReplyStatus.OPEN:
        raise NotTakenUp("This reply has been dealt with already.")
    return kept


async def _read(deps: Deps, kept: Kept) -> Reply:
    raw = await deps.store.replies.raw(kept.id) or b""
    given = kept.found.get("recipients")
    recipients = [str(one) for one in given] if isinstance(given, list) else []
    return read(raw, trusted=deps.settings.inbound_authserv_id or "", recipients=recipients)


async def _say(deps: Deps, id: str, judged: Judged, *, taken_up_by: str | None) -> Outcome | str:
    """Put the answer on its way, as the link's page does; or why the case does not take it."""
    assert judged.reference and judged.answer and judged.speaker  # noqa: PT018, S101  # for the type checker
    way, body = ByReply(opened=judged.opened, taken_up_by=taken_up_by), judged.answer
    try:
        if judged.form and isinstance(body, ReturnBody):
            body = await _with_its_form(deps, id, judged.reference, judged.form, body, by=judged.speaker.people[0])
        outcome = await say(deps, judged.reference, body, message=_key(id), by=judged.speaker, reply=way)
    except FileRefused as refused:
        return str(refused)
    except KeyReused:
        return "Another answer was taken from this reply before."
    return why(outcome) if outcome.status is MessageStatus.REFUSED else outcome


async def _with_its_form(deps: Deps, id: str, reference: str, form: Form, body: ReturnBody, *, by: str) -> ReturnBody:
    """The return, with the form kept beside it as its source. Raises `FileRefused`."""
    file = form.file
    of, key = body.document, f"{_key(id)}-form"
    stored, _ = await keep(deps, reference, of=of, key=key, name=file.name, content=file.content, by=by)
    ref = DocumentRef(document=stored.document, version=stored.version, sha256=stored.sha256)
    return body.model_copy(update={"files": [ref]})


async def _settle(deps: Deps, kept: Kept, status: ReplyStatus, found: dict[str, Any], judged: Judged) -> None:
    kept_with = {"recipients": kept.found.get("recipients", [])}
    await deps.store.replies.settle(
        kept.id,
        status,
        kept_with | found,
        at=deps.now(),
        about=judged.reference,
        person=judged.person,
        was=kept.status,
    )


_LINK = re.compile(rf"/({'|'.join(PATHS.values())})/[\w.=-]{{20,}}(\s?>?\s?[\w.=-]{{20,}})*")


def _without_links(text: str) -> str:
    """The text without links that let their holder sign: they are the person's alone, and stand in what is quoted."""
    return _LINK.sub("/(a link of theirs)", text)


def _form(form: Form | None) -> dict[str, Any] | None:
    """What was read of a form, heading by heading."""
    if form is None:
        return None
    return {"name": form.file.name, "read": form.read, "left": form.left, "officer": form.body and form.body.officer}


_ANSWER: TypeAdapter[Answer | None] = TypeAdapter(Answer | None)


def seen(reply: Reply, judged: Judged) -> dict[str, Any]:
    """What is shown of a mail beside the answer: sealed with it."""
    return {
        "sender": reply.sender,
        "subject": reply.subject,
        "text": _without_links(reply.text),
        "whole": _without_links(reply.whole),
        "files": [one.model_dump(mode="json") for one in reply.files],
        "passed": reply.passed,
        "machine": reply.machine,
        "what": judged.about,
        "why": judged.why,
        "opened": judged.opened,
        "answer": _ANSWER.dump_python(judged.answer, mode="json"),
        "form": _form(judged.form),
    }
