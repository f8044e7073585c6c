"""Refusals that any fact can meet: not now, not of this time, not yours to say, of nobody who is known."""

from review.kit.refusals.base import NotNow, NotRight, NotYours, Refusal


class NotYet(Refusal, NotNow):
    sentence = "This step comes later: {because}."


class AlreadyRecorded(Refusal, NotNow):
    sentence = "{what} is already recorded. If it is wrong, send a correction that names it."


class CaseEnded(Refusal, NotNow):
    sentence = "The case has ended ({stage}). Corrections are still taken; for anything else reopen the case first (case-reopened)."


class InTheFuture(Refusal, NotRight):
    sentence = "{what} lies in the future ({when}). Give when it happened, or record it once it has."


class BeforeTheIncident(Refusal, NotRight):
    sentence = "{what} ({when}) lies before {earlier} ({earlier_when}). Check both times."


class TimeInThePast(Refusal, NotRight):
    sentence = "{what} ({when}) has already passed. Give a time to come."


class BeyondTheCalendar(Refusal, NotRight):
    sentence = "{what} lies outside the years that this case's calendar covers ({first} to {last}). Check the year."


class NotYourRole(Refusal, NotYours):
    sentence = "{what} is for {roles}. Ask one of them, or sign in with that office."


class UnknownAgency(Refusal, NotRight):
    sentence = "No agency is known as {agency}. Choose one of the directory, or add it there first."


class UnknownPerson(Refusal, NotRight):
    sentence = (
        "Nobody in the directory is known as {person}. Choose somebody of the directory, or add them there first."
    )


class UnknownChild(Refusal, NotRight):
    sentence = "No child of this case is known as {child}. Use the child's id as it stands in the case."


class UnknownOfTheFamily(Refusal, NotRight):
    sentence = "Nobody of this case is known as {person}. Choose a child or somebody of the family, or add them to the case first."


class UnknownMessage(Refusal, NotRight):
    sentence = "Nothing in this case was recorded under {message}. Take the id from the case's record."


class WrongAgency(Refusal, NotYours):
    sentence = "You do not speak for {agency}. Its safeguarding lead or senior officer, or the Business Unit, can."


class DayHasPassed(Refusal, NotRight):
    sentence = "{day} has passed. A closure or bank holiday can only be entered for today or a day to come."


class NoAddressOutside(Refusal, NotNow):
    sentence = (
        "The directory holds no address of the office {office}. Add one, or record that it was told by other means."
    )
