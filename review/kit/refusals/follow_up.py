"""Refusals of what follows a review: handovers and actions (G-10, G-11, K-10)."""

from review.kit.refusals.base import NotNow, NotRight, NotYours, Refusal


class UnknownHandover(Refusal, NotRight):
    sentence = "No findings were handed over under {handover}. Use the id that the handover was given."


class NotYourHandover(Refusal, NotYours):
    sentence = "You are not asked to answer {handover}. The sub-group it went to can, or the Business Unit for it."


class SubGroupNotNamed(Refusal, NotRight):
    sentence = "The directory has several sub-groups ({sub_groups}). Name the one that the findings go to."


class NoSubGroup(Refusal, NotRight):
    sentence = (
        "{person} does not answer for a sub-group. Name one that has this office in the directory, or leave it out."
    )


class UnknownAction(Refusal, NotRight):
    sentence = "No action is set under {action}. Use the id that it was given."


class ActionClosed(Refusal, NotNow):
    sentence = "The CRG has agreed to close {action}. Set another action where more is to be done."


class ActionWithoutEvidence(Refusal, NotNow):
    sentence = "{action} cannot be closed yet: there is no evidence. Record its progress with evidence first."


class UnknownRecommendation(Refusal, NotRight):
    sentence = "The agreed report makes {number} recommendations. Name one of them by its number."


class NotYourAction(Refusal, NotYours):
    sentence = "You do not own {action}. Its owner, the Business Unit or a member of the CRG can record its progress."
