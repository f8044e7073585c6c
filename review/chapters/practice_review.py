"""The practice review: what may be said when, by whom, and what follows from it (§7, K-1 to K-9, G-8, B-4, B-5).

Room: review. How things stand is looked up in `review.practice_standing`; what is refused: `review.practice_checks`;
what follows: `review.practice_follows`; what comes next: `review.practice_steps`.
"""

from review.chapter import Chapter
from review.directory import Role
from review.practice_checks import CHECKS
from review.practice_follows import consequences, record
from review.practice_steps import offers
from review.said import practice_review as say
from review.words import Stage

_SBU, _CHAIR = Role.BUSINESS_UNIT, Role.CRG_CHAIR
_CRG = (_SBU, _CHAIR)
_COMMENT = (Role.ACCOUNTABLE_OFFICER, Role.DEPUTY, Role.INDEPENDENT_CHAIR, _SBU)

_ON_DRAFT_TERMS = (
    "candidate-entered",
    "candidate-scored",
    "conflict-declared",
    "conflict-resolved",
    "candidate-excluded",
)
_IN_THE_WORK = (
    "days-used",
    "days-extension-agreed",
    "milestone-set",
    "milestone-reached",
    "progress-reported",
    "early-comment-sought",
    "early-comment-given",
    "early-comment-closed",
)
_OF_A_DRAFT = ("review-drafted", "review-assured", "final-draft-sent")

CHAPTER = Chapter(
    title="Practice review",
    checks=CHECKS,
    may_say={
        "terms-drafted": _CRG,
        "terms-sent-for-approval": _CRG,
        "candidate-entered": (_SBU,),
        "candidate-scored": _CRG,
        "conflict-declared": _CRG,
        "conflict-resolved": _CRG,
        "candidate-excluded": _CRG,
        "selection-proposed": _CRG,
        "contract-issued": (_SBU,),
        "contract-ended": _CRG,
        "days-used": (_SBU,),
        "days-extension-agreed": _CRG,
        "milestone-set": _CRG,
        "milestone-reached": _CRG,
        "progress-reported": _CRG,
        "review-drafted": (_SBU,),
        "review-assured": _CRG,
        "early-comment-sought": _CRG,
        "early-comment-given": _COMMENT,
        "early-comment-closed": _CRG,
        "final-draft-sent": _CRG,
        "publication-planned": _CRG,
        "advance-copy-sent": (_SBU,),
        "review-published": _CRG,
        "review-not-published": _CRG,
        "review-extended": _CRG,
        "delay-told": (_SBU,),
    },
    stages={
        "terms-drafted": (Stage.PRACTICE_REVIEW, Stage.TERMS),
        "terms-sent-for-approval": (Stage.TERMS,),
        **dict.fromkeys(_ON_DRAFT_TERMS, (Stage.TERMS, Stage.TENDER)),
        "selection-proposed": (Stage.TENDER,),
        **dict.fromkeys(_IN_THE_WORK, (Stage.REVIEW_WORK,)),
        **dict.fromkeys(_OF_A_DRAFT, (Stage.REVIEW_WORK, Stage.REVIEW_SIGN_OFF)),
        "publication-planned": (Stage.PUBLICATION,),
        "advance-copy-sent": (Stage.PUBLICATION,),
        "review-extended": (),
        "delay-told": (),
    },
    offers=offers,
    consequences=consequences,
    record=record,
    outlive=(say.DelayTold, say.PublicationPlanned, say.AdvanceCopySent, say.ReviewPublished),
)
