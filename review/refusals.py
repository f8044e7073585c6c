"""Every refusal there is, each with its sentence for the person.

Room: review. They know neither HTTP nor Temporal: one adapter on each side translates, and a test keeps the two complete.
"""

from typing import Any, ClassVar


class Refusal(Exception):
    """A fact that cannot be taken. `sentence` says why and what to do next; `fields` names what in the body is wrong."""

    sentence: ClassVar[str] = "This cannot be recorded."

    def __init__(self, *, fields: dict[str, str] | None = None, **words: Any) -> None:
        self.fields = fields or {}
        self.text = self.sentence.format(**words)
        super().__init__(self.text)

    @classmethod
    def name(cls) -> str:
        """Stable kebab-case name; the tail of the problem type."""
        return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in cls.__name__).lstrip("-")

    def as_dict(self) -> dict[str, Any]:
        return {"type": self.name(), "detail": self.text, "fields": self.fields}


class NotYet(Refusal):
    sentence = "This step comes later: {because}."


class AlreadyRecorded(Refusal):
    sentence = "{what} is already recorded. If it is wrong, send a correction that names it."


class CaseEnded(Refusal):
    sentence = "The case has ended ({stage}). Corrections are still taken; for anything else reopen the case first (case-reopened)."


class InTheFuture(Refusal):
    sentence = "{what} lies in the future ({when}). Give when it happened, or record it once it has."


class BeforeTheIncident(Refusal):
    sentence = "{what} ({when}) lies before {earlier} ({earlier_when}). Check both times."


class TimeInThePast(Refusal):
    sentence = "{what} ({when}) has already passed. Give a time to come."


class BeyondTheCalendar(Refusal):
    sentence = "{what} lies outside the years that this case's calendar covers ({first} to {last}). Check the year."


class NotYourRole(Refusal):
    sentence = "{what} is for {roles}. Ask one of them, or sign in with that office."


class UnknownAgency(Refusal):
    sentence = "No agency is known as {agency}. Choose one of the directory, or add it there first."


class UnknownPerson(Refusal):
    sentence = (
        "Nobody in the directory is known as {person}. Choose somebody of the directory, or add them there first."
    )


class UnknownChild(Refusal):
    sentence = "No child of this case is known as {child}. Use the child's id as it stands in the case."


class UnknownMessage(Refusal):
    sentence = "Nothing in this case was recorded under {message}. Take the id from the case's record."


class AgencyNotAsked(Refusal):
    sentence = "{agency} has not been asked for a return in this case. Add it to the request first."


class AgencyAlreadyAsked(Refusal):
    sentence = "{agency} is already asked for a return in this case."


class WrongAgency(Refusal):
    sentence = "You do not speak for {agency}. Its safeguarding lead or senior officer, or the Business Unit, can."


class ExpectedAgencyUnexplained(Refusal):
    sentence = "Expected agencies are neither asked nor explained: {agencies}. Ask each, or say why it is left out."


class ReturnsClosed(Refusal):
    sentence = "The rapid review meeting has been held; {agency}'s return can no longer be replaced. Send a correction to the Business Unit."


class PartnersNotAgreed(Refusal):
    sentence = "The DCS and the Chief Executive have not both agreed to notify. Record both views first."


class BothMustDecline(Refusal):
    sentence = "An incident is closed as not notified only when both the DCS and the Chief Executive say so. Record both views first."


class NoChildInCareDied(Refusal):
    sentence = "No child in care has died in this case, so {authority} need not be told under this duty."


class DraftIncomplete(Refusal):
    sentence = "The draft cannot go for sign-off yet. Still missing: {missing}."


class UnknownVersion(Refusal):
    sentence = "There is no version {version} of this document. The latest is {latest}."


class NotTheLatestVersion(Refusal):
    sentence = "Version {version} is not the latest; only version {latest} can go on."


class AuthorDidNotAttend(Refusal):
    sentence = "The author, {author}, is not among those who attended the rapid review meeting. An author must have attended (§2)."


class AuthorDidNotReadReturns(Refusal):
    sentence = "The author, {author}, has not read every return. Still unread: {unread}."


class OutsideAuthorUnexplained(Refusal):
    sentence = "An outside author is the exception: give the reason (§2)."


class ChairDoesNotSupport(Refusal):
    sentence = (
        "The report is prepared with the CRG Chair's support: record that the Chair supports this author's draft."
    )


class AuthorNotOfTheBusinessUnit(Refusal):
    sentence = "{author} holds no office of the Business Unit. Name its manager or one of its staff, or record an outside author with the reason (§2)."


