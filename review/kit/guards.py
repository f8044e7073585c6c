"""Small guards that checks are made of: each refuses with the refusal that says what to do. Pure."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from calendar_rules.edition import Outsider
from calendar_rules.lengths import london
from review.case.state import CaseState
from review.facts.base import Child
from review.facts.directory import Role
from review.kit import refusals as no
from review.kit.notify import dated, moment

TOLERANCE = timedelta(minutes=5)  # clocks of other machines differ


def not_to_come(what: str, at: datetime, now: datetime, field: str) -> None:
    if at > now + TOLERANCE:
        raise no.InTheFuture(what=what, when=moment(at), fields={field: "must not lie in the future"})


def not_a_day_to_come(what: str, day: date, now: datetime, field: str) -> None:
    if day > london(now).date():
        raise no.InTheFuture(what=what, when=dated(day), fields={field: "must not lie in the future"})


def born_by(case: CaseState, children: Iterable[Child], now: datetime) -> None:
    """A child has been born on the day that is given; of one who is yet to be born none is given."""
    if case.rehearsal:  # which may be set years back, with the sample children of today
        return
    for number, child in enumerate(children):
        if child.born:
            not_a_day_to_come("The day of birth", child.born, now, f"children.{number}.born")


def not_before(what: str, at: datetime, earlier: str, earlier_at: datetime, field: str) -> None:
    if at < earlier_at:
        raise no.BeforeTheIncident(
            what=what,
            when=moment(at),
            earlier=earlier,
            earlier_when=moment(earlier_at),
            fields={field: f"must not lie before {earlier}"},
        )


def to_come(case: CaseState, what: str, at: datetime, now: datetime, field: str) -> None:
    if at < now - TOLERANCE:
        raise no.TimeInThePast(what=what, when=moment(at), fields={field: "must lie in the future"})
    in_calendar(case, what, london(at).date(), field)


def in_calendar(case: CaseState, what: str, day: date, field: str) -> None:
    """A day that deadlines can be counted from: the calendar reaches a good year past it."""
    if not case.calendar.first <= day <= case.calendar.last - timedelta(days=400):
        raise no.BeyondTheCalendar(
            what=what, first=case.calendar.first.year, last=case.calendar.last.year, fields={field: "check the year"}
        )


def day_to_come(case: CaseState, what: str, day: date, at: datetime, field: str) -> None:
    """A due day that people set: not before the day on which they set it."""
    if day < london(at).date():
        raise no.TimeInThePast(what=what, when=dated(day), fields={field: "must not lie in the past"})
    in_calendar(case, what, day, field)


def countable(case: CaseState, what: str, at: datetime, field: str) -> None:
    """A time that a deadline may run from: the case's calendar has begun by then."""
    if london(at).date() < case.calendar.first:
        in_calendar(case, what, london(at).date(), field)


def people(case: CaseState, people: Iterable[str], field: str) -> None:
    for person in people:
        if case.cast.person(person) is None:
            raise no.UnknownPerson(person=person, fields={field: f"{person} is not in the directory"})


def crg_among(case: CaseState, attended: Iterable[str]) -> None:
    """What the CRG decides or assures, somebody of the CRG was there for (§6)."""
    crg = {*case.cast.holders(Role.CRG_CHAIR), *case.cast.holders(Role.CRG_MEMBER)}
    if not crg & set(attended):
        raise no.NobodyOfTheCrg(fields={"attended": "name the CRG Chair or a member who was there"})


def agencies(case: CaseState, agencies: Iterable[str], field: str) -> None:
    for agency in agencies:
        if case.cast.agency(agency) is None:
            raise no.UnknownAgency(agency=agency, fields={field: f"{agency} is not in the directory"})


def addressed(case: CaseState, outsider: Outsider, field: str) -> None:
    """The directory holds an address of one outside the partnership, to whom the system mails (B-4, B-5)."""
    if not case.cast.holders(Role(outsider.value)):
        raise no.NoAddressOutside(office=outsider, fields={field: "true, where it was sent elsewhere"})


def needs(holds: object, because: str) -> None:
    if not holds:
        raise no.NotYet(because=because)


def once(held: object, what: str, *, field: str = "") -> None:
    """`field`: where an id was typed that something else of the case has."""
    if held:
        raise no.AlreadyRecorded(what=what, fields={field: "is in use already; choose another"} if field else {})
