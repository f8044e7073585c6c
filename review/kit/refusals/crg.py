"""Refusals of the CRG's work beside the reviews: who is involved, other processes, concerns (G-1, G-6, G-7)."""

from review.kit.refusals.base import NotNow, NotRight, Refusal


class NobodyOfTheCrg(Refusal, NotRight):
    sentence = "Nobody from the CRG is among those who attended. Name its Chair or the members who were there."


class NobodyInvited(Refusal, NotRight):
    sentence = "Nobody is invited under {person}. Record the invitation first, or use the id that it was given."


class UnknownProcess(Refusal, NotRight):
    sentence = "No process is linked under {process}. Link it first, or use the id that it was given."


class ProcessNotNamed(Refusal, NotRight):
    sentence = "Enter what the other process is called."


class NothingLearned(Refusal, NotRight):
    sentence = "Enter what was learned from the process that has ended, or why nothing was."


class NobodyToEscalateTo(Refusal, NotNow):
    sentence = "Nobody holds the office of the named officer for concerns. Enter one in the directory first."


class UnknownConcern(Refusal, NotRight):
    sentence = "No concern is escalated under {concern}. Use the id that it was given."
