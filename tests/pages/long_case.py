"""A case that has grown long: 25 agencies, 8 children with their family, texts of some length, 60 actions."""

from collections.abc import Iterator

from review.facts import Child, Fact, Speaker
from review.facts.directory import Cast, CastAgency, Member, Role
from review.facts.family import FamilyMember, FamilyMemberAdded
from review.facts.follow_up import ActionSet
from review.next_steps import NextStep
from tests.review.world import World, cast, fact_of, incident, needed, person

AGENCIES, CHILDREN, FAMILY, ACTIONS = 25, 8, 10, 60
WORDS = "Sample: the health visitor, the school and the police each held a part of what was known of the family. "
LONG = 4  # times these words


def long_cast() -> Cast:
    """The invented partnership with many agencies, each asked."""
    known = cast(also=(Member(id="named-officer", roles=[Role.ESCALATION_OFFICER]),))
    ids = [f"agency-{number}" for number in range(1, AGENCIES - len(known.agencies) + 1)]
    more = [
        CastAgency(
            id=id, name=f"Sample Academy Trust {id}", safeguarding_lead=f"lead-{id}", senior_officer=f"senior-{id}"
        )
        for id in ids
    ]
    people = [person(f"{office}-{id}", Role.AGENCY, agency=id) for id in ids for office in ("lead", "senior")]
    agencies = [one.model_copy(update={"expected": True}) for one in (*known.agencies, *more)]
    return known.model_copy(update={"people": [*known.people, *people], "agencies": agencies})


def long_world() -> World:
    children = [
        Child(child_id=f"child-{number}", name=f"Sample Child {number}", harm="seriously-harmed", born="2019-05-03",
              ethnicity="Sample: white British", plan="Sample: child protection plan, neglect, since May 2025")
        for number in range(1, CHILDREN + 1)
    ]  # fmt: skip
    world = World(incident(children=children, what_happened=WORDS * LONG * 5), who=long_cast())
    for number in range(1, FAMILY + 1):
        member = FamilyMember(member_id=f"adult-{number}", name=f"Sample Adult {number}", relation="aunt")
        world.say(FamilyMemberAdded(member=member, how=WORDS))
    return world


def grown(world: World) -> Iterator[NextStep]:
    """Step by step to the end of a practice review; each step before it is taken."""
    while step := needed(world):
        yield step
        world.say(_longer(fact_of(step, world)), Speaker(people=step.people or ["sbu-1"], roles=step.roles))
        if step.rel == "action-set":
            for number in range(2, ACTIONS + 1):
                world.say(_longer(ActionSet.model_validate(step.example | {"action": f"action-of-{number}"})))


def _longer(fact: Fact) -> Fact:
    """The same fact, its invented texts as long as people write them where there is room."""
    texts = {
        name: (WORDS * LONG).strip()
        for name, value in fact
        if isinstance(value, str) and value.startswith("Sample:") and _takes_a_text(type(fact), name)
    }
    return fact.model_copy(update=texts)


def _takes_a_text(fact: type[Fact], name: str) -> bool:
    return any(getattr(one, "max_length", 0) >= 2_000 for one in fact.model_fields[name].metadata)
