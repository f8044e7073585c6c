"""Documents: made from a template and what is kept, and kept in a version (R-3, R-5, R-6, R-7, R-12)."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from temporalio.exceptions import ApplicationError

from activities.orders import MakeDocument
from activities.ports import AddressBook, DocumentStore
from delivery.papers.kinds import WORD
from delivery.papers.making import Papers
from review.chapters.learning_review.papers import LearningFindings
from review.chapters.practice_review.papers import ReviewReport, TermsOfReference
from review.chapters.rapid_review.papers import ReturnContent
from review.chapters.report.criteria import CRITERIA, GROUP_TITLES, Group
from review.chapters.report.papers import RapidReviewReport
from review.facts import DocumentRef
from review.facts.directory import Agency, Directory
from review.facts.enums import Recommendation
from review.kit.notify import RECOMMENDED, recommended

Contents = dict[str, Any]
_NIL = {"nil": "Nil return", "late-nil": "Nil return, late"}


@dataclass(frozen=True)
class DocumentActivities:
    """Makes documents. The same cause makes the same version once."""

    documents: DocumentStore
    people: AddressBook
    papers: Papers

    async def make_document(self, order: MakeDocument) -> DocumentRef:
        """The version made, with its hash."""
        wanted = order.rendering
        directory = _with_outsiders(await self.people.read(), wanted.n.get("outsiders", {}))
        contents = {name: await self._content(order.reference, ref) for name, ref in wanted.sources.items()}
        n = assembled(wanted.template, wanted.n, contents, directory)
        context = {
            "reference": order.reference,
            "partnership": order.partnership,
            "version": order.version or 1,
            "made_at": order.at,
            "n": n,
        }
        made = await asyncio.to_thread(self.papers.render, wanted.template, context)
        stored = await self.documents.put(
            order.reference,
            wanted.document,
            key=wanted.cause,
            content=made,
            media_type=WORD,
            title=wanted.title,
            at=order.at,
            version=order.version,
        )
        return DocumentRef(document=stored.document, version=stored.version, sha256=stored.sha256)

    async def _content(self, reference: str, ref: DocumentRef) -> Contents:
        kept = await self.documents.get(reference, ref.document, ref.version)
        if kept is None:
            raise ApplicationError(f"{ref.document} version {ref.version} is not in the store yet")
        content: Contents = json.loads(kept.content)
        return content


def _with_outsiders(directory: Directory, names: dict[str, str]) -> Directory:
    """The directory, with agencies that one case asks by name and address (R-4)."""
    added = [Agency(id=id, name=name, safeguarding_lead=id, senior_officer=id) for id, name in names.items()]
    return directory.model_copy(update={"agencies": [*directory.agencies, *added]}) if added else directory


def assembled(template: str, n: Contents, contents: dict[str, Contents], directory: Directory) -> Contents:
    """What a template is given, of what the case says and what is kept."""
    return _ASSEMBLE.get(template, _as_it_is)(n, contents, directory)


def _as_it_is(n: Contents, contents: dict[str, Contents], directory: Directory) -> Contents:
    return n


def _request(n: Contents, contents: dict[str, Contents], directory: Directory) -> Contents:
    return n | {"agency_name": _agency(directory, n["agency"])}


def _pack(n: Contents, contents: dict[str, Contents], directory: Directory) -> Contents:
    """R-5: every agency asked, with what it said or that it is missing; then what each said, under the headings asked.

    What stands under a heading that is asked no more, of an edition before, is shown after the others.
    """
    names = {row["agency"]: _agency(directory, row["agency"]) for row in n["returns"]}
    said = {agency: ReturnContent.model_validate(content).root for agency, content in contents.items()}
    asked = {one["id"]: one["title"] for one in n["headings"]}
    before = [id for content in said.values() for id in content if id not in asked]
    titles = asked | {id: id.replace("-", " ").capitalize() for id in before}
    headings = [
        {
            "title": title,
            "answers": [{"agency": names[one], "text": said[one][id]} for one in names if id in said.get(one, {})],
            "silent": [names[one] for one in names if one in said and id not in said[one]],
        }
        for id, title in titles.items()
    ]
    rows = [
        row | {"agency": names[row["agency"]], "status": _NIL.get(row["status"], row["status"])} for row in n["returns"]
    ]
    return {"returns": rows, "headings": headings}


def _agenda(n: Contents, contents: dict[str, Contents], directory: Directory) -> Contents:
    """R-6: the criteria and circumstances of §4 and §5 are printed, each one."""
    groups = [
        {"title": GROUP_TITLES[group], "items": [one.text for one in CRITERIA if one.group is group]} for group in Group
    ]
    return n | {"agencies": [_agency(directory, agency) for agency in n["agencies"]], "criteria": groups}


def _record(n: Contents, contents: dict[str, Contents], directory: Directory) -> Contents:
    """R-6: people and agencies by name; who was for the recommendation may be either."""

    found = n["recommendation"]
    return n | {
        "attended": [_person(directory, one) for one in n["attended"]],
        "representatives": [row | {"agency": _agency(directory, row["agency"])} for row in n["representatives"]],
        "overviews": [row | {"agency": _agency(directory, row["agency"])} for row in n["overviews"]],
        "recommendation": found
        and found
        | {
            "words": recommended(Recommendation(found["recommendation"]), found["national_review"]),
            "in_favour": [_voice(directory, one) for one in found["in_favour"]],
            "against": [_voice(directory, one) for one in found["against"]],
        },
    }


def _report(n: Contents, contents: dict[str, Contents], directory: Directory) -> Contents:
    """R-7..R-10: the report's parts in reading order, improvement first (§3)."""
    report = RapidReviewReport.model_validate(contents["draft"])
    return {
        "recommendation": recommended(report.recommendation, report.national_review_considered_necessary),
        "sections": [
            {"title": title, "text": getattr(report, field)}
            for field, title in (*report.SECTIONS.items(), *report.EXTRA.values())
            if getattr(report, field).strip()
        ],
        "criteria": [
            {
                "title": GROUP_TITLES[group],
                "source": f"{_clause(group)} of the Case Review Group's protocol",
                "items": [_answer(report, one.id, one.text) for one in CRITERIA if one.group is group],
            }
            for group in Group
        ],
        "agencies_involved": [_agency(directory, agency) for agency in report.agencies_involved],
        "agencies_absent": [{"name": _agency(directory, one.agency), "why": one.why} for one in report.agencies_absent],
        "took_part": [
            *(_voice(directory, one) for one in report.took_part_in_decision),
            *(f"{one.name}, {one.office}" for one in report.outsiders_in_decision),
        ],
        "author": _person(directory, n["author"]),
        "other_learning": n.get("other_learning", []),
        "outside": n.get("outside", []),
        "safety": n.get("safety", []),
    } | {key: n[key] for key in ("children", "incident") if key in n}