class NobodyToSign(Refusal):
    sentence = "Nobody can sign for {partners}: the directory knows neither an accountable officer nor a deputy. Enter one there first."


class RoundOpen(Refusal):
    sentence = "Version {version} is out for sign-off. Wait for every officer's answer, or for one to send it back."


class NotAskedToSign(Refusal):
    sentence = "You are not asked to sign {document} version {version}. The officer asked, or a deputy once asked, can."


class NotYourSignature(Refusal):
    sentence = "You cannot sign in the name of {officer}: each officer signs for themselves. Sign in as that officer, or ask them to use the link in their email."


class AlreadySigned(Refusal):
    sentence = "The sign-off of {document} version {version} for {capacity} has been given already, on {when}."


class WrongVersion(Refusal):
    sentence = "The sign-off names another version than the one that is asked for. Open the latest link: a sign-off holds for exactly one version."


class RoundClosed(Refusal):
    sentence = "This round of sign-off is over ({status}). Open the latest link."


class CommentsMissing(Refusal):
    sentence = "Say what should change: a draft is sent back with comments."


class SubmissionWithoutApproval(Refusal):
    sentence = "Version {version} has not been approved by every accountable officer; only an approved version can be submitted."


class NoAddressOfThePanel(Refusal):
    sentence = "The directory holds no address of the Panel. Add it (office: panel), or record that the submission has gone by other means."


class DifferenceUnexplained(Refusal):
    sentence = "The decision differs from the recommendation ({recommended}): give the reason for the difference."


class NationalPartMissing(Refusal):
    sentence = "For a national review, say whether local work stops or assists."


class NotPaused(Refusal):
    sentence = "The case is not paused."


class AlreadyPaused(Refusal):
    sentence = "The case is already paused, since {since}."


class CannotBeMerged(Refusal):
    sentence = "The case cannot be merged with {into}: {because}."


class CannotBeCorrected(Refusal):
    sentence = "{what} cannot be corrected or taken back: {because}."


class WrongKindOfCorrection(Refusal):
    sentence = "A correction replaces like with like: what was recorded is {was}, what is sent is {sent}."


class NothingToRetry(Refusal):
    sentence = "No failed duty is known as {duty}. Take the id from the case's failed duties."


class UnknownNotification(Refusal):
    sentence = "The edition of this case knows no notification of the kind {notification}. Choose one of: {known}."


class NoRapidReview(Refusal):
    sentence = (
        "No rapid review follows this kind of notification ({notification}). Where the kind is wrong, "
        "correct the notification; else nothing more is to be recorded of a rapid review."
    )


class ReturnsInOneStep(Refusal):
    sentence = "The edition of this case, {edition}, asks for returns in one step. Send the agency's return."


class SameEdition(Refusal):
    sentence = "The case cannot be moved to this edition ({edition}). Name another edition that GET /v1/editions lists."


# --- referrals, information requests, learning reviews, merging and reopening ---


class NothingToConsider(Refusal):
    sentence = "The CRG has nothing to consider here: {because}."


class ReferralComplete(Refusal):
    sentence = "The referral lacks nothing. If something in it is wrong, send a correction that names it."


class NothingLacking(Refusal):
    sentence = "Say what this version lacks: findings are sent back with a list."


class NobodyOfTheCrg(Refusal):
    sentence = "Nobody of the CRG is among those who attended. Name its Chair or the members who were there."


class AgenciesAskedAlready(Refusal):
    sentence = "The agencies have been asked already. To ask another as well, record that it is added (agency-added)."


class DutyNotCarried(Refusal):
    sentence = (
        "Still to be met here, and nothing pauses it: {duties}. Meet it first, or name it in carried: "
        "then {into} carries it."
    )


class MergedIntoItself(Refusal):
    sentence = "A case cannot be merged with itself. Give the reference of the case in which it goes on."


class CannotBeReopened(Refusal):
    sentence = "The case cannot be reopened: {because}."


class DayHasPassed(Refusal):
    sentence = "{day} has passed. A closure or bank holiday can only be entered for today or a day to come."


# --- practice reviews ---


class PracticeReviewNotDecided(Refusal):
    sentence = "No practice review has been decided on in this case. Record the partners' decision first."


class UnknownCandidate(Refusal):
    sentence = "No candidate of this tender is known as {candidate}. Use the id under which the candidate was entered."


class CandidateOut(Refusal):
    sentence = "{candidate} is excluded and no longer in the running."


