"""Guard: what a fact asks people to write is shown or sent somewhere, field by field (X-3). A marker in each text.

A field that is read nowhere is work that somebody did in vain: show it, send it, or name it in `UNREAD` with the
reason. Looked at are the API's view of a case, and the page of the case as it is rendered; and, in cases that are
played (`tests.review.marked`), the mails, papers and links that come of each field: docs/what-is-written.md has them.
"""

import html
from datetime import UTC, datetime
from functools import cache
from itertools import combinations
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pydantic import ValidationError

from api.rendering import environment
from api.timeline import timeline, told_in
from delivery.papers.samples import PAPERS, sample_context
from review import view
from review.case.entries import Entry
from review.case.notices import Rendering
from review.case.record import RowKind
from review.facts import FACTS, Fact, Reported, Speaker
from review.facts.directory import Directory, Role
from review.facts.rapid_review import ReturnsRequested
from review.facts.report import SubmittedToPanel
from review.facts.sample import shown
from review.kit.deadlines import start_set_by
from tests.delivery.rendered import PROSE, paper
from tests.delivery.samples import MAILS, mail_context
from tests.review.marked import NOT_WRITTEN, PAGE, fields, filled, leaves, not_played, played, table
from tests.review.played import Run
from tests.review.world import EXPECTED, PARTNERS, World, scoping

NOW = datetime(2026, 5, 11, 10, tzinfo=UTC)
UNREAD: dict[str, str] = {}  # "kind.field": why nobody reads it
NO_STORY = ("directory-changed", "calendar-changed", "edition-moved", "case-joined", "case-parted")  # the system's own
BY_CONTENT = ("corrected", "taken-back")  # they show another fact
WRITTEN = [kind for kind, fact in FACTS.items() if fact.sample and kind not in (*NO_STORY, *BY_CONTENT)]


@cache
def facts_of(kind: str) -> list[tuple[Fact, dict[str, str]]]:
    """Its sample with every text filled; where some exclude one another, one for each text."""
    sample, marks = shown(FACTS[kind].sample, NOW), dict[str, str]()
    body = filled(FACTS[kind], sample, kind, marks)
    try:
        return [(FACTS[kind].model_validate(body), marks)]
    except ValidationError:
        pass
    found = []
    for name in [name for name, value in body.items() if value != sample.get(name)]:
        theirs = {place: mark for place, mark in marks.items() if place.split(".")[1] == name}
        for without in (left for size in range(3) for left in combinations(sample, size)):
            try:
                rest = {key: value for key, value in sample.items() if key not in without}
                found.append((FACTS[kind].model_validate(rest | {name: body[name]}), theirs))
                break
            except ValidationError:
                continue
    return found


def entry_of(fact: Fact, message: str = "marked") -> Entry[Any]:
    by = Speaker(people=["sbu-1"], roles=[Role.BUSINESS_UNIT])
    reported = Reported.model_validate(
        {"message": message, "by": by, "recorded_at": NOW, "fact": fact.model_dump(mode="json")}
    )
    return Entry(reported=reported, happened_at=NOW, taken_at=NOW)


@pytest.mark.parametrize("kind", WRITTEN)
def test_what_is_written_in_a_fact_is_in_the_view_of_the_case(kind: str) -> None:
    """X-3: over the API, on which the pages stand; and the sample lets every field be filled."""
    for fact, marks in facts_of(kind):
        text = view.fact_view(entry_of(fact)).model_dump_json()
        assert [place for place, mark in marks.items() if mark not in text and place not in UNREAD] == []
    tried = {place.split(".")[1] for _, marks in facts_of(kind) for place in marks}
    own = {
        name
        for name, field in FACTS[kind].model_fields.items()
        if name not in NOT_WRITTEN and any(free for _, free in leaves(field.annotation, tuple(field.metadata)))
    }
    assert own - tried == set()


def test_what_is_written_in_a_played_case_is_read_again_field_by_field() -> None:
    """X-3: with a marker in every field, by every step that is offered; a field that no case takes says why."""
    play = played()
    assert [place for place in fields() if (place in play.tried) == bool(not_played(place))] == []
    papers = [place for place in play.tried if not {"page", "REST"} <= play.read[place]]
    assert [place for place in papers if not any(where.startswith("paper") for where in play.read[place])] == []
    assert PAGE.read_text("utf-8") == table(), "write it again: .venv/bin/python -m tests.review.marked"