def _clause(group: Group) -> str:
    return next(one.clause for one in CRITERIA if one.group is group).partition(" ")[0]


def _answer(report: RapidReviewReport, id: str, text: str) -> Contents:
    answer = report.criteria.get(id)
    return {"text": text, "answer": answer.met if answer else None, "reasons": answer.reasons if answer else ""}


def _letter(n: Contents, contents: dict[str, Contents], directory: Directory) -> Contents:
    return n | {
        "recommendation": RECOMMENDED[Recommendation(n["recommendation"])],
        "approvals": [row | _approver(directory, row) for row in n["approvals"]],
        "too_late": [_agency(directory, agency) for agency in n.get("too_late", [])],
    }


def _late(n: Contents, contents: dict[str, Contents], directory: Directory) -> Contents:
    """R-4: the agencies whose return came late, by name."""
    return n | {"came": [row | {"agency": _agency(directory, row["agency"])} for row in n["came"]]}


def _findings(n: Contents, contents: dict[str, Contents], directory: Directory) -> Contents:
    """A-5: the findings' parts in reading order, what is to be learned first."""
    findings = LearningFindings.model_validate(contents["findings"])
    sections = [{"title": title, "text": getattr(findings, field)} for field, title in findings.SECTIONS.items()]
    learned = n.get("other_learning", [])
    return {"sections": sections, "author": _person(directory, n["author"]), "other_learning": learned}


def _agency(directory: Directory, id: str) -> str:
    return directory.agency_names.get(id, id)


def _voice(directory: Directory, id: str) -> str:
    """An agency or a person by name."""
    return _agency(directory, id) if id in directory.agency_names else _person(directory, id)


def _approver(directory: Directory, row: dict[str, Any]) -> dict[str, Any]:
    """Who approved, and on whose behalf, by name."""
    return {key: _person(directory, row[key]) for key in ("name", "on_behalf_of") if row.get(key)}


def _person(directory: Directory, id: str) -> str:
    person = next((person for person in directory.people if person.id == id), None)
    return f"{person.name}, {person.job_title}".rstrip(", ") if person else directory.people_names.get(id, id)


def _terms(n: Contents, contents: dict[str, Contents], directory: Directory) -> Contents:
    """K-1"""
    terms = TermsOfReference.model_validate(contents["draft"])
    return {
        "sections": [{"title": title, "text": getattr(terms, field)} for field, title in terms.SECTIONS.items()],
        "questions": terms.questions,
        "agencies": [_agency(directory, agency) for agency in terms.agencies],
    }


def _review(n: Contents, contents: dict[str, Contents], directory: Directory) -> Contents:
    """K-6: analysis, summary, recommendations for named agencies."""
    report = ReviewReport.model_validate(contents["draft"])
    return {
        "summary": report.summary,
        "analysis": report.analysis,
        "other_learning": n.get("other_learning", []),
        "recommendations": [
            {
                "what": one.what,
                "agencies": [_agency(directory, agency) for agency in one.agencies],
                "outcome": one.outcome_for_children,
            }
            for one in report.recommendations
        ],
    }


def _plan(n: Contents, contents: dict[str, Contents], directory: Directory) -> Contents:
    """G-8: who took part, by name."""
    return n | {"managers": [_person(directory, one) for one in n["managers"]]}


def _form(n: Contents, contents: dict[str, Contents], directory: Directory) -> Contents:
    """N-9: the agency that refers, by name."""
    return n | {"agency_name": _agency(directory, n["agency"]) if n["agency"] else ""}


_ASSEMBLE: dict[str, Callable[[Contents, dict[str, Contents], Directory], Contents]] = {
    "referral-form": _form,
    "returns-request": _request,
    "information-asked": _request,
    "returns-pack": _pack,
    "rapid-review-agenda": _agenda,
    "rapid-review-record": _record,
    "rapid-review-report": _report,
    "covering-letter": _letter,
    "late-returns-letter": _late,
    "learning-findings": _findings,
    "terms-of-reference": _terms,
    "practice-review-report": _review,
    "publication-plan": _plan,
}
