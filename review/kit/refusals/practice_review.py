"""Refusals of the practice review: tender, contract, report, early comment, publication (§7, K-1 to K-9)."""

from review.kit.refusals.base import NotNow, NotRight, NotYours, Refusal


class PracticeReviewNotDecided(Refusal, NotNow):
    sentence = "No practice review has been decided on in this case. Record the partners' decision first."


class MethodNotChosen(Refusal, NotNow):
    sentence = "Choose first how the review is carried out: by an independent reviewer, own staff, another partnership's staff or another recognised method (§7)."


class MethodNotNamed(Refusal, NotRight):
    sentence = "Enter the name of the method."


class DayRateMissing(Refusal, NotRight):
    sentence = "Enter the day rate that this candidate asks in the tender."


class PartnershipMissing(Refusal, NotRight):
    sentence = "Enter the partnership whose staff this is."


class NotATender(Refusal, NotNow):
    sentence = (
        "Only candidates of a tender are scored. Propose who is to carry out the review, with the reasons, instead."
    )


class NoContractForThisMethod(Refusal, NotNow):
    sentence = "Own staff, and another partnership's, carry out a review without a contract. The review began when the appointment was signed off."


class UnknownCandidate(Refusal, NotRight):
    sentence = "No candidate for this review is known as {candidate}. Use the id under which the candidate was entered."


class CandidateOut(Refusal, NotNow):
    sentence = "{candidate} is excluded and no longer in the running. Name another candidate."


class CandidatesNotScored(Refusal, NotNow):
    sentence = "Every candidate is scored on every criterion before one is selected (§7). Still missing: {missing}."


class ConflictUnresolved(Refusal, NotNow):
    sentence = "A conflict of interest is not resolved: {candidates}. Record how it is resolved, or exclude the candidate (§7)."


class NotTheSelectedCandidate(Refusal, NotRight):
    sentence = "The reviewer who was selected and signed off is {selected}. Name that candidate."


class DayRateDiffers(Refusal, NotRight):
    sentence = (
        "The day rate that was tendered and signed off is {tendered} pounds. Give that rate, or the reason for another."
    )


class DaysBeyondTheMaximum(Refusal, NotNow):
    sentence = "Only {left} of the contract's {maximum} days are left. Agree more days as the contract sets out, and record it first."


class UnknownMilestone(Refusal, NotRight):
    sentence = "No milestone is known as {milestone}. Set it first."


class NotSound(Refusal, NotNow):
    sentence = "Version {version} lacks what the report must contain: {missing}. Send it back with the list (§7)."


class LacksNotNamed(Refusal, NotRight):
    sentence = "List what is missing from this version: it is sent back with the list."


class SoundAndLacking(Refusal, NotRight):
    sentence = "A version is either sound or has something missing: send it as sound with an empty list, or send it back with the list."


class IdentitiesOpen(Refusal, NotNow):
    sentence = "Version {version} says what identifies the family: {places}. Draft a version without it, or accept each place with the reason (§7)."


class IdentitiesNotChecked(Refusal, NotNow):
    sentence = "More has been recorded about the family since version {version} was checked: {whose}. Check the version again for what identifies them."


class NoSuchPlace(Refusal, NotRight):
    sentence = "Version {version} has no such place that identifies somebody. Name heading, kind and person as the list of the version has them."


class NotAssured(Refusal, NotNow):
    sentence = (
        "Version {version} has not been found sound by the CRG. Record the quality assurance of this version first."
    )


class NotAskedToComment(Refusal, NotYours):
    sentence = "{person} is not asked for an early comment. The accountable officers or their deputies, and the Independent Chair, are."


class NoCommentGiven(Refusal, NotRight):
    sentence = "Give your comments, or say that you have read the draft and have none."


class InvolvementOpen(Refusal, NotNow):
    sentence = (
        "The final report cannot be signed off yet. Still open: {who}. The Business Unit records what each has "
        "contributed, or why there is nothing, and for children and family whether an advocate was considered (§7)."
    )


class PlanWithoutManagers(Refusal, NotRight):
    sentence = "The plan is made with the senior managers of the agencies affected. Nobody is named for: {agencies}."


class PublicationUnexplained(Refusal, NotRight):
    sentence = "It was decided not to publish this report. Give the reasons why it is published after all."


class ImprovementsIdentify(Refusal, NotNow):
    sentence = "The improvement information says what identifies the family: {places}. Write it without that, or enter why it stays."


class NobodyOfThePartners(Refusal, NotRight):
    sentence = "The partners monitor the review themselves. Name an accountable officer or a deputy who took part."


class AdvanceCopiesMissing(Refusal, NotNow):
    sentence = "Advance copies go out first. Not yet recorded for: {recipients}."


class AdvanceCopiesTooLate(Refusal, NotNow):
    sentence = "Advance copies go out at least {length} before publication. The earliest day is {earliest}."


class PublicationBeforeThePlan(Refusal, NotNow):
    sentence = "The publication is planned for {planned}. Record a new plan first if it is to be earlier."


class NotAnExtension(Refusal, NotRight):
    sentence = "The review is due by {due} already. Give a later day."
