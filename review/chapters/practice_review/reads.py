"""How a practice review stands, as functions of the case: `stands.agreed(case, REVIEW)` (§7, K-1 to K-9).

Pure lookups on the state, a file for each part (`reads_*`) and one name for all; nothing is decided here that a check,
a step or the run does not share.
"""

from review.chapters.practice_review.reads_publication import *
from review.chapters.practice_review.reads_report import *
from review.chapters.practice_review.reads_sign_off import *
from review.chapters.practice_review.reads_tender import *
