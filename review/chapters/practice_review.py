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

_SBU, _CHAIR = Role.BUSINESS_UNIT, Role.CRG_CHAIR
_CRG = (_SBU, _CHAIR)
_COMMENT = (Role.ACCOUNTABLE_OFFICER, Role.DEPUTY, Role.INDEPENDENT_CHAIR, _SBU)

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
    offers=offers,
    consequences=consequences,
    record=record,
    outlive=(say.DelayTold, say.PublicationPlanned, say.AdvanceCopySent, say.ReviewPublished),
)
