"""API: how a fact gets in. Kept in the inbox first, then said to the case, and left to the relay where nobody answers.

The JSON routes and the pages behind the email links use the same one function, `take_in`.
"""

import asyncio
from datetime import timedelta
from typing import Any

from pydantic import AwareDatetime, BaseModel, JsonValue
from temporalio.client import WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from api.means import Means
from api.merging import with_the_other_case
from api.problems import Problem
from review import bodies
from review.case import CaseState
from review.facts import DocumentRef, Fact, Said, Speaker
from review.said.standing import CaseMerged
from review.steps import needed_steps
from store.inbox import Message, MessageStatus, Standing
from store.snapshot import Snapshot
from workflows.names import SAY, workflow_id

Body = Fact | bodies.Body

ANSWER_WITHIN = timedelta(seconds=2)  # then the caller is told 202 and the relay goes on
GIVE_UP = ANSWER_WITHIN.total_seconds() + 1  # where the connection itself hangs
LOOK_EVERY = 0.01  # seconds
SEEN_WITHIN = 200  # looks at the read model in which a caller's own write is waited for
LOOK_AGAIN = 0.05  # seconds
FOLLOWED_WITHIN = 20  # looks in which what follows from it is waited for


class Outcome(BaseModel):
    """What became of a message: recorded, refused and why, or pending."""

    message: str
    reference: str | None
    kind: str
    status: MessageStatus
    recorded_at: AwareDatetime
    refusal: dict[str, JsonValue] | None = None

    @classmethod
    def of(cls, standing: Standing) -> "Outcome":
        refused = standing.status is MessageStatus.REFUSED
        return cls(
            message=standing.id,
            reference=standing.reference,
            kind=standing.kind,
            status=standing.status,
            recorded_at=standing.received_at,
            refusal=standing.answer if refused else None,
        )


async def known_case(means: Means, reference: str) -> Snapshot:
    """The case as it is known now. Raises a 404 problem."""
    snapshot = await means.store.cases.get(reference)
    if snapshot is None:
        raise Problem("unknown-case")
    return snapshot


async def take_in(
    means: Means, *, reference: str, body: Body, speaker: Speaker, by: str, message: str, fingerprint: str
) -> Outcome:
    """Take in what somebody says about a case, durably, and tell what became of it.

    `message` is the Idempotency-Key: the same one with the same fingerprint is applied once and answers the same; with
    another one it raises `KeyReused`. `by` is the speaker's own id. Raises a 404 problem for an unknown case.
    """
    snapshot = await known_case(means, reference)
    means.in_hand.add(message)
    try:
        letter = Message(
            id=message,
            fingerprint=fingerprint,
            reference=reference,
            kind=body.kind,
            body={},
            by=by,
            received_at=means.now(),
        )
        first = await means.store.inbox.get(message) is None
        if first:
            said = await _said(means, snapshot, body, speaker, letter)
            letter = letter.model_copy(update={"body": said.model_dump(mode="json")})
        standing = await means.store.inbox.receive(letter)
        if standing.status is MessageStatus.PENDING:
            standing = await _say(means, reference, message) or standing
        if standing.status is MessageStatus.PENDING:
            means.left.add(message)
        if first and standing.status is MessageStatus.REFUSED:  # its paper is no version; the next bears the number
            await means.store.documents.forget(reference, key=message)
        return Outcome.of(standing)
    finally:
        means.in_hand.discard(message)


async def _said(means: Means, snapshot: Snapshot, body: Body, speaker: Speaker, letter: Message) -> Said:
    fact: Any = body
    if isinstance(body, bodies.Body):
        # Kept under the message's id first: the fact names exactly one version of it.
        paper, ref = body.paper(), None
        if paper is not None:
            stored = await means.store.documents.put(
                snapshot.reference,
                body.document,
                key=letter.id,
                content=paper.model_dump_json().encode(),
                media_type="application/json",
                title=body.paper_title,
                at=await means.case_now(snapshot),
            )
            ref = DocumentRef(document=stored.document, version=stored.version, sha256=stored.sha256)
        fact = body.to_fact(ref, CaseState.model_validate(snapshot.state))
    if isinstance(fact, CaseMerged):
        fact = await with_the_other_case(means, fact)
    return Said(message=letter.id, by=speaker, recorded_at=letter.received_at, fact=fact)


async def _say(means: Means, reference: str, message: str) -> Standing | None:
    """Say a kept message to its case. Answers with its settled standing; None where nobody answered in time."""
    kept = await means.store.inbox.message(message)
    if kept is None:
        return None
    said = Said.model_validate(kept.body)
    try:
        async with asyncio.timeout(GIVE_UP):
            receipt: dict[str, Any] = await means.temporal.get_workflow_handle(workflow_id(reference)).execute_update(
                SAY, said, id=message, result_type=dict, rpc_timeout=ANSWER_WITHIN
            )
    except WorkflowUpdateFailedError as error:
        refusal = refusal_of(error)
        if refusal is None:
            return None  # an error of ours, not a refusal: it stays kept, and the relay goes on
        return await means.store.inbox.settle(message, MessageStatus.REFUSED, refusal, means.now())
    except (WorkflowUpdateRPCTimeoutOrCancelledError, RPCError, RuntimeError, TimeoutError):
        return None
    await until_seen(means, reference, int(receipt["rows"]))
    return await means.store.inbox.settle(message, MessageStatus.RECORDED, None, means.now())


def refusal_of(error: WorkflowUpdateFailedError) -> dict[str, Any] | None:
    """The refusal inside a failed update: {"type", "detail", "fields"}."""
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.details and isinstance(cause.details[0], dict):
        return dict(cause.details[0])
    return None


async def until_seen(means: Means, reference: str, rows: int) -> None:
    """Wait until the read model has what was just recorded, so that callers read their own writes.

    Then, shortly, until what follows from it has been done, so that they are told what is needed next.
    """
    for _ in range(SEEN_WITHIN):
        if (seen := await means.store.cases.seq(reference)) >= rows:
            break
        await asyncio.sleep(LOOK_EVERY)
    looked = -1
    for _ in range(FOLLOWED_WITHIN):
        if seen != looked and await _somebody_is_waited_for(means, reference):
            return
        await asyncio.sleep(LOOK_AGAIN)
        looked, seen = seen, await means.store.cases.seq(reference)


async def _somebody_is_waited_for(means: Means, reference: str) -> bool:
    held = await means.store.cases.get(reference)
    if held is None:
        return False
    case = CaseState.model_validate(held.state)
    return case.ended or any(True for _ in needed_steps(case, await means.case_now(held)))
