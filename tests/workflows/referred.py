"""Cases that the CRG takes for a serious incident, and the way to the partners' decision, for tests."""

from typing import Any

from tests.workflows.desk import Case, Desk
from tests.workflows.standing import brought


async def serious_by_the_referral(desk: Desk) -> Case:
    case = await desk.refer()
    await case.says("crg-considered", outcome="serious-incident")
    return case


async def serious_after_two_noes(desk: Desk, **incident: Any) -> Case:
    case = await referred_after_two_noes(desk, **incident)
    await case.says("crg-considered", outcome="serious-incident")
    await case.quiet()
    return case


async def referred_after_two_noes(desk: Desk, **incident: Any) -> Case:
    case = await desk.open(**incident)
    for officer in ("dcs", "chief-executive"):
        await case.says("partner-view-given", by=officer, officer=officer, view="do-not-notify")
    await case.says("not-notified-decided", outcome="refer-to-crg", reasons="Sample.")
    await case.quiet()
    return case


SERIOUS = {Desk.refer: serious_by_the_referral, referred_after_two_noes: serious_after_two_noes}


async def to_the_decision(desk: Desk, way_in: Any) -> Case:
    """A serious incident of the CRG whose partners are to decide."""

    async def walk(desk: Desk) -> Case:
        case: Case = await way_in(desk)
        await case.follow_to("partners-decided")
        return case

    return await brought(desk, walk, name=way_in.__name__)
