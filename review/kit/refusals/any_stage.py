"""Refusals of what can be said at any stage: pauses, corrections, merging, reopening, editions (X-1, X-2)."""

from review.kit.refusals.base import NotNow, NotRight, Refusal


class NotPaused(Refusal, NotNow):
    sentence = "The case is not paused: there is nothing to resume."


class AlreadyPaused(Refusal, NotNow):
    sentence = "The case is already paused, since {since}. Resume it first."


class CannotBeMerged(Refusal, NotNow):
    sentence = "The case cannot be merged with {into}: {because}."


class CannotBeCorrected(Refusal, NotNow):
    sentence = "{what} cannot be corrected or taken back: {because}."


class WrongKindOfCorrection(Refusal, NotRight):
    sentence = "A correction replaces like with like: what was recorded is {was}, what is sent is {sent}."


class NothingToRetry(Refusal, NotRight):
    sentence = "We cannot find the failed duty {duty}. Use the id that the case shows."


class MailNotAsSent(Refusal, NotNow):
    sentence = "This email to {person} is a failed duty already, or has been sent again since."


class SameEdition(Refusal, NotNow):
    sentence = (
        "The case cannot be moved to this edition ({edition}). Choose another of the editions that are installed."
    )


class NoSuchMilestoneOfOurs(Refusal, NotNow):
    sentence = "The edition {edition} has no milestone {milestone}. It has: {known}."


class DutyNotCarried(Refusal, NotNow):
    sentence = (
        "Still to be met here, and nothing pauses it: {duties}. Meet it first, or list it as carried over: "
        "then {into} carries it."
    )


class WouldBeLost(Refusal, NotNow):
    sentence = "{into} cannot take up {what}. Finish it here first, or list it as staying behind."


class MergedIntoItself(Refusal, NotRight):
    sentence = "A case cannot be merged with itself. Give the reference of the case in which it goes on."


class CannotBeReopened(Refusal, NotNow):
    sentence = "The case cannot be reopened: {because}."


class NobodyToRemind(Refusal, NotNow):
    sentence = "Nobody can be reminded of {deadline}: {because}."


class RemindedLately(Refusal, NotNow):
    sentence = "A reminder of this was sent at {at}. Send another when an hour has passed."
