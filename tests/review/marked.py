"""Cases played with a marker in every text that a fact takes, and where each marker is read again (X-3).

Whatever is offered is taken, as it is offered, with its texts marked: what the protocol waits for leads on, all else is
tried beside it. Nothing here knows a kind of fact. Run as a module it writes `docs/what-is-written.md`.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from activities.documents import assembled
from api.written import written
from calendar_rules.edition import load_edition
from calendar_rules.notifying import HEADS
from delivery.papers.samples import sample_context
from review import links, view
from review.bodies import BODIES
from review.case.record import RowKind
from review.case.state import CaseState
from review.chapters.chronology.papers import CHRONOLOGY_OF, AgencyChronology, merged
from review.chapters.rapid_review.papers import ReturnBody
from review.facts import FACTS, Corrected, Fact, Speaker
from review.facts.any_stage import TakenBack
from review.facts.base import FilledIn, Picked
from review.facts.directory import Agency, Directory, Member, Person, Role
from review.facts.enums import View
from review.facts.information import InformationRequested
from review.facts.notification import IncidentReported
from review.facts.referral import ReferralReceived
from review.facts.sample import shown
from review.kit.body import Body
from review.kit.live_links import live_links
from review.kit.notify import ANSWER_LINK, RETURN_LINK
from review.kit.refusals import Refusal
from review.next_steps import NextStep, next_steps
from tests.delivery.rendered import PROSE, paper
from tests.delivery.samples import MAILS, mail_context
from tests.review.referrals import opened, referral, request
from tests.review.world import World, cast, fact_of, in_care, tick, world_of
from tests.review.world import view as view_of

NOW = datetime(2026, 5, 11, 10, tzinfo=UTC)

NOT_WRITTEN = {  # fields that take any text, and in which nobody writes: why not
    "kind": "the name of the fact",
    "partnership": "a name, which the lists show",
    "purpose": "an id, as the list of links has it",
    "link_subject": "an id, as the list of links has it",
    "link": "where a meeting is joined, as its invitation has it",
    "rapid_review_link": "where the meeting is joined, as its invitation has it",
    "email": "an address, to which mails go",
    "contact_email": "an address, to which mails go",
}
MARK = re.compile(r"Qz\d{4}x")
PLACES: list[str] = []  # a marker is one word, which is in no sample and could be a name


def mark_of(place: str) -> str:
    """The marker of a field."""
    if place not in PLACES:
        PLACES.append(place)
    return f"Qz{PLACES.index(place):04}x"


def leaves(kind: Any, about: tuple[Any, ...] = ()) -> Iterator[tuple[Any, bool]]:
    """What a field can hold, and whether it takes any text; ids, references and choices do not."""
    if hasattr(kind, "__metadata__"):
        yield from leaves(get_args(kind)[0], kind.__metadata__)
    elif get_origin(kind) in (Union, UnionType, list, dict):
        for one in get_args(kind)[1 if get_origin(kind) is dict else 0 :]:
            yield from leaves(one, about)
    else:
        patterns = [getattr(part, "pattern", None) for one in about for part in (one, *getattr(one, "metadata", ()))]
        known = any(isinstance(one, FilledIn | Picked) for one in about)
        yield kind, kind is str and not known and all(one in (None, r"\S") for one in patterns)


def filled(model: type[BaseModel], body: dict[str, Any], at: str, marks: dict[str, str]) -> dict[str, Any]:
    """A body with a marker in each text that can be written in it, at whatever depth; each is noted in `marks`."""
    body = dict(body)
    for name, field in model.model_fields.items():
        place, value = f"{at}.{name}", body.get(name)
        if name == "right":  # of a correction: another fact, whose texts are looked for by themselves
            continue
        for kind, free in leaves(field.annotation, tuple(field.metadata)):
            if free and name not in NOT_WRITTEN:
                marks[place] = mark = mark_of(place)
                many = isinstance(value, list) or get_origin(field.annotation) is list
                body[name] = [mark] if many else dict.fromkeys(value, mark) if isinstance(value, dict) else mark
            elif isinstance(kind, type) and issubclass(kind, BaseModel) and value:
                first = value[0] if isinstance(value, list) else value
                whole = filled(kind, first, place, marks) if isinstance(first, dict) else first
                body[name] = [whole, *value[1:]] if isinstance(value, list) else whole
    return body


# --- the play ---

F = TypeVar("F", bound=Fact)


class Play:
    """What was said in the cases that were played, and where each marker was read."""

    def __init__(self) -> None:
        self.read: dict[str, set[str]] = defaultdict(set)  # place -> where
        self.tried: set[str] = set()  # places that a fact took with a marker in them
        self.kinds: set[str] = set()
        self.led: set[str] = set()  # kinds by which a case was led on
        self.kept: dict[tuple[str, int], dict[str, Any]] = {}  # content of documents, as the store would keep it

    def through(self, world: World, limit: int = 120) -> None:
        """Follow what is waited for to the end; what is offered beside it is tried on a copy."""
        self.led = set()
        self._found("REST", view.fact_view(world.case.entries[0]).model_dump_json())
        self._look(world)
        for _ in range(limit):
            steps = next_steps(world.case, world.now)
            self._beside(world)
            step = next((one for one in steps if one.needed), None)
            if step is None:
                return
            if step.rel in self.led:  # marked once: from now on as it is offered, so that the case goes on
                self._report(world, step)
            else:
                assert self.take(world, step), step.rel
            self.led.add(step.rel)
            world.wait(tick(world.now, hours=1))
            self._look(world)

    def opened(self, kind: type[F], sample: F) -> F:
        """The fact that begins a case, with its texts marked."""
        marks: dict[str, str] = {}
        fact = kind.model_validate(filled(kind, sample.model_dump(mode="json"), kind.kind_name(), marks))
        self.tried |= set(marks)
        self._written(fact)
        return fact

    def _written(self, fact: Fact) -> None:
        for _, text in written(fact.kind, fact.model_dump(mode="json")):
            self._found("page", text)

    def _beside(self, world: World, further: int = 2) -> None:
        """Each kind that is offered and has not been tried, on a copy; then what only comes up there."""
        copies = []
        for step in next_steps(world.case, world.now):
            if step.rel not in self.kinds and (further < 2 or not step.needed):
                copy = fork(world)
                if self.take(copy, step):
                    copies.append(copy)
        for copy in copies if further else ():
            self._beside(copy, further - 1)

    def take(self, world: World, step: NextStep) -> bool:
        """Report it with its texts marked: as many at once as go together, the others alone on a copy."""
        self.kinds.add(step.rel)
        whole, marks = self._marked(step, None)
        names = list(dict.fromkeys(place.split(".")[1] for place in marks))
        if self._say(world, step, whole, marks):
            return True
        together: list[str] = []
        for name in names:
            body, theirs = self._marked(step, [*together, name])
            if self._say(fork(world), step, body, theirs):
                together.append(name)
        body, theirs = self._marked(step, together)
        return self._say(world, step, body, theirs)

    def _marked(self, step: NextStep, only: list[str] | None) -> tuple[dict[str, Any], dict[str, str]]:
        marks: dict[str, str] = {}
        body = filled(BODIES[step.rel], dict(step.example), step.rel, marks)
        if only is None:
            return body, marks
        kept = {name: value for name, value in body.items() if name in only or name in step.example}
        kept = {name: value if name in only else step.example[name] for name, value in kept.items()}
        return kept, {place: mark for place, mark in marks.items() if place.split(".")[1] in only}

    def _say(self, world: World, step: NextStep, example: dict[str, Any], marks: dict[str, str]) -> bool:
        before = len(world.case.untold)
        world.deliver()
        try:
            fact = self._report(world, step.model_copy(update={"example": example}))
        except (ValidationError, Refusal):
            return False
        self.tried |= set(marks)
        for row in world.case.untold[before:]:
            if row.kind is RowKind.FACT and row.what == fact.kind:
                for _, text in written(row.what, row.detail):
                    self._found("page", text)
        entry = next(one for one in reversed(world.case.entries) if one.fact.kind == fact.kind)
        self._found("REST", view.fact_view(entry).model_dump_json())
        self._look(world)
        return True

    def _report(self, world: World, step: NextStep) -> Fact:
        """What it is written in is kept, as the store would keep it."""
        fact, body = fact_of(step, world), BODIES[step.rel].model_validate(step.example)
        world.say(fact, Speaker(people=step.people or ["sbu-1"], roles=step.roles))
        content = getattr(fact, "content", None)
        if content and isinstance(body, Body | ReturnBody) and (written := body.paper()):
            self.kept[content.document, content.version] = written.model_dump(mode="json")
        return fact

    # --- where it is read ---

    def _look(self, world: World) -> None:
        for notice in world.posted:
            mail = PROSE.render_mail(notice.template, mail_context(MAILS[notice.template].n | notice.n))
            self._found(f"mail {notice.template}", mail.text)
        world.sent.clear()
        directory = directory_of(world.case)
        made, world.engine.run.renderings = world.engine.run.renderings, {}
        for one in made.values():
            contents = {name: self.kept.get((ref.document, ref.version), {}) for name, ref in one.sources.items()}
            n = assembled(one.template, one.n, contents, directory)
            self._found(f"paper {one.template}", paper(one.template, sample_context(n)))
        told = {name: one for (name, _), one in self.kept.items() if name.startswith(CHRONOLOGY_OF)}
        events = merged({name: AgencyChronology.model_validate(one) for name, one in told.items()})
        self._found("paper chronology", " ".join(one.event.model_dump_json() for one in events))
        for link in live_links(world.case):
            shown: Any = None
            if link.purpose == RETURN_LINK:
                shown = links.return_link(world.case, link.subject, link.person, directory, world.now)
            elif link.purpose == ANSWER_LINK:
                shown = links.answer_link(world.case, link.subject, link.person, directory, world.now)
            if shown:
                self._found(f"page of the {link.purpose} link", shown.model_dump_json())

    def _found(self, where: str, text: str) -> None:
        for mark in MARK.findall(text):
            self.read[PLACES[int(mark[2:6])]].add(where)


def fork(world: World) -> World:
    """The same case, to go on with otherwise."""
    copy = world_of(CaseState.model_validate_json(world.case.model_dump_json()), world.now)
    copy.messages = world.messages
    copy.engine  # noqa: B018 - its run begins
    copy.deliver()
    return copy


def directory_of(case: CaseState) -> Directory:
    """Everybody of the case, by an invented name."""
    own = {name for name in Person.model_fields if name in Member.model_fields}
    people = [
        Person(name="Sample Name", email="sample@example.org", **one.model_dump(include=own))
        for one in case.cast.people
    ]
    agencies = [Agency(**(one.model_dump() | {"name": f"Sample {one.id}"})) for one in case.cast.agencies]
    return Directory(partnership="Sample Partnership", people=people, agencies=agencies)


# --- the table ---

PAGE = Path(__file__).parents[2] / "docs" / "what-is-written.md"
_HEAD = """# Where what people write is read

