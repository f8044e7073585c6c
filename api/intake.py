"""API: how a fact gets in. It is stored in the inbox, then sent to the case; if nobody answers, the relay goes on.

The JSON routes and the pages behind the email links use the same one function, `take_in`.
"""

import asyncio
from datetime import timedelta
from typing import Any

from pydantic import AwareDatetime, Field, JsonValue
from temporalio.client import WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from api.deps import Deps
from api.merging import with_the_other_case
from api.problems import Problem
from calendar_rules.model import Model
from review.case import reads
from review.case.state import CaseState
from review.chapters.practice_review.identities import known_of_the_family, places
from review.chapters.practice_review.papers import ReviewReport, all_texts
from review.facts import ByReply, DocumentRef, Fact, Reported, Speaker
from review.facts.any_stage import CaseMerged
from review.facts.directory import Role
from review.facts.practice_review import IdentitiesChecked, ReviewDrafted
from review.kit.body import Body as BodyWithPaper
from store.inbox import Message, MessageStatus, Standing
from store.snapshot import Snapshot
from workflows.names import SAY, workflow_id

Body = Fact | BodyWithPaper

ANSWER_WITHIN = timedelta(seconds=2)  # then the caller is told 202 and the relay goes on
GIVE_UP = ANSWER_WITHIN.total_seconds() + 1  # where the connection itself hangs
UNANSWERED = (WorkflowUpdateRPCTimeoutOrCancelledError, RPCError, RuntimeError, TimeoutError)
RECORDED_WITHIN = timedelta(seconds=5)  # what the case has taken is on its record by then, or the caller is told 202


class Outcome(Model):
    """What became of a message: recorded, refused and why, or pending. `case`: as this request has opened it."""

    message: str
    reference: str | None
    kind: str
    status: MessageStatus
    recorded_at: AwareDatetime
    refusal: dict[str, JsonValue] | None = None
    case: CaseState | None = Field(default=None, exclude=True)

    @classmethod
    def of(cls, standing: Standing, case: CaseState | None = None) -> "Outcome":
        refused = standing.status is MessageStatus.REFUSED
        return cls(
            message=standing.id,
            reference=standing.reference,
            kind=standing.kind,
            status=standing.status,
            recorded_at=standing.received_at,
            refusal=standing.answer if refused else None,
            case=case,
        )


async def known_case(deps: Deps, reference: str) -> Snapshot:
    """The case as it is known now. Raises a 404 problem."""
    snapshot = await deps.store.cases.get(reference)
    if snapshot is None:
        raise Problem("unknown-case")
    return snapshot


async def known(deps: Deps, reference: str) -> None:
    """Raise a 404 problem where there is no such case."""
    if await deps.store.cases.stamp(reference) is None:
        raise Problem("unknown-case")


async def take_in(
    deps: Deps,
    *,
    reference: str,
    body: Body,
    speaker: Speaker,
    by: str,
    message: str,
    fingerprint: str,
    reply: ByReply | None = None,
) -> Outcome:
    """Take in what somebody says about a case, durably, and tell what became of it.

    `message` is the Idempotency-Key: the same one with the same fingerprint is applied once and answers the same; with
    another one it raises `KeyReused`. `by` is the speaker's own id. That there is such a case, and that the speaker may
    say something about it, is known before. `reply` says that it came by a reply to a mail.
    """
    deps.in_hand.add(message)
    try:
        letter = Message(
            id=message,
            fingerprint=fingerprint,
            reference=reference,
            kind=body.kind,
            body={},
            by=by,
            received_at=deps.now(),
        )
        first, reported = await deps.store.inbox.get(message) is None, None
        if first:
            reported = await _said(deps, reference, body, speaker, letter)
            reported = reported.model_copy(update={"reply": reply})
            letter = letter.model_copy(update={"body": reported.model_dump(mode="json")})
        standing = await deps.store.inbox.receive(letter)
        if standing.status is MessageStatus.PENDING:
            if reported is None or standing.received_at != letter.received_at:  # it was kept before, by another request
                reported = await _kept(deps, message)
            standing = await _say(deps, reference, message, reported) or standing
        if standing.status is MessageStatus.PENDING:
            deps.left.add(message)
        if first and standing.status is MessageStatus.REFUSED:  # its paper is no version; the next bears the number
            await deps.store.documents.forget(reference, key=message)
        return Outcome.of(standing)
    finally:
        deps.in_hand.discard(message)


