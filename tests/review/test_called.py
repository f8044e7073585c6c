"""What mails call an action, a handover and a concern: words, where they may travel (G-7, G-10, G-11, X-1)."""

from review.case import reads
from review.facts.crg import ConcernEscalated
from review.facts.directory import Role
from review.facts.follow_up import FindingsHandedOver
from review.kit.notify_called import called
from tests.review.test_follow_up import action
from tests.review.test_follow_up import world as world
from tests.review.world import WHY, World, cast, person


def test_a_mail_about_an_action_says_which_in_the_words_it_was_set_with(world: World) -> None:
    """G-11: an owner's actions are told apart in the text; a mail travels in the open, so words that name
    somebody of the case stay in the portal, and the id that people gave takes their place, as it does of what is long.
    """
    child = reads.children(world.case)[0].name
    said = {
        "audit": "Sample: review missed-appointment letters.",
        "leaflet": f"Sample: write to the school of {child.split()[-1]} again",
        "long-one": f"Sample: {'and so on ' * 20}",
    }
    for id, what in said.items():
        world.say(action(action=id, what=what))
    named = {id: called(world.case, world.case.deadlines[f"G-11:{id}"]) for id in said}
    assert named == {"audit": "Sample: review missed-appointment letters", "leaflet": "leaflet", "long-one": "long one"}
    assert called(world.case, world.case.deadlines["D-1"]) is None
    world.say(FindingsHandedOver(handover="audit-7", to="Quality sub-group", findings=WHY))
    world.case.cast = cast(also=(person("named-officer", Role.ESCALATION_OFFICER),))
    world.say(ConcernEscalated(concern="slow", reasons=WHY))
    other = [called(world.case, world.case.deadlines[id]) for id in ("G-10:audit-7", "G-7:slow")]
    assert other == ["Quality sub-group, Thursday 11 June 2026", "raised on Thursday 11 June 2026"]
    told = next(one for one in world.posted if one.template == "action-set")
    assert told.n["called"] == named["audit"]