Every field in which somebody writes, and where it is read again: on the page of the case (what was written stands with
each entry of its timeline), over REST, in mails, in papers, behind links. Made by cases that are played with a marker
in every field ([tests/review/marked.py](../tests/review/marked.py)); what a paper or a mail shows only later, or in a
case that goes another way, is not in it.

| field | read |
|---|---|
"""
_SUB_GROUP, _ESCALATION = (
    Member(id="quality", roles=[Role.SUB_GROUP]),
    Member(id="named", roles=[Role.ESCALATION_OFFICER]),
)
NOT_PLAYED = {  # a kind, or one of its fields: why no played case takes it; page and REST show it all the same
    "case-merged.carried": "said by the system",
    "delay-told": "after six months",
    "draft-sent-for-sign-off.without_chair": "of a CRG Chair who is silent",
    "duty-served": "of a mail that no server takes",
    "edition-moved": "offered where another edition is at hand",
    "identity-accepted": "of a report that identifies the family",
    "improvements-published.none_reason": "in the place of what is published",
    "milestone-of-ours-reached": "of an edition with milestones of its own",
    "non-publication-told": "of a review that is not published",
    "notification-copy-received": "of a copy that did not come with the notification",
    "panel-answered": "of a Panel that asks for more",
    "panel-told-of-returns": "of a return after the submission",
    "referral-completed": "of a referral that lacked something",
    "review-assured.lacks": "of a draft that is not sound",
    "scoping-meeting-held.left_out.reason": "of an agency that is left out",
}


@cache
def played() -> Play:
    """Every case that is played: to the end of a practice review by each edition, a referral, a request, "no"."""
    everybody = cast(also=(_SUB_GROUP, _ESCALATION))
    play = Play()
    play.through(World(play.opened(IncidentReported, in_care()), who=everybody))
    play.through(opened(play.opened(ReferralReceived, referral())))
    play.through(opened(play.opened(InformationRequested, request())))
    play.through(World(who=everybody, edition=load_edition("england-2023")))
    declined = World(who=everybody)
    for head in HEADS:
        declined.say(view_of(head, View.DO_NOT_NOTIFY))
    play.through(declined)
    return play


@cache
def fields() -> list[str]:
    """Every field in which somebody writes, of every kind of fact."""
    found: dict[str, str] = {}
    for kind, fact in FACTS.items():
        if fact.sample and not issubclass(fact, Corrected | TakenBack):
            filled(fact, shown(fact.sample, NOW), kind, found)
    return sorted(found)


def not_played(place: str) -> str | None:
    """Why no played case takes a field; None where one has to."""
    return NOT_PLAYED.get(place) or NOT_PLAYED.get(place.split(".")[0])


def table() -> str:
    """The whole page."""
    play = played()
    lines = []
    for place in sorted({*fields(), *play.tried}):
        where = ", ".join(sorted(play.read[place])) or f"page, REST (not played: {not_played(place)})"
        lines.append(f"| `{place}` | {where} |")
    return _HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(table(), encoding="utf-8")
