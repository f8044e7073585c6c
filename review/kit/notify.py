"""Who is told what: the notices that follow from facts and reminders, and the sentences of the record.

One name for all the parts beside it (`notify_*`): `notify.holders(case, Role.CRG_CHAIR)`.
"""

from review.kit.notify_case import *
from review.kit.notify_handovers import *
from review.kit.notify_reading import *
from review.kit.notify_reminders import *
from review.kit.notify_returns import *
from review.kit.notify_sign_off import *
from review.kit.notify_whom import *
from review.kit.notify_wording import *
