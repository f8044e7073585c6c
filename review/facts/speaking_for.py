"""For which agencies somebody speaks. Pure."""

from review.facts.directory import Cast


def speaks_for(people: list[str], agency: str, cast: Cast) -> bool:
    """Its safeguarding lead, its senior officer, or anybody of the agency."""
    known = cast.agency(agency)
    leads = {known.safeguarding_lead, known.senior_officer} if known else set()
    return any(
        person in leads or ((member := cast.person(person)) is not None and member.agency == agency)
        for person in people
    )


def agencies_of(people: list[str], cast: Cast) -> list[str]:
    """Every agency for which one of these people speaks (`speaks_for`)."""
    led = [one.id for one in cast.agencies if {one.safeguarding_lead, one.senior_officer} & set(people)]
    own = [who.agency for who in cast.people if who.id in people and who.agency]
    return list(dict.fromkeys([*led, *own]))
