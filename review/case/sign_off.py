"""Sign-off rounds: named people approve exactly one version of one document (§2, D-8, R-11).

One mechanism for every sign-off of the protocol.
"""

from enum import StrEnum

from pydantic import AwareDatetime

from calendar_rules.model import Model
from review.facts import DocumentRef
from review.facts.directory import Cast, Member, Role
from review.facts.enums import Verdict


class RoundStatus(StrEnum):
    """How a round stands."""

    OPEN = "open"
    APPROVED = "approved"
    SENT_BACK = "sent back"
    SUPERSEDED = "superseded by a newer version"
    STOPPED = "stopped with the case"
    ANSWERED = "answered by all"  # early comment, which is no approval (K-7)
    CLOSED = "closed by the CRG"  # which waits no longer for early comment


class SignatureRequest(Model):
    """One officer who is asked, and what became of it."""

    capacity: str  # for which partner: "health", its second officer "health.2"; else "crg-chair", "agency-police"
    officer: str
    attempt: int = 1  # counts up when another officer takes over
    received_at: AwareDatetime | None = None
    deputies: list[str] = []  # asked after silence
    verdict: Verdict | None = None
    given_by: str | None = None
    given_at: AwareDatetime | None = None
    as_deputy: bool = False
    comments: str = ""
    commented: bool = False  # an early comment, or the word that there is none
    reissued: bool = False  # asked again after the round was stopped and reopened
    stand_in: bool = False  # there is no accountable officer: a deputy is asked in the officer's place
    delegate: bool = False  # the officer asked is the delegate of an accountable officer (B-11)
    on_behalf_of: str = ""  # for whom the person who has answered acts: one who is away, or has delegated

    @property
    def answered(self) -> bool:
        return self.verdict is not None or self.commented

    def office(self, *, deputy: bool = False) -> str:
        """The capacity as mails and documents give it."""
        return office(self.capacity, deputy=deputy, delegate=self.delegate)

    def may_sign(self, person: str) -> bool:
        return person == self.officer or person in self.deputies


class Round(Model):
    """One round over one version. A new version voids it and starts another."""

    id: str
    title: str
    document: DocumentRef
    opened_at: AwareDatetime
    asks: list[SignatureRequest]
    status: RoundStatus = RoundStatus.OPEN
    for_comment: bool = False  # asks for early comment: comments or none, and no approval (K-7)
    stopped_why: str = ""  # why it was stopped, where it was
    step: str = ""  # where one version passes through several rounds: which of them this is
    then: str = ""  # what happens when all have approved, in a sentence; empty: submission to the Panel
    entry: str = ""  # of an entry that the round makes good, not of a draft: its key

    @property
    def open(self) -> bool:
        return self.status is RoundStatus.OPEN

    @property
    def of_the_crg(self) -> bool:
        """Whether the CRG Chair agrees the draft report for the CRG, before the officers sign (R-16)."""
        return self.step == CRG_AGREES

    @property
    def what(self) -> str:
        """What is asked for, as the record has it."""
        asked = (
            "Early comment on" if self.for_comment else "The CRG's agreement to" if self.of_the_crg else "Sign-off of"
        )
        return f"{asked} {self.title}, version {self.document.version}"

    def ask_of(self, person: str, capacity: str = "") -> SignatureRequest | None:
        """The ask that this person answers: for the partner named, else their own, else as deputy.

        One who is asked for two partners must name the second: a repeated click never signs for another partner.
        """
        own = [ask for ask in self.asks if ask.officer == person]
        asks = own + [ask for ask in self.asks if person in ask.deputies]
        return next((ask for ask in asks if capacity in ("", ask.capacity)), None)

    def ask_for(self, capacity: str) -> SignatureRequest:
        return next(ask for ask in self.asks if ask.capacity == capacity)

    def settle(self) -> None:
        """Sent back as soon as one sends it back; approved when every capacity has approved."""
        if any(ask.verdict is Verdict.SEND_BACK for ask in self.asks):
            self.status = RoundStatus.SENT_BACK
        elif self.for_comment:
            self.status = RoundStatus.ANSWERED if all(ask.answered for ask in self.asks) else self.status
        elif all(ask.verdict is Verdict.APPROVE for ask in self.asks):
            self.status = RoundStatus.APPROVED


CRG_AGREES = "crg-draft"  # the step of a round in which the CRG Chair agrees the draft report
CHAIRS = (Role.CRG_CHAIR, Role.INDEPENDENT_CHAIR)
_OF_AN_AGENCY = "agency-"
_FURTHER = "."  # before the number of a partner's further officer: "police.2"
_ORDINALS = {"2": "second", "3": "third", "4": "fourth", "5": "fifth"}


def for_agency(agency: str) -> str:
    """The capacity in which an agency's senior officer signs."""
    return f"{_OF_AN_AGENCY}{agency}"


def agency_of(capacity: str) -> str | None:
    """The agency whose senior officer signs in this capacity; None for partners and chairs."""
    return capacity.removeprefix(_OF_AN_AGENCY) if capacity.startswith(_OF_AN_AGENCY) else None


