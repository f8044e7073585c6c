"""How a page says a fact: by the API's own intake, under an id that is the same for the same answer. Room: api."""

from hashlib import sha256

from api.intake import Body, Outcome, take_in
from api.means import Means
from review.facts import Speaker
from store.inbox import MessageStatus


def message_id(*parts: str) -> str:
    """The same for the same parts, so that a double click counts once; says nothing of what they are."""
    return "page-" + sha256("\n".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()[:40]


async def say(means: Means, reference: str, body: Body, *, message: str, by: Speaker) -> Outcome:
    """Put the fact on its way, as the API does. Raises `KeyReused` where the id carried another answer before."""
    fingerprint = sha256(f"{reference}\n{body.model_dump_json()}".encode()).hexdigest()
    key = await _not_refused(means, message)
    return await take_in(
        means, reference=reference, body=body, speaker=by, by=by.people[0], message=key, fingerprint=fingerprint
    )


async def _not_refused(means: Means, message: str) -> str:
    """The id under which an answer is said now. One that is recorded or under way is not said twice; one that was
    refused is said anew under the next id: what stood in its way may be gone (R-11).
    """
    tries, key = 1, message
    while (held := await means.store.inbox.get(key)) and held.status is MessageStatus.REFUSED:
        tries += 1
        key = f"{message}-{tries}"
    return key


def why(outcome: Outcome) -> str:
    """The sentence for the person where the case has refused."""
    return str((outcome.refusal or {}).get("detail") or "The case could not take it. Ask the Business Unit.")
