"""Refusals, for somebody who has only the page of a link (R-11). Pure."""

from review.kit import refusals as no

_CHANGED = "The case has changed since you opened this page. Open the link in your email again."
_NOT_YOURS = "You are no longer asked for this. If you think this is wrong, tell the Business Unit."
_OVER = "This version is no longer the one that you are asked about. Open the link in your latest email."
_AS_IT_IS = (no.NotYet, no.CommentsMissing, no.InvolvementOpen)  # sentences that are for these readers, too
_ON_LINK: dict[type[no.Refusal], str] = {
    no.ReturnUnchanged: "It is the same as the return that you sent before, which stands. If something in it should be "
    "different, change it here, then send it again.",
    no.AlreadyRecorded: "It has been recorded already. Open the link in your email again to see what stands.",
    no.ReturnsClosed: "The rapid review meeting has been held with your agency's return before it, so it can no longer "
    "be replaced. If something in it is wrong or missing, tell the Business Unit.",
    no.CaseEnded: "The case has ended, so nothing more is needed from you.",
    no.AgencyNotAsked: _NOT_YOURS,
    no.WrongAgency: _NOT_YOURS,
    no.NotYourRole: _NOT_YOURS,
    no.NotAskedToSign: _NOT_YOURS,
    no.NotYourSignature: _NOT_YOURS,
    no.NotAskedToComment: _NOT_YOURS,
    no.AlreadySigned: "This sign-off has been given already.",
    no.RoundClosed: _OVER,
    no.WrongVersion: _OVER,
    no.CommentAsked: _OVER,
    no.AgreementAsked: _OVER,
    no.NotYourHandover: _NOT_YOURS,
    no.NoCommentGiven: "Give your comments, or choose that you have none.",
}
_BY_NAME = {kind.name(): kind for kind in no.all_refusals()}


def on_link(refusal: str, text: str = "") -> str:
    """A refusal, by its name and its text, for a reader who knows only the page of a link, and not the API."""
    kind = _BY_NAME.get(refusal, no.Refusal)
    return text if kind in _AS_IT_IS else _ON_LINK.get(kind, _CHANGED)
