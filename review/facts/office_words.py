"""Offices in words, for sentences: "the Chief Executive or the Business Unit"."""

from collections.abc import Iterable

from review.facts.directory import Role

_WORDS = {
    Role.ACCOUNTABLE_OFFICER: "an accountable officer",
    Role.AGENCY: "the agency",
    Role.BUSINESS_UNIT: "the Business Unit",
    Role.CHIEF_EXECUTIVE: "the Chief Executive",
    Role.CRG_CHAIR: "the CRG Chair",
    Role.CRG_MEMBER: "a CRG member",
    Role.DCS: "the Director of Children's Services",
    Role.DELEGATE: "a delegate",
    Role.DEPUTY: "a deputy",
    Role.ESCALATION_OFFICER: "the named officer for concerns",
    Role.INDEPENDENT_CHAIR: "the Independent Chair",
    Role.LEGAL_ADVISER: "the legal adviser",
    Role.OBSERVER: "an observer",
}


def offices(roles: Iterable[Role]) -> str:
    """Any of several, each once."""
    words = list(dict.fromkeys(_WORDS.get(role, f"the {role.replace('-', ' ')}") for role in roles))
    *most, last = words or ["nobody"]
    return f"{', '.join(most)} or {last}" if most else last
