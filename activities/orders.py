"""What the workflow hands to each activity, and the activities' names. Persisted: add, never rename."""

from datetime import date

from pydantic import AwareDatetime

from calendar_rules.model import Model
from review.case.effects import EffectKey
from review.case.mailing import Delivered, NotTaken
from review.case.notices import Notice, Rendering
from review.case.record import RecordRow
from review.facts import DocumentRef
from review.moment import Moment

TRY_MAIL = "try-mail"
CARRY_OUT = "carry-out"
READ_DIGEST = "read-digest"
READ_MORNING = "read-morning"
READ_CRG_MEETING = "read-crg-meeting"
TELL_OF_DIRECTORY = "tell-of-directory"


class DigestLine(Model):
    """Where one case stands."""

    reference: str
    stage: str
    due: AwareDatetime | None = None
    overdue: bool
    safety: str = ""  # how it stands with the steps for children's safety (N-5)


class Digest(Model):
    """What the weekly digest says, and to whom (G-5)."""

    partnership: str
    people: list[str]
    lines: list[DigestLine]


class MorningPart(Model):
    """One part of Today: how many there are, and the first of them, a line each. It names no family and no person."""

    title: str
    count: int
    lines: list[str]


class MorningMail(Model):
    """What stands in Today, and who wants it by mail this morning."""

    partnership: str
    day: date
    people: list[str]
    parts: list[MorningPart]


class ReadCrgMeeting(Model):
    """How a meeting of the CRG stands at this moment of its workflow (G-2)."""

    meeting: str
    at: AwareDatetime


class SendNotice(Model):
    """One mail of one case; `at` is the case's time. Where it is of no case, `page` is what it leads to.

    A mail that was not taken before says since when it is tried, how often, and whether a server's answer to the last
    try is `awaited`.
    """

    reference: str
    partnership: str
    notice: Notice
    at: AwareDatetime
    page: str = ""
    counted: str = ""  # the day while D-7 runs: "working day 12 of 15"
    since: AwareDatetime | None = None
    tries: int = 0
    awaited: bool = False
    key: EffectKey | None = None  # of its notice, where its cause is not as the mail bears it
    others: list[Notice] = []  # told of in the same mail

    def as_posted(self) -> list[Notice]:
        """What goes in it, each as it was posted: with it the mail could be sent again."""
        key = self.key or self.notice.key
        first = self.notice.model_copy(update={"cause": key.cause, "also": [], "outside": None})
        return [first, *self.others]


class Tried(Model):
    """What became of one try to send a mail. It names the mail and the try, so no other answer is taken for it."""

    key: EffectKey
    tries: int
    outcome: Delivered | NotTaken


class MakeDocument(Model):
    """One document of one case, in a given version where it renders one; `at` is the case's time."""

    reference: str
    partnership: str
    rendering: Rendering
    version: int | None = None
    at: AwareDatetime


class MailOrder(Model):
    """One mail of a moment, and the rows that tell of it once it has gone; it may tell what several notices ask."""

    notice: Notice
    keys: list[EffectKey]  # of the notices that go in it, the first its own
    rows: list[RecordRow]
    others: list[Notice] = []  # the notices behind the first, each as it was posted


class PaperOrder(Model):
    """One document of a moment, in a given version where it renders one, and the row that tells of it."""

    rendering: Rendering
    version: int | None = None
    row: RecordRow


class CarryOut(Model):
    """What follows from one moment of a case."""

    partnership: str
    moment: Moment
    counted: str = ""  # the day while D-7 runs, for its mails
    papers: list[PaperOrder] = []
    mails: list[MailOrder] = []


class CarriedOut(Model):
    """What came of a moment, which it names. A mail in neither list is tried again by itself."""

    version: int

    papers: dict[str, DocumentRef] = {}  # by cause
    sent: list[str] = []  # keys of notices
    not_taken: dict[str, NotTaken] = {}  # by the key of its first notice
