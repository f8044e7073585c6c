"""Refusals of a document that is signed: its versions, who is asked, each round of sign-off (R-11)."""

from review.kit.refusals.base import NotNow, NotRight, NotYours, Refusal


class DraftIncomplete(Refusal, NotNow):
    sentence = "The draft cannot go for sign-off yet. Still missing: {missing}."


class UnknownVersion(Refusal, NotRight):
    sentence = "There is no version {version} of this document. The latest is {latest}."


class NotTheLatestVersion(Refusal, NotNow):
    sentence = "Version {version} is not the latest; only version {latest} can go on."


class NobodyToSign(Refusal, NotNow):
    sentence = "Nobody can sign for {partners}: the directory knows neither an accountable officer nor a deputy. Enter one there first."


class RoundOpen(Refusal, NotNow):
    sentence = "Version {version} is out for sign-off. Wait for every officer's answer, or for one to send it back."


class NotAskedToSign(Refusal, NotYours):
    sentence = "You are not asked to sign {document} version {version}. The officer asked, or a deputy once asked, can."


class NotYourSignature(Refusal, NotYours):
    sentence = "You cannot sign in the name of {officer}: each officer signs for themselves. Sign in as that officer, or ask them to use the link in their email."


class NotYourReading(Refusal, NotYours):
    sentence = "Only {reader} or the Business Unit can record what {reader} has read. Record your own reading."


class NotYourComment(Refusal, NotYours):
    sentence = "You cannot comment in the name of {person}. Sign in as that person, or ask the Business Unit to enter it for them."


class AlreadySigned(Refusal, NotNow):
    sentence = "The sign-off of {document} version {version} for {capacity} has been given already, on {when}."


class WrongVersion(Refusal, NotNow):
    sentence = "The sign-off names another version than the one that is asked for. Open the latest link: a sign-off holds for exactly one version."


class RoundClosed(Refusal, NotNow):
    sentence = "This round of sign-off is over ({status}). Open the latest link."


class CommentsMissing(Refusal, NotRight):
    sentence = "Enter what should change: a draft is sent back with comments."


class AgreementAsked(Refusal, NotNow):
    sentence = "The CRG Chair is asked to agree this draft for the CRG, which is not a sign-off. Agree it or send it back for the CRG instead."


class CommentAsked(Refusal, NotNow):
    sentence = "You are asked for early comment, which is not a sign-off. Give your comments; you will be asked to sign the final draft later."


class NotYourLink(Refusal, NotYours):
    sentence = "Only the person for whom a link was made can ask for it. Ask the Business Unit to send it again."


class NothingAskedByLink(Refusal, NotNow):
    sentence = "This link asks nothing of {person} now. The case's links show which can be sent again."