class CandidatesNotScored(Refusal):
    sentence = "Every candidate is scored on every criterion before one is selected (§7). Still missing: {missing}."


class ConflictUnresolved(Refusal):
    sentence = "A conflict of interest is not resolved: {candidates}. Record how it is resolved, or exclude the candidate (§7)."


class NotTheSelectedCandidate(Refusal):
    sentence = "The reviewer who was selected and signed off is {selected}. Name that candidate."


class DayRateDiffers(Refusal):
    sentence = "The day rate that was tendered and signed off is {tendered} pounds. Give that rate, or the reason for another (rate_reason)."


class DaysBeyondTheMaximum(Refusal):
    sentence = "Only {left} of the contract's {maximum} days are left. Agree more days as the contract lays down, and record it first."


class UnknownMilestone(Refusal):
    sentence = "No milestone is known as {milestone}. Set it first."


class NotSound(Refusal):
    sentence = "Version {version} lacks what the report must contain: {missing}. Send it back with the list (§7)."


class LacksNotNamed(Refusal):
    sentence = "Name what the version lacks: it goes back with the list."


class SoundAndLacking(Refusal):
    sentence = (
        "A version is sound, or it lacks something: send sound with an empty list, or send it back with the list."
    )


class NotAssured(Refusal):
    sentence = (
        "Version {version} has not been found sound by the CRG. Record the quality assurance of this version first."
    )


class NotAskedToComment(Refusal):
    sentence = "{person} is not asked for an early comment. The accountable officers or their deputies, and the Independent Chair, are."


class NoCommentGiven(Refusal):
    sentence = "Give your comments, or say that you have read the draft and have none (nothing_to_add)."


class CommentAsked(Refusal):
    sentence = "You are asked for early comment, which is no sign-off. Send early-comment-given; you are asked to sign the final draft later."


class InvolvementOpen(Refusal):
    sentence = "The final report cannot be signed off yet. Still open: {who}. Record the contribution, or why there is none; and of children and family whether an advocate was considered (§7)."


class PlanWithoutManagers(Refusal):
    sentence = "The plan is made with the senior managers of the agencies affected. Nobody is named for: {agencies}."


class PublicationUnexplained(Refusal):
    sentence = "It was decided not to publish this report. Give the reasons why it is published after all (reasons)."


class AdvanceCopiesMissing(Refusal):
    sentence = "Advance copies go out first. Not yet recorded for: {recipients}."


class AdvanceCopiesTooLate(Refusal):
    sentence = "Advance copies go out at least {length} before publication. The earliest day is {earliest}."


class PublicationBeforeThePlan(Refusal):
    sentence = "The publication is planned for {planned}. Record a new plan first if it is to be earlier."


class NoAddressOutside(Refusal):
    sentence = (
        "The directory holds no address of the office {office}. Add one, or record that it was told by other means."
    )


class NotAnExtension(Refusal):
    sentence = "The review is due by {due} already. Give a later day."


# --- involvement, the CRG, actions ---


class NobodyInvited(Refusal):
    sentence = "Nobody is invited under {person}. Record the invitation first, or use the id that it was given."


class UnknownProcess(Refusal):
    sentence = "No process is linked under {process}. Link it first, or use the id that it was given."


class NobodyToEscalateTo(Refusal):
    sentence = "Nobody holds the office of the named officer for concerns (escalation-officer). Enter one in the directory first."


class UnknownConcern(Refusal):
    sentence = "No concern is escalated under {concern}. Use the id that it was given."


class UnknownHandover(Refusal):
    sentence = "No findings were handed over under {handover}. Use the id that the handover was given."


class UnknownAction(Refusal):
    sentence = "No action is set under {action}. Use the id that it was given."


class ActionClosed(Refusal):
    sentence = "The CRG has agreed to close {action}. Set another action where more is to be done."


class ActionWithoutEvidence(Refusal):
    sentence = "{action} cannot be closed yet: there is no evidence. Record its progress with evidence first."


class UnknownRecommendation(Refusal):
    sentence = "The agreed report makes {number} recommendations. Name one of them by its number."


class NotYourAction(Refusal):
    sentence = "You do not own {action}. Its owner, the Business Unit or a member of the CRG can record its progress."


def all_refusals() -> list[type[Refusal]]:
    """Every refusal, by name."""
    return sorted(Refusal.__subclasses__(), key=lambda kind: kind.name())


def refusal_names() -> set[str]:
    return {kind.name() for kind in all_refusals()}
