"""What offices are called: an edition may call them otherwise, and then mails and papers do too (B-11).

An edition that is silent leaves every notice as it is.
"""

from typing import Any

from calendar_rules.edition import Edition, Party

_WITHOUT_ARTICLE = ("health", "education")
_OFFICES = ("capacity", "owner", "as_deputy_for")  # what holds an office in a notice


def in_the_words_of(edition: Edition, n: dict[str, Any]) -> dict[str, Any]:
    """A notice's or paper's words with the edition's titles; `officers` is what templates call those who sign."""
    if not edition.titles:
        return n
    reported: dict[str, Any] = _said(edition, n)
    who = Party.DELEGATE if edition.national.signed_by == "delegate" else Party.ACCOUNTABLE_OFFICER
    return reported | {"officers": f"{edition.title_of(who)}s"}


def title_of(edition: Edition, office: str) -> str:
    """ "accountable-officer:health" as the edition says it; anything that it does not call otherwise stays as it is."""
    code, mark, partner = office.partition(":")
    for party, title in edition.titles.items():
        if code == party.value:
            return f"{title} for {_partner(partner)}" if mark else title
    return office


def _partner(partner: str) -> str:
    """ "the local authority (second officer)", "health"."""
    name, _, further = partner.replace("-", " ").partition("/")
    return (name if name in _WITHOUT_ARTICLE else f"the {name}") + (f" ({further})" if further else "")


def _said(edition: Edition, value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: title_of(edition, one) if key in _OFFICES and isinstance(one, str) else _said(edition, one)
            for key, one in value.items()
        }
    return [_said(edition, one) for one in value] if isinstance(value, list) else value