async def _said(deps: Deps, reference: str, body: Body, speaker: Speaker, letter: Message) -> Reported:
    fact: Any = body
    if isinstance(body, BodyWithPaper):
        snapshot = await known_case(deps, reference)
        # Kept under the message's id first: the fact names exactly one version of it.
        paper, ref = body.paper(), None
        if paper is not None:
            stored = await deps.store.documents.put(
                snapshot.reference,
                body.document,
                key=letter.id,
                content=paper.model_dump_json().encode(),
                media_type="application/json",
                title=body.paper_title,
                at=deps.case_now(snapshot),
            )
            ref = DocumentRef(document=stored.document, version=stored.version, sha256=stored.sha256)
        fact = body.to_fact(ref, CaseState.model_validate(snapshot.state))
    if isinstance(fact, CaseMerged):
        fact = await with_the_other_case(deps, reference, fact)
    if isinstance(fact, IdentitiesChecked):
        fact = await with_what_it_says(deps, reference, fact)
    await names_known_files(deps, reference, fact, speaker, letter.by)
    return Reported(message=letter.id, by=speaker, recorded_at=letter.received_at, fact=fact)


async def names_known_files(deps: Deps, reference: str, fact: Fact, speaker: Speaker, by: str) -> None:
    """Raise a problem where a fact names a file that is not kept, or that somebody else has sent: who may name a file
    opens it to those who read the fact. The Business Unit may name any file of the case.
    """
    named = reads.files_with(fact)
    if not named:
        return
    held = {(one.document, one.version): one for one in await deps.store.documents.versions(reference)}
    mine, all_of_them = {by, *speaker.people}, Role.BUSINESS_UNIT in speaker.roles
    for ref in named:
        file = held.get((ref.document, ref.version))
        known = file is not None and file.upload is not None and file.sha256 == ref.sha256
        if not known or not (all_of_them or (file and file.upload and file.upload.by in mine)):
            raise Problem("file-unknown", errors={"files": "names a file that you have not sent to this case"})


async def with_what_it_says(deps: Deps, reference: str, fact: IdentitiesChecked) -> IdentitiesChecked:
    """The fact with what its version of the report says by which the family could be recognised (K-8).

    Of a version that is not there it says nothing; the case refuses it.
    """
    reading = await deps.readings.of(deps.store, reference)
    if reading is None:
        return fact
    case = reading.case
    draft = reads.drafted(case, ReviewDrafted, fact.version)
    kept = await deps.store.documents.get(case.reference, draft.content.document, fact.version) if draft else None
    texts = all_texts(ReviewReport.model_validate_json(kept.content), case) if kept else {}
    known = known_of_the_family(case) if kept else []
    found = {"identifying": places(texts, known), "checked_for": [one.code for one in known]}
    return fact.model_copy(update=found)


async def _kept(deps: Deps, message: str) -> Reported | None:
    """A message as the inbox has it."""
    kept = await deps.store.inbox.message(message)
    return Reported.model_validate(kept.body) if kept else None


async def _say(deps: Deps, reference: str, message: str, reported: Reported | None) -> Standing | None:
    """Say a kept message to its case. Answers with its settled standing; None where nobody answered in time.

    What the case takes is settled by the transaction that writes its record, never here.
    """
    if reported is None:
        return None
    try:
        await update(deps, reference, reported, within=ANSWER_WITHIN)
    except WorkflowUpdateFailedError as error:
        refusal = refusal_of(error)
        if refusal is None:
            return None  # an error of ours, not a refusal: it stays kept, and the relay goes on
        return await deps.store.inbox.settle(message, MessageStatus.REFUSED, refusal, deps.now())
    except UNANSWERED:
        return None
    return await deps.settling.settled(message, RECORDED_WITHIN)


async def update(deps: Deps, reference: str, reported: Reported, *, within: timedelta) -> None:
    """Ask a case to take what is said. Raises `WorkflowUpdateFailedError` where it refuses, one of `UNANSWERED` where
    nobody answers within that time.
    """
    async with asyncio.timeout(GIVE_UP):
        handle = deps.temporal.get_workflow_handle(workflow_id(reference))
        await handle.execute_update(SAY, reported, id=reported.message, result_type=dict, rpc_timeout=within)


def refusal_of(error: WorkflowUpdateFailedError) -> dict[str, Any] | None:
    """The refusal inside a failed update: {"type", "detail", "fields"}."""
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.details and isinstance(cause.details[0], dict):
        return dict(cause.details[0])
    return None