def partner_of(capacity: str) -> str:
    """For which partner: that of "police.2", too, in which its second accountable officer signs."""
    return capacity.partition(_FURTHER)[0]


def _further(capacity: str) -> str:
    """ "second officer"; empty for the first."""
    number = capacity.partition(_FURTHER)[2]
    return f"{_ORDINALS.get(number, f'number {number}')} officer" if number else ""


def of_a_partner(capacity: str) -> bool:
    """Whether an accountable officer signs in it, who has nominated deputies."""
    return capacity not in CHAIRS and agency_of(capacity) is None


def office(capacity: str, *, deputy: bool = False, delegate: bool = False) -> str:
    """The capacity as mails and documents give it: "accountable-officer:health", "senior-officer:police"."""
    if of_a_partner(capacity):
        further = f"/{which.replace(' ', '-')}" if (which := _further(capacity)) else ""
        role = Role.DEPUTY if deputy else Role.DELEGATE if delegate else Role.ACCOUNTABLE_OFFICER
        return f"{role}:{partner_of(capacity)}{further}"
    return f"senior-officer:{agency}" if (agency := agency_of(capacity)) else capacity


def in_words(capacity: str) -> str:
    """ "the CRG Chair", "the senior officer of police", "the local authority"."""
    if capacity in CHAIRS:
        return {Role.CRG_CHAIR: "the CRG Chair", Role.INDEPENDENT_CHAIR: "the Independent Chair"}[Role(capacity)]
    if agency := agency_of(capacity):
        return f"the senior officer of {agency}"
    partner = partner_of(capacity).replace("-", " ")
    further = f" ({which})" if (which := _further(capacity)) else ""
    return f"{partner}{further}" if partner == "health" else f"the {partner}{further}"


VACANT = "vacant-office"  # stands for the officer where nobody holds the office


def signatories(cast: Cast, capacity: str) -> list[str]:
    """Who signs for a partner: its accountable officers, or, where there is none, its deputies."""
    return accountable(cast, capacity) or deputies(cast, capacity)


def seats(cast: Cast, capacities: list[str], *, each: bool) -> dict[str, str]:
    """Who is asked in which capacity (R-11). `each`: every accountable officer of a partner, the second one in a
    capacity such as "police.2"; else the first alone. A partner that has none is signed for by a deputy.
    """
    found: dict[str, str] = {}
    for capacity in capacities:
        officers = accountable(cast, capacity) if each and of_a_partner(capacity) else []
        people = officers or [next(iter(signatories(cast, capacity)), VACANT)]
        found |= {numbered(partner_of(capacity), number): person for number, person in enumerate(people, 1)}
    return found


def numbered(capacity: str, number: int) -> str:
    return capacity if number == 1 else f"{capacity}{_FURTHER}{number}"


def accountable(cast: Cast, capacity: str) -> list[str]:
    """Who signs in a capacity in their own right: a partner's officer, a chair, an agency's senior officer (K-7)."""
    if capacity in CHAIRS:
        return cast.holders(Role(capacity))
    if agency := agency_of(capacity):
        known = cast.agency(agency)
        return [known.senior_officer] if known else []
    return _holders(cast, Role.ACCOUNTABLE_OFFICER, capacity)


def signs_for_another(cast: Cast, capacity: str) -> bool:
    """Whether the person asked first signs for somebody else: there is no officer, or the officer is on leave."""
    own = accountable(cast, capacity)
    member = cast.person(own[0]) if own else None
    return not own or (of_a_partner(capacity) and member is not None and Role.ACCOUNTABLE_OFFICER in member.stands_in)


def is_delegate(cast: Cast, person: str) -> bool:
    """Whether somebody acts as an accountable officer's delegate in this case (B-11)."""
    member = cast.person(person)
    acts = member is not None and {Role.DELEGATE, Role.ACCOUNTABLE_OFFICER} <= set(member.roles)
    return bool(acts and member and Role.ACCOUNTABLE_OFFICER in member.instead_of)


def on_behalf_of(cast: Cast, person: str, capacity: str) -> str:
    """For whom somebody answers who is not the office's own holder: who is away, or has delegated; empty for no one."""
    member = cast.person(person)
    if capacity in CHAIRS:
        role = Role(capacity)
    else:
        role = Role.ACCOUNTABLE_OFFICER if of_a_partner(capacity) else Role.AGENCY
    return member.instead_of.get(role, "") if member else ""


def deputies(cast: Cast, capacity: str) -> list[str]:
    return _holders(cast, Role.DEPUTY, capacity)


def vacant(cast: Cast, capacities: list[str]) -> list[str]:
    """The partners for whom nobody can sign."""
    return [capacity for capacity in capacities if not signatories(cast, capacity)]


def _holders(cast: Cast, role: Role, capacity: str) -> list[str]:
    """Of a partner, or of one council where each signs: "local-authority-northmoor"."""
    partner = partner_of(capacity)
    return [who.id for who in cast.people if role in who.roles and partner in (who.partner, council_of(who))]


def council_of(who: Member) -> str | None:
    """The capacity of a council's officer or deputy, where several councils sign."""
    return f"{who.partner}-{who.council}" if who.partner and who.council else None
