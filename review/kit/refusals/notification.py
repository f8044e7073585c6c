"""Refusals of the notification, and of its kind (§1, B-1)."""

from review.kit.refusals.base import NotNow, NotRight, Refusal


class PartnersNotAgreed(Refusal, NotNow):
    sentence = "{who} must agree to notify the Panel before it is notified. Record the view of each of them first."


class BothMustDecline(Refusal, NotNow):
    sentence = "An incident is closed as not notified only when {who} say so. Record the view of each of them first."


class ViewNotAsked(Refusal, NotRight):
    sentence = "The edition of this case does not ask for the view of {officer}. Give the view of one of: {known}."


class WhichCouncil(Refusal, NotRight):
    sentence = "Several councils take part in this partnership. Enter the council in whose area the child is: {known}."


class UnknownCouncil(Refusal, NotRight):
    sentence = "The edition of this case does not know the council {council}. It knows: {known}."


class WhoseView(Refusal, NotRight):
    sentence = (
        "Several accountable officers act for {partner}, and each gives a view. Say whose this is: one of {known}."
    )


class NoChildInCareDied(Refusal, NotNow):
    sentence = "No death in this case has to be reported to {authority}: only that of a child in care and, in some editions, of a care leaver."


class UnknownNotification(Refusal, NotRight):
    sentence = "The edition of this case knows no notification of the kind {notification}. Choose one of: {known}."


class NoRapidReview(Refusal, NotNow):
    sentence = (
        "No rapid review follows this kind of notification ({notification}). Where the kind is wrong, "
        "correct the notification; else nothing more is to be recorded of a rapid review."
    )
