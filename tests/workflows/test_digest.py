"""The weekly digest, on the real server in virtual time (G-5)."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from calendar_rules.lengths import london
from store.snapshot import CaseLine
from tests.workflows.desk import Desk
from tests.workflows.desk import london as at
from workflows import names
from workflows.digest import next_monday

pytestmark = pytest.mark.asyncio(loop_scope="session")


def line(reference: str, stage: str) -> CaseLine:
    now = datetime.now(UTC)
    return CaseLine(reference=reference, seq=1, route="serious-incident", stage=stage, opened_at=now, case_now=now)


async def test_the_digest_goes_out_on_mondays_at_eight_london_time() -> None:
    """G-5: correct across the change to summer time on 29 March 2026."""
    assert next_monday(at("2026-03-24 10:00")) == at("2026-03-30 08:00")
    assert next_monday(at("2026-03-30 07:59")) == at("2026-03-30 08:00")
    assert next_monday(at("2026-03-30 08:00")) == at("2026-04-06 08:00")


async def test_each_person_gets_one_mail_a_week_on_all_live_cases(desk: Desk) -> None:
    """G-5: accountable officers, CRG Chair and Independent Chair; references and stages only."""
    desk.world.live = [line("CR-2026-001", "panel"), line("CR-2026-002", "actions")]
    before = len(desk.world.sent)
    handle = await desk.server.client.start_workflow(names.DIGEST, id=f"digest-{uuid4()}", task_queue=desk.queue)
    for week in (1, 2):
        await desk.server.fast_forward(handle, timedelta(days=7))
        for _ in range(500):
            mails = [mail for mail in desk.world.sent[before:] if mail.reference == "weekly-digest"]
            if len(mails) >= 5 * week:
                break
            await asyncio.sleep(0.02)
        handle = desk.server.client.get_workflow_handle(handle.id)
    people = sorted(mail.to_address.partition("@")[0] for mail in mails[:5])
    assert people == ["crg-chair", "independent-chair", "officer-health", "officer-local-authority", "officer-police"]
    assert len(mails) == 10
    assert "CR-2026-001: Panel's response" in mails[0].text
    assert "CR-2026-002: Actions followed" in mails[0].text
    sent = [london(mail.sent_at) for mail in mails]
    assert {(one.weekday(), one.hour) for one in sent} == {(0, 8)}
    assert (sent[-1].date() - sent[0].date()) == timedelta(days=7)
    await handle.terminate("tried")
    desk.world.live = []
