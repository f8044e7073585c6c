"""What a case's facts mean, as functions of the case: `reads.outstanding(case)`. One name for all the parts beside it.

Pure: nothing here changes a case. Each part of the protocol has its file (`reads_*`).
"""

from review.case.reads_author import *
from review.case.reads_deadlines import *
from review.case.reads_decision import *
from review.case.reads_files import *
from review.case.reads_follow_up import *
from review.case.reads_handovers import *
from review.case.reads_notification import *
from review.case.reads_people import *
from review.case.reads_practice_review import *
from review.case.reads_rapid_review import *
from review.case.reads_referral import *
from review.case.reads_safety import *
from review.case.reads_stage import *
