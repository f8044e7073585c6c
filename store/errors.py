"""Store: what it refuses, by name. Each message is a sentence that says what to do next."""


class StoreError(Exception):
    """The store refuses, and nothing has changed."""


class KeyReused(StoreError):
    """The same message id came with another content."""


class UnknownMessage(StoreError):
    """No message of this id was received."""


class RecordGap(StoreError):
    """Rows are missing between what the record holds and what is to be appended."""


class RecordDiffers(StoreError):
    """The record already holds another row at this place; it is never overwritten."""


class BadCursor(StoreError):
    """The cursor is not one that a list has given out."""


class Changed(StoreError):
    """Somebody else has changed it since it was read."""


class UnknownPerson(StoreError):
    """The directory names a person whom it does not hold."""


class UnknownAgency(StoreError):
    """The directory names an agency that it does not hold."""


class StillInOffice(StoreError):
    """A person cannot leave while an agency depends on them."""


class DuplicateId(StoreError):
    """Two entries of the directory have the same id."""


class AlreadyClosed(StoreError):
    """The day is already entered as closed."""


class AlreadyCalled(StoreError):
    """A CRG meeting of that day is already called: move that one, or cancel it."""


class AlreadyHeld(StoreError):
    """The CRG meeting was held and its record is kept: amend the record where it is wrong."""


class MeetingCancelled(StoreError):
    """The CRG meeting is cancelled: call another."""


class MeetingInThePast(StoreError):
    """A CRG meeting cannot be moved to a time that has passed: name one to come, or cancel the meeting."""


class MeetingFarOff(StoreError):
    """A CRG meeting cannot be set for a day so far off: check the year."""


class NothingMoved(StoreError):
    """The CRG meeting is set for that time and place already: there is nothing to do."""


class NoRecordYet(StoreError):
    """The CRG meeting has no record that could be amended: record first that it was held."""


class NotHeldYet(StoreError):
    """A CRG meeting is recorded as held before it begins."""


class UnknownMeeting(StoreError):
    """No CRG meeting is known under that id."""


class NotClosed(StoreError):
    """The day is not entered as closed. GET /v1/calendar/closures lists the days that are."""


class AlreadyTakenBack(StoreError):
    """The day was entered as closed and has been taken back: there is nothing left to do."""
