"""API: whether the process lives, whether all of it can do its work, and which cases stand still."""

import asyncio
import time
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, Field

from api import checks
from api.auth import Allow, Caller
from api.deps import Deps, TheDeps
from api.problems import Problem
from api.troubles import Parts
from calendar_rules.model import Model
from review.case.mailing import MailTrouble
from review.facts.directory import Role
from store.mail_log import MailStanding

GOOD_FOR = 5.0  # seconds for which an answer stands, however many callers ask
BAD_FOR = 0.5  # seconds, while something is wrong
NAMED = 100  # of a list, the first
MAIL_GOOD_FOR = 60.0  # seconds for which a mail server that let us in is not asked again
NOTHING_WAITS = MailStanding(trouble=None, since=None, held=0, waiting=0)
routes = APIRouter(tags=["About"])


class Health(Model):
    """All is well; or, with status `attention`, all works but some cases need somebody. GET /v1/health names them."""

    status: str = "ok"
    cases_that_do_not_run: int = Field(default=0, description="cases without a running workflow: crg revive --all")
    cases_that_stand_still: int = Field(default=0, description="whose workflow runs and cannot go on")
    cases_that_do_not_open: int = Field(default=0, description="live cases that are damaged in the store")
    messages_that_do_not_open: int = Field(default=0, description="messages that are damaged in the store")
    cases_held_back: int = Field(
        default=0, description="to which a message could not be carried in three tries; it is tried on"
    )
    mails_that_wait: int = Field(default=0, description="mails that no server has taken yet; each is tried again")
    mail_fault: MailTrouble | None = Field(
        default=None, description="a fault of the mail system, until every mail that it hit has gone or is given up"
    )
    mails_held_by_fault: int = Field(default=0, description="of the mails that wait, those that such a fault holds")
    mails_perhaps_delivered: int = Field(
        default=0, description="mails that a server broke off before it confirmed them, for a person to decide"
    )
    weekly_digest: str | None = Field(default=None, description="why no weekly digest goes out, and what to do")


class Held(Model):
    """A case whose messages are left alone for a moment after a failure."""

    case: str
    why: str
    failures: int
    again_at: AwareDatetime


class StandsStill(Model):
    """A case, a meeting of the CRG or the digest that cannot go on by itself."""

    case: str
    why: str
    do: str = Field(description="the command that helps, or says what does")


class FullHealth(Health):
    """Which parts do not work, and which cases need somebody."""

    parts: dict[str, str] = Field(description="each part that does not work, and what to do")
    do_not_run: list[str] = Field(description="references, the first hundred; crg revive --all brings them back")
    stand_still: list[StandsStill] = Field(description="the first hundred")
    do_not_open: list[str] = Field(description="references; restore them from a backup, or put the missing key back")
    held_back: list[Held] = Field(description="cases to which a message could not be carried")
    perhaps_delivered: list[str] = Field(
        description="cases with mails that have perhaps arrived, the first hundred; their failed duties say which: "
        "ask whether each arrived, then record that it did or have it sent again"
    )
    looked_at: AwareDatetime | None = Field(description="when it was last looked for cases that do not run")
    mail_fault_since: AwareDatetime | None = Field(description="since when a fault holds a mail")


@routes.get("/health/live", operation_id="live")
async def live() -> Health:
    """The process answers. Open to all."""
    return Health()


@routes.get("/health/ready", operation_id="ready")
async def ready(deps: TheDeps) -> Health:
    """The store takes a write; Temporal answers and knows our search attributes; a worker asks for work; mail is there.

    Open to all, so cases are counted here and not named.
    """
    wrong = await wrong_parts(deps)
    if wrong:
        raise Problem("not-ready", errors=wrong)
    return Health(**_of_cases(deps, await deps.store.mail_log.standing()))


@routes.get("/v1/health", operation_id="read-health")
async def read_health(
    _: Annotated[Caller, Depends(Allow(Role.BUSINESS_UNIT, Role.CRG_CHAIR, what="Reading how the system is"))],
    deps: TheDeps,
) -> FullHealth:
    """How the parts are, and which cases do not run or do not open. Who may: business-unit, crg-chair."""
    wrong, troubles = await wrong_parts(deps), deps.troubles
    mail = NOTHING_WAITS if "store" in wrong else await deps.store.mail_log.standing()
    about = _of_cases(deps, mail)
    return FullHealth(
        **about | ({"status": "not-ready"} if wrong else {}),
        parts=wrong,
        do_not_run=[one.id for one in troubles.still.not_running],
        stand_still=[StandsStill(case=one.id, why=one.why, do=one.do) for one in troubles.still.standing],
        do_not_open=_do_not_open(deps),
        held_back=[
            Held(case=case, why=rest.why, failures=rest.failures, again_at=rest.until)
            for case, rest in sorted(troubles.rests.items())
        ],
        perhaps_delivered=list(dict.fromkeys(mail.perhaps))[:NAMED],
        looked_at=troubles.looked_at,
        mail_fault_since=mail.since,
    )


def _of_cases(deps: Deps, mail: MailStanding) -> dict[str, Any]:
    troubles = deps.troubles
    counts = {
        "cases_that_do_not_run": troubles.still.how_many_do_not_run,
        "cases_that_stand_still": troubles.still.how_many_stand,
        "cases_that_do_not_open": len(_do_not_open(deps)),
        "messages_that_do_not_open": len(troubles.unreadable),
        "cases_held_back": len(troubles.held_back()),
    }
    attention = any((*counts.values(), mail.trouble, mail.perhaps, troubles.digest))
    about_mail = {"mails_that_wait": mail.waiting, "mail_fault": mail.trouble, "mails_held_by_fault": mail.held}
    about_mail["mails_perhaps_delivered"] = len(mail.perhaps)
    return {"status": "attention" if attention else "ok", **counts, **about_mail, "weekly_digest": troubles.digest}


def _do_not_open(deps: Deps) -> list[str]:
    return sorted({*deps.troubles.damaged, *deps.store.cases.seen_damaged()})


async def wrong_parts(deps: Deps) -> dict[str, str]:
    """Each part that does not work, and what is wrong with it; asked again once the last answers are old."""
    parts = deps.parts
    async with parts.lock:
        now, good_for = time.monotonic(), BAD_FOR if parts.wrong else GOOD_FOR
        if parts.asked_at is None or now - parts.asked_at > good_for:
            parts.wrong = await _ask(deps, parts, now)
            parts.asked_at = time.monotonic()
        return parts.wrong


async def _ask(deps: Deps, parts: Parts, now: float) -> dict[str, str]:
    asked = {
        "store": checks.store(deps.store),
        "temporal": checks.temporal(deps.temporal),
        "search attributes": checks.search_attributes(deps.temporal),
        "worker": checks.worker(deps.temporal, deps.settings, deps.now()),
    }
    if parts.mail_let_in_at is None or now - parts.mail_let_in_at > MAIL_GOOD_FOR:
        asked["mail"] = checks.mail(deps.settings)
    answers = dict(zip(asked, await asyncio.gather(*asked.values()), strict=True))
    if "mail" in answers:
        parts.mail_let_in_at = now if answers["mail"] is None else None
    return {name: what for name, what in answers.items() if what is not None}
