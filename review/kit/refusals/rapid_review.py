"""Refusals of the rapid review: returns, the report and its author, submission, the Panel, the decision (§2)."""

from review.kit.refusals.base import NotNow, NotRight, Refusal


class AgencyNotAsked(Refusal, NotNow):
    sentence = "{agency} has not been asked for a return in this case. Add it to the request first."


class AgencyAlreadyAsked(Refusal, NotNow):
    sentence = "{agency} is already asked for a return in this case: nothing more needs to be sent."


class AgencyInTheDirectory(Refusal, NotNow):
    sentence = "The directory or this case has {agency} already. Ask it as an agency of the directory, or give the new one another id."


class ExpectedAgencyUnexplained(Refusal, NotRight):
    sentence = "Expected agencies are neither asked nor explained: {agencies}. Ask each, or say why it is left out."


class NoteNamesAChild(Refusal, NotRight):
    sentence = "The covering note goes by email and names a child of this case. Take the name out: the page of each agency's link shows it."


class HeadingNotAsked(Refusal, NotRight):
    sentence = "The request does not ask for this: {headings}. Write it under one of the headings asked for: {asked}."


class HeadingMissing(Refusal, NotRight):
    sentence = "The return says nothing under: {headings}. Write something there, or send a nil return."


class ReturnUnchanged(Refusal, NotNow):
    sentence = "This is the same as the return of {agency} that is recorded. Send it once something in it has changed."


class ReturnsClosed(Refusal, NotNow):
    sentence = "The rapid review meeting has been held; {agency}'s return can no longer be replaced. Send a correction to the Business Unit."


class NotAtTheMeeting(Refusal, NotRight):
    sentence = "{who} did not attend the rapid review meeting. Name people who attended, or agencies whose representative came."


class UnknownInTheDecision(Refusal, NotRight):
    sentence = "{who} is no person or agency of this case. Say who took part in the decision by their id, or enter them as others, by name and office."


class AuthorDidNotAttend(Refusal, NotNow):
    sentence = "The author, {author}, is not among those who attended the rapid review meeting. An author must have attended (§2)."


class AuthorDidNotReadReturns(Refusal, NotNow):
    sentence = "The author, {author}, has not read every return. Still unread: {unread}."


class DraftStandsUnsaid(Refusal, NotRight):
    sentence = (
        "Version {version} of the draft is with the officers. Say whether it stands, now that these returns are read."
    )


class NotTheAuthor(Refusal, NotRight):
    sentence = "Only the author, {author}, says whether the draft stands, not {reader}."


class OutsideAuthorUnexplained(Refusal, NotRight):
    sentence = (
        "An outside author is the exception: give the reason, and the author's experience and qualification (§2)."
    )


class CrgHasNotAgreed(Refusal, NotNow):
    sentence = "The CRG Chair has not agreed version {version} of the draft. {instead} (§6)."


class CrgSentBack(Refusal, NotNow):
    sentence = (
        "The CRG Chair has sent version {version} back with comments. Draft a new version and send it to the CRG (§6)."
    )


class CrgHasAgreed(Refusal, NotRight):
    sentence = "Version {version} need not go without the CRG Chair: {why}. Send it without a reason for going on without the Chair."


class CrgHasHadIt(Refusal, NotNow):
    sentence = (
        "A version has gone to the officers. A redraft goes to the CRG for information when you send it for sign-off."
    )


class NotOfTheCrg(Refusal, NotNow):
    sentence = "{person} is not a member of the CRG and was not at the rapid review meeting, so the draft was not sent to them."


class AuthorNotOfTheBusinessUnit(Refusal, NotRight):
    sentence = "{author} holds no office of the Business Unit. Name its manager or one of its staff, or record an outside author with the reason (§2)."


class SubmissionWithoutApproval(Refusal, NotNow):
    sentence = "Version {version} has not been approved by every accountable officer; only an approved version can be submitted."


class LateSubmissionUnexplained(Refusal, NotRight):
    sentence = "The submission was due by {due}: give the reason why it is late. The covering letter tells the Panel."


class ReturnNotLate(Refusal, NotRight):
    sentence = "The rapid review sent to the Panel already considers the return of {agencies}, or no return has come. Tell the Panel of returns that came after it."


class NoAddressOfThePanel(Refusal, NotNow):
    sentence = (
        "The directory holds no address of the Panel. Add it, or record that the submission has gone by other means."
    )


class DifferenceUnexplained(Refusal, NotRight):
    sentence = (
        "The decision differs from the recommendation. Recommended: {recommended} Give the reason for the difference."
    )


class NoMoreToLearnUnexplained(Refusal, NotRight):
    sentence = "Enter why a practice review would not bring more learning."


class DecisionAwaitsAgreement(Refusal, NotNow):
    sentence = "A decision is already with the partners, and not all have answered: {waiting}. Another can be recorded if one of them sends it back. If it was entered wrongly, correct it."


class NationalPartMissing(Refusal, NotRight):
    sentence = "For a national review, say whether local work stops or assists."


class ReturnsInOneStep(Refusal, NotNow):
    sentence = "The edition of this case, {edition}, asks for returns in one step. Send the agency's return."
