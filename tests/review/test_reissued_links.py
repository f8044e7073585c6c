"""Whose link ended with an address or an office: what is still waited for is asked again, once (R-3, R-11)."""

from review.case.notices import Notice
from review.facts.directory import Cast, Member, Partner, Role
from tests.review.world import World, cast

SECOND = Member(id="deputy-second", roles=[Role.DEPUTY], partner=Partner.HEALTH)


def known(version: int, *, unconfirmed: tuple[str, ...] = (), reached: dict[str, int] | None = None) -> Cast:
    """The cast of a version, with addresses that wait or were confirmed."""
    found = cast(version)
    for member in found.people:
        member.reached = (reached or {}).get(member.id, 0)
    return found.model_copy(update={"unconfirmed": list(unconfirmed)})


def led_by(lead: str, version: int) -> Cast:
    """The cast with another safeguarding lead of the police."""
    found = cast(version)
    for agency in found.agencies:
        if agency.id == "police":
            agency.safeguarding_lead = lead
    return found


def asked_again(world: World) -> list[tuple[str, str]]:
    """What was asked again of whom; then all mail goes."""
    found = [(one.template, one.to) for one in world.posted if one.cause.startswith("link-reissued:")]
    world.deliver()
    return found


def reissued(world: World) -> Notice:
    return next(one for one in world.posted if one.cause.startswith("link-reissued:"))


def test_a_changed_address_gets_a_new_link_for_an_open_return_once() -> None:
    """R-3, R-11: it is ordered when the change waits, so that it is a failed duty until it is confirmed."""
    world = World()
    world.scope()
    world.deliver()
    world.recast(known(2, unconfirmed=("lead-police",)))
    notice = reissued(world)
    assert notice.link is not None
    assert (notice.link.purpose, notice.link.subject) == ("return", "police")
    assert notice.n["due"] == "2026-05-18T22:59:59Z", "as it was"
    assert asked_again(world) == [("returns-request", "lead-police")]
    world.recast(known(3, reached={"lead-police": 3}))
    assert asked_again(world) == []


def test_a_case_that_hears_of_a_change_and_its_confirmation_at_once_asks_again() -> None:
    """R-11: no process told it in between."""
    world = World()
    world.send_out()
    world.deliver()
    world.recast(known(3, reached={"officer-health": 3, "lead-police": 3}))
    assert asked_again(world) == [("sign-off-request", "officer-health")], "the return has been given"


def test_what_is_answered_is_not_asked_again() -> None:
    world = World()
    world.send_out()
    world.deliver()
    world.sign("officer-health")
    world.deliver()
    world.recast(known(2, unconfirmed=("officer-health",)))
    assert asked_again(world) == []


def test_whoever_comes_to_lead_an_agency_gets_its_open_request() -> None:
    """R-3, R-11"""
    world = World()
    world.scope()
    world.deliver()
    world.recast(led_by("senior-police", 2))
    assert asked_again(world) == [("lead-replaced", "senior-police")]
    world.returned("police")
    world.deliver()
    world.recast(led_by("lead-police", 3))
    assert asked_again(world) == []


def test_whoever_becomes_deputy_after_the_deputies_were_asked_is_asked_too() -> None:
    """R-11, D-8"""
    world = World()
    one = world.send_out()
    world.deliver()
    world.recast(cast(2, also=(SECOND,)))
    assert asked_again(world) == [], "no deputy has been asked yet"
    world.wait("2026-05-13T12:00")
    world.deliver()
    world.recast(cast(3, without=("deputy-health",), also=(SECOND.model_copy(update={"id": "deputy-third"}),)))
    assert one.ask_for("health").deputies == ["deputy-third"]
    assert asked_again(world) == [("sign-off-deputy", "deputy-third")]


def test_a_deputy_is_asked_where_there_was_none_when_the_time_came() -> None:
    """R-11, D-8"""
    world = World(who=cast(without=("deputy-health",)))
    world.send_out()
    world.deliver()
    world.wait("2026-05-13T12:00")
    world.deliver()
    world.recast(cast(2))
    assert asked_again(world) == [("sign-off-deputy", "deputy-health")]


def test_an_overdue_sign_off_is_asked_again_as_overdue() -> None:
    world = World()
    world.send_out()
    world.deliver()
    world.wait("2026-05-13T12:00")
    world.deliver()
    world.recast(known(2, unconfirmed=("officer-health", "deputy-health")))
    assert asked_again(world) == [("sign-off-overdue", "officer-health"), ("sign-off-deputy", "deputy-health")]
