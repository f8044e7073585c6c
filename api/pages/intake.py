"""How a page says a fact: by the API's own intake, under an id that is the same for the same answer. Room: api."""

from hashlib import sha256

from api.intake import Body, Outcome, take_in
from api.means import Means
from review.facts import Speaker


def message_id(*parts: str) -> str:
    """The same for the same parts, so that a double click counts once; says nothing of what they are."""
    return "page-" + sha256("\n".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()[:40]


async def say(means: Means, reference: str, body: Body, *, message: str, by: Speaker) -> Outcome:
    """Put the fact on its way, as the API does. Raises `KeyReused` where the id carried another answer before."""
    fingerprint = sha256(f"{reference}\n{body.model_dump_json()}".encode()).hexdigest()
    return await take_in(
        means, reference=reference, body=body, speaker=by, by=by.people[0], message=message, fingerprint=fingerprint
    )


def why(outcome: Outcome) -> str:
    """The sentence for the person where the case has refused."""
    return str((outcome.refusal or {}).get("detail") or "The case could not take it. Ask the Business Unit.")
