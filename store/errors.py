"""Store: what it refuses, by name. Each message is a sentence that says what to do next."""

from typing import ClassVar

from review.kit.refusals import ChangedMeanwhile, NotNow, NotRight, NotThere, NotYours, Refused


class StoreError(Refused):
    """The store refuses, and nothing has changed. `field`: of what was sent, where one alone stands in the way."""

    field: ClassVar[str] = ""


class KeyReused(StoreError, NotRight):
    """The same message id came with another content."""


class UnknownMessage(StoreError, NotThere):
    """No message of this id was received."""


class MomentGap(StoreError, NotNow):
    """A moment of a case is handed in before the one before it."""


class StoreAhead(StoreError, NotNow):
    """The store has more of a case than the run that writes: the engine was set back."""


class AnotherCase(StoreError, NotNow):
    """Under this reference the store holds a case that another message opened: the workflow is of another time."""


class NotOurAnchor(StoreError, NotRight):
    """The file is no anchor that was signed with one of our keys."""


class BadCursor(StoreError, NotRight):
    """The cursor is not one that a list has given out."""


class Changed(StoreError, ChangedMeanwhile):
    """Somebody else has changed it since it was read."""


class UnknownPerson(StoreError, NotRight):
    """The directory names a person whom it does not hold."""


class UnknownAgency(StoreError, NotRight):
    """The directory names an agency that it does not hold."""


class NothingToConfirm(StoreError, NotNow):
    """No change of this person waits to be confirmed, or another one does by now."""


class OwnChange(StoreError, NotYours):
    """The person who made a change cannot confirm it."""


class StillInOffice(StoreError, NotNow):
    """A person cannot leave while an agency depends on them."""


class DuplicateId(StoreError, NotRight):
    """Two entries of the directory have the same id."""


class AlreadyClosed(StoreError, NotNow):
    """The day is already entered as closed."""

    field = "day"


class AlreadyCalled(StoreError, NotNow):
    """A CRG meeting of that day is already called: move that one, or cancel it."""

    field = "starts_at"


class AlreadyHeld(StoreError, NotNow):
    """The CRG meeting was held and its record is kept: amend the record where it is wrong."""


class MeetingCancelled(StoreError, NotNow):
    """The CRG meeting is cancelled: call another."""


class MeetingInThePast(StoreError, NotRight):
    """A CRG meeting cannot be moved to a time that has passed: name one to come, or cancel the meeting."""

    field = "starts_at"


class MeetingFarOff(StoreError, NotRight):
    """A CRG meeting cannot be set for a day so far off: check the year."""

    field = "starts_at"


class NothingMoved(StoreError, NotNow):
    """The CRG meeting is set for that time and place already: there is nothing to do."""

    field = "starts_at"


class NoRecordYet(StoreError, NotNow):
    """The CRG meeting has no record that could be amended: record first that it was held."""


class NotHeldYet(StoreError, NotRight):
    """A CRG meeting is recorded as held before it begins."""


class UnknownMeeting(StoreError, NotThere):
    """No CRG meeting is known under that id."""


class NotClosed(StoreError, NotThere):
    """The day is not entered as closed. GET /v1/calendar/closures lists the days that are."""


class AlreadyTakenBack(StoreError, NotNow):
    """The day was entered as closed and has been taken back: there is nothing left to do."""


class PayloadMissing(StoreError, NotNow, LookupError):
    """The engine refers to a large payload that the store does not hold: the store is older than the engine."""
