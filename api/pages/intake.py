"""How a page says a fact: by the API's own intake, under an id that is the same for the same answer."""

from hashlib import sha256

from pydantic import BaseModel

from api.deps import Deps
from api.intake import Body, Outcome, take_in
from review.facts import ByReply, Speaker
from review.kit.refused_on_link import on_link
from store.errors import KeyReused
from store.inbox import MessageStatus


def message_id(*parts: str) -> str:
    """The same for the same parts, so that a double click counts once; says nothing of what they are."""
    return "page-" + sha256("\n".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()[:40]


async def say(
    deps: Deps, reference: str, body: Body, *, message: str, by: Speaker, reply: ByReply | None = None
) -> Outcome:
    """Put the fact on its way, as the API does. Raises `KeyReused` where the id carried another answer before."""
    key = await not_refused(deps, message)
    return await take_in(
        deps,
        reference=reference,
        body=body,
        speaker=by,
        by=by.people[0],
        message=key,
        fingerprint=fingerprint(reference, body),
        reply=reply,
    )


async def say_or_why(
    deps: Deps, reference: str, body: Body, *, message: str, by: Speaker, reused: str, refused: str
) -> Outcome | str:
    """As `say`, for the page of a link: where it was not taken, what the page says of it. `reused` is said where
    another answer came before, `refused` before the case's own reason.
    """
    try:
        outcome = await say(deps, reference, body, message=message, by=by)
    except KeyReused:
        return reused
    return f"{refused} {why(outcome)}" if outcome.status is MessageStatus.REFUSED else outcome


def fingerprint(about: str, body: BaseModel) -> str:
    """What makes two answers the same: what they are about, and what they say."""
    return sha256(f"{about}\n{body.model_dump_json()}".encode()).hexdigest()


async def not_refused(deps: Deps, message: str) -> str:
    """The message id for an answer. An answer that is recorded or under way keeps its id, so it counts once; one that
    was refused gets the next id: what stood in its way may be gone (R-11).
    """
    tries, key = 1, message
    while (held := await deps.store.inbox.get(key)) and held.status is MessageStatus.REFUSED:
        tries += 1
        key = f"{message}-{tries}"
    return key


def why(outcome: Outcome) -> str:
    """What a link's page says when the case has refused: its reader knows only this page, not the API."""
    refusal = outcome.refusal or {}
    return on_link(str(refusal.get("type")), str(refusal.get("detail", "")))