@pytest.fixture(scope="module")
def page() -> str:
    """The pages of a case in which every fact of the registry was reported, as a person reads them."""
    case, rows = World().case, []
    for number, fact in enumerate(fact for kind in WRITTEN for fact, _ in facts_of(kind)):
        entry = entry_of(fact, f"marked-{number}").model_copy(update={"stage": case.stage})
        case.entries.append(entry)
        start_set_by(case, entry, NOW)
        told = {
            "kind": RowKind.FACT,
            "message": None,
            "what": fact.kind,
            "line": fact.title,
            "who": "sbu-1",
            "happened_at": NOW,
        }
        rows.append(SimpleNamespace(detail=fact.model_dump(mode="json"), about=None, **told))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(view, "next_steps", lambda case, now: [])  # of a case that can be nowhere
        seen = view.case_view(case, NOW)
    context = {
        "case": seen,
        "told": told_in(seen),
        "name": str,
        "titled": str,
        "href": lambda step: None,
        "put_right": {},
        "working_day": "",
        "edition": "Sample edition",
        "brief": [],
        "steps": [],
        "story": timeline(cast(Any, rows), str, Directory(partnership="Sample", people=[], agencies=[])),
        "papers": [],
        "of_agency": str,
        "here": "/cases",
        "drawn": [],
        "tasks": [],
        "paper_path": str,
    }
    around = dict.fromkeys(("temporal", "case_replies", "sign_in", "business_unit", "crg", "said", "rehearsing"), None)
    context |= {"partnership": "Sample", "signed_in": "Sample"}
    whole = {"reference": "CR-2026-001", "lines": context["story"], "many": 1, "kinds": [], "at": 1, "last": 1}
    whole |= {"put_together": "", "bundles": []}
    shown = [("case.html", context), ("record.html", context | whole | {"address": ""})]
    return html.unescape("".join(environment().get_template(name).render(given | around) for name, given in shown))


def test_what_is_written_in_any_fact_can_be_read_on_the_page_of_its_case(page: str) -> None:
    """X-3: the page is rendered, and each text looked for."""
    found = [place for kind in WRITTEN for _, marks in facts_of(kind) for place, mark in marks.items()]
    assert len(found) > 150, "the guard looks at nothing"
    missing = {
        place for kind in WRITTEN for _, marks in facts_of(kind) for place, mark in marks.items() if mark not in page
    }
    assert missing - set(UNREAD) == set()


def test_what_is_written_for_somebody_who_reads_no_page_is_in_what_is_sent_to_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """R-3, R-12: the covering note to agencies in the mail of the request, the letter to the Panel in its paper."""
    papers: dict[str, Rendering] = {}
    make = Run._make

    async def noted(run: Run, rendering: Rendering, version: int | None) -> None:
        papers[rendering.template] = rendering
        await make(run, rendering, version)

    monkeypatch.setattr(Run, "_make", noted)
    world, note, letter = World(), "Sample: marker of the note", "Sample: marker of the letter"
    world.notify()
    world.say(scoping())
    world.say(ReturnsRequested(covering_note=note))
    (request, *_) = [one for one in world.posted if one.template == "returns-request"]
    mail = PROSE.render_mail("returns-request", mail_context(MAILS["returns-request"].n | request.n))
    assert note in mail.text
    assert note in on_paper(papers["returns-request"])
    for agency in EXPECTED:
        world.returned(agency)
    world.hold_meeting()
    world.read()
    world.send_draft()
    for partner in PARTNERS:
        world.sign(f"officer-{partner}")
    world.say(SubmittedToPanel(version=1, covering_letter=letter))
    assert letter in on_paper(papers["covering-letter"])


def on_paper(rendering: Rendering) -> str:
    """The paper, with sample names where those of the directory would stand."""
    words = {name: value for name, value in rendering.n.items() if isinstance(value, str)}
    return paper(rendering.template, sample_context(PAPERS[rendering.template] | words))
