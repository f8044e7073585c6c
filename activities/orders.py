"""What the workflow hands to each activity, and the activities' names. Persisted: add, never rename."""

from pydantic import AwareDatetime, BaseModel

from review.case import CaseState
from review.notices import Notice, Rendering
from review.record import RecordRow, Settled

SEND_NOTICE = "send-notice"
MAKE_DOCUMENT = "make-document"
WRITE_RECORD = "write-record"
READ_DIGEST = "read-digest"
READ_CRG_MEETING = "read-crg-meeting"

ADDRESS_REFUSED = "AddressRefused"
NOBODY_THERE = "NobodyThere"


class DigestLine(BaseModel):
    """Where one case stands."""

    reference: str
    stage: str
    due: AwareDatetime | None = None
    overdue: bool


class Digest(BaseModel):
    """What the weekly digest says, and to whom (G-5)."""

    partnership: str
    people: list[str]
    lines: list[DigestLine]


class ReadCrgMeeting(BaseModel):
    """How a meeting of the CRG stands at this moment of its workflow (G-2)."""

    meeting: str
    at: AwareDatetime


class SendNotice(BaseModel):
    """One mail of one case; `at` is the case's time. Where it is of no case, `page` is what it leads to."""

    reference: str
    partnership: str
    notice: Notice
    at: AwareDatetime
    page: str = ""


class MakeDocument(BaseModel):
    """One document of one case, in a given version where it renders one; `at` is the case's time."""

    reference: str
    partnership: str
    rendering: Rendering
    version: int | None = None
    at: AwareDatetime


class WriteRecord(BaseModel):
    """New rows of the record, settled messages, and the case as it stands; `at` is the case's time."""

    rows: list[RecordRow]
    settled: list[Settled]
    case: CaseState
    at: AwareDatetime
