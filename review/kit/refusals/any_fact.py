"""Refusals that any fact can meet: not now, not of this time, not yours to say, of nobody who is known."""

from review.kit.refusals.base import NotNow, NotRight, NotYours, Refusal


class NotYet(Refusal, NotNow):
    sentence = "This step comes later: {because}."


class AlreadyRecorded(Refusal, NotNow):
    sentence = "{what} is already recorded. If it is wrong, send a correction that names it."


class CaseEnded(Refusal, NotNow):
    sentence = "The case has ended ({stage}). Corrections are still taken; for anything else reopen the case first."


class InTheFuture(Refusal, NotRight):
    sentence = "{what} is in the future ({when}). Give when it happened, or record it once it has."


class BeforeTheIncident(Refusal, NotRight):
    sentence = "{what} ({when}) is before {earlier} ({earlier_when}). Check both times."


class TimeInThePast(Refusal, NotRight):
    sentence = "{what} ({when}) has already passed. Enter a time in the future."


class BeyondTheCalendar(Refusal, NotRight):
    sentence = "{what} is outside the years that this case's calendar covers ({first} to {last}). Check the year."


class NotYourRole(Refusal, NotYours):
    sentence = "{what} is only for {roles}. Ask one of them, or sign in with that office."


class UnknownAgency(Refusal, NotRight):
    sentence = "We cannot find the agency {agency}. Choose one from the directory, or add it there first."


class UnknownPerson(Refusal, NotRight):
    sentence = "We cannot find {person} in the directory. Choose somebody who is there, or add them first."


class UnknownChild(Refusal, NotRight):
    sentence = "We cannot find the child {child} in this case. Use the child's id as the case shows it."


class UnknownOfTheFamily(Refusal, NotRight):
    sentence = (
        "We cannot find {person} in this case. Choose a child or somebody of the family, or add them to the case first."
    )


class UnknownMessage(Refusal, NotRight):
    sentence = "We cannot find {message} in the record of this case. Use the id that the record shows."


class WrongAgency(Refusal, NotYours):
    sentence = "You do not speak for {agency}. Its safeguarding lead or senior officer, or the Business Unit, can."


class DayHasPassed(Refusal, NotRight):
    sentence = "{day} has passed. A closure or bank holiday can only be entered for today or later."


class NoWorkingDayAnyway(Refusal, NotRight):
    sentence = "{day} already is not a working day ({because}). There is nothing to enter."


class NoAddressOutside(Refusal, NotNow):
    sentence = (
        "The directory has no address for the office {office}. Add one, or record that it was told by other means."
    )
