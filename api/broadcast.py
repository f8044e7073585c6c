"""API: what every live case must hear of: closed days, a changed directory. A message per case; the relay delivers."""

import hashlib

from api.means import Means
from review.facts import CalendarChanged, DirectoryChanged, Said, Speaker
from store.inbox import Message


async def tell_live_cases(
    means: Means, fact: CalendarChanged | DirectoryChanged, *, message: str, by: str, speaker: Speaker
) -> int:
    """Keep a message for each live case; returns how many there are. Safe to repeat: each is kept once."""
    references = await means.store.cases.live()
    for reference in references:
        await tell_case(means, reference, fact, message=message, by=by, speaker=speaker)
    return len(references)


async def tell_case(
    means: Means,
    reference: str,
    fact: CalendarChanged | DirectoryChanged,
    *,
    message: str,
    by: str,
    speaker: Speaker,
) -> None:
    """Keep a message for one case."""
    id, now = f"{message}:{reference}", means.now()
    said = Said(message=id, by=speaker, recorded_at=now, fact=fact)
    means.left.add(id)
    await means.store.inbox.receive(
        Message(
            id=id,
            fingerprint=hashlib.sha256(f"{id}\n{fact.model_dump_json()}".encode()).hexdigest(),
            reference=reference,
            kind=fact.kind,
            body=said.model_dump(mode="json"),
            by=by,
            received_at=now,
        )
    )
