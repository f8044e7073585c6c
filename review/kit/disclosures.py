"""The disclosure log: every paper that leaves the partnership is a row of the record by itself (B-8). Pure.

What was shared, with whom, why, on what lawful basis, by whom. A mail inside the partnership is none; a paper that is
read behind a link counts as one that was sent.
"""

from datetime import datetime

from pydantic import JsonValue

from review.case import reads
from review.case.notices import OTHER_PARTNERSHIP, Notice
from review.case.record import RecordRow, RowKind
from review.case.state import SUBMISSION, CaseState
from review.facts import DocumentRef
from review.facts.directory import OUTSIDE, Role
from review.facts.report import SubmittedToPanel
from review.kit.mail_names import mail_name
from review.kit.notify_reading import READING_LINK

_OUTSIDE = {*OUTSIDE}  # who is not the partnership itself; agencies, which answer to themselves, are looked up
_WHY = {
    SUBMISSION: "the rapid review is submitted to the Panel",
    "submission-corrected": "what was submitted to the Panel is corrected",
    "late-returns-told": "the Panel is told of returns that came after the rapid review",
    "advance-copy": "the final report, before it is published",
    "review-delayed": "the practice review takes longer",
    "returns-request": "the agency is asked for its return",
    "draft-for-crg": "the CRG is asked for comments on the draft report",
    "redraft-for-crg": "the CRG is given the new version of the report",
    "review-draft": "the CRG is asked to assure the draft of the practice review",
    "review-shared": "the practice review is signed off by all",
    "officer-replaced": "the officer's successor is asked to sign",
    "sign-off-deputy": "the deputy is asked to sign",
    "comment-deputy": "the deputy is asked for early comment",
    "lead-replaced": "the agency's new safeguarding lead is asked for its return",
    "information-asked": "the agency is asked for its return, for another partnership",
    "returns-pack": "the collated returns, for the rapid review meeting",
    "papers-to-read": "the author of the report comes from outside",
    "rapid-review-invite": "the rapid review meeting",
    "sign-off-request": "the agency's senior officer is asked to sign",
    "comment-request": "early comment is asked for",
}
_CALLED = {Role.PANEL: "the Panel", Role.OFSTED: "Ofsted", Role.SECRETARY_OF_STATE: "the Secretary of State"}


def rows(case: CaseState, notice: Notice, now: datetime) -> list[RecordRow]:
    """What is recorded once a mail with papers has gone to somebody outside the partnership; else nothing."""
    behind_a_link = notice.link is not None and notice.link.purpose == READING_LINK
    office = "author" if behind_a_link else _office(case, notice.to)
    if office is None:
        return []
    why = _WHY.get(notice.template) or mail_name(notice)
    papers: list[tuple[str, DocumentRef | None]] = [(one.document, one) for one in _papers(case, notice)]
    papers += [
        (case.papers[one].document, case.papers[one]) if one in case.papers else (_paper(one), None)
        for one in notice.papers
    ]
    return [_row(case, notice, now, office, name, ref, why) for name, ref in papers]


def _paper(key: str) -> str:
    """The document of a paper that is not made yet, by the key that it is ordered under."""
    kind, _, about = key.partition(":")
    return f"request-{about}" if kind == "returns-request" else kind


def _office(case: CaseState, to: str) -> str | None:
    """What somebody outside the partnership is; None for one of its own."""
    if to == OTHER_PARTNERSHIP:
        return to
    member = case.cast.person(to)
    if member is None or not member.roles:
        return None
    if Role.AGENCY in member.roles or any(
        to in (one.safeguarding_lead, one.senior_officer) for one in case.cast.agencies
    ):
        return Role.AGENCY.value  # of the CRG, too, perhaps: what they are given, their agency has
    return member.roles[0].value if set(member.roles) <= _OUTSIDE else None


def _papers(case: CaseState, notice: Notice) -> list[DocumentRef]:
    """What goes with the mail, and what its link opens."""
    if notice.link and notice.link.purpose == READING_LINK:
        return reads.papers_of_the_author(case)
    round_id = notice.link.subject.partition(":")[0] if notice.link else None
    return [*notice.attach, *(one.document for one in case.rounds if one.id == round_id)]


def _row(
    case: CaseState, notice: Notice, now: datetime, office: str, name: str, ref: DocumentRef | None, why: str
) -> RecordRow:
    basis = case.edition.lawful_basis
    member = case.cast.person(notice.to)
    to = _CALLED.get(member.roles[0], notice.to) if member else notice.to
    detail: dict[str, JsonValue] = {
        "to": notice.to,
        "office": office,
        "document": name,
        "version": ref.version if ref else None,
        "sha256": ref.sha256 if ref else None,
        "why": why,
        "lawful_basis": basis,
        "by": _by(case, notice),
    }
    version = f", version {ref.version}" if ref else ""
    return RecordRow(
        key=case.next_row(),
        kind=RowKind.DISCLOSURE,
        what="paper-disclosed",
        line=f"Disclosed to {to}: {name}{version}; {why}. Lawful basis: {basis}",
        about=name,
        who=_by(case, notice),
        happened_at=now,
        told_at=now,
        detail=detail,
    )


def _by(case: CaseState, notice: Notice) -> str:
    """Whose act sends it: of the entry that the mail's cause names; else the system's, which follows the protocol."""
    named = notice.cause.split(":")
    entry = next((one for one in reversed(case.entries) if one.reported.message in named), None)
    if notice.cause == SUBMISSION:
        entry = case.entry(SubmittedToPanel)
    return entry.reported.by.who if entry else "system"
