"""A rehearsal whose people use the pages alone: they open the case, follow its links and fill in its forms.

The scenario says who does what and when, as for any rehearsal; what it says goes into boxes that the page must have.
What the pages do not take, the API must refuse as well.
"""

import asyncio
import html
import re
from typing import Any, Self

import httpx
from playwright.async_api import Browser

from api.forms import described, filled
from api.forms.question import NO
from api.forms.steps import OPENINGS, STEPS
from crg.rehearsal.director import Director
from crg.rehearsal.errors import WentOtherwise
from crg.rehearsal.portal import Answer, Portal
from crg.rehearsal.scenario import WayIn
from review.facts import FACTS
from review.facts.directory import Directory
from settings import Settings
from tests.pages.browsing import Person
from tests.pages.filling import Stuck

JSON = dict[str, Any]
_OPENS = {
    WayIn.INCIDENT: "incident-reported",
    WayIn.REFERRAL: "referral-received",
    WayIn.INFORMATION_REQUEST: "information-requested",
}
_LOOKS = 100  # times a tenth of a second until what was sent is on the record


class Pages(Portal):
    """The people of a case at its pages, each signed in as themselves."""

    def __init__(self, browser: Browser, settings: Settings, directory: Directory) -> None:
        super().__init__(settings, directory)
        self._browser = browser
        self._people: dict[str, Person] = {}
        self.taken: dict[str, set[str]] = {}  # who took which kinds of steps

    async def __aexit__(self, *error: Any) -> None:
        for one in self._people.values():
            await one.close()
        await super().__aexit__(*error)

    async def open(self, way_in: WayIn, body: JSON, *, who: str, key: str) -> Answer:
        """From the list of cases, by the form that it leads to."""
        rel, person = _OPENS[way_in], await self._person(who)
        path = f"/cases/new/{rel}"
        assert path in await person.reads("/cases")
        where = await person.fill_in(path, _boxes(filled(described(OPENINGS[rel]), body)))
        self.taken.setdefault(who, set()).add(rel)
        return Answer(httpx.codes.CREATED, {"reference": httpx.URL(where).path.split("/")[2]})

    async def say(self, reference: str, kind: str, body: JSON, *, who: str, key: str) -> Answer:
        """By the form to which the case's page links; by the API where no form takes it, which must refuse it, too."""
        person = await self._person(who)
        right = FACTS.get(body["right"]["kind"]) if "right" in body else None
        questions = described(STEPS[kind], right)
        taken_for_granted = {one.name: [NO] for one in questions if one.outright}  # by the body, and asked at the page
        boxes = _boxes(taken_for_granted | filled(questions, body))
        why = []
        for link in await self._links(person, reference, kind, body):
            try:
                where = await person.fill_in(link, boxes)
            except Stuck as stuck:
                why.append(str(stuck))
                await person.reads(f"/cases/{reference}")
                continue
            await _recorded(person, where)
            self.taken.setdefault(who, set()).add(kind)
            return Answer(httpx.codes.CREATED, {})
        refused = await super().say(reference, kind, body, who=who, key=key)
        if refused.refusal is None:
            raise WentOtherwise(f"{kind} by {who}: the API takes it, and no page does: {why or 'no link'}")
        return refused

    async def _links(self, person: Person, reference: str, kind: str, body: JSON) -> list[str]:
        """The forms of this kind to which the case's page leads this reader; of a correction, that of its entry."""
        page = await person.reads(f"/cases/{reference}")
        found = re.findall(rf'href="(/cases/{reference}/steps/{kind}(?:\?[^"]*)?)"', page)
        links = list(dict.fromkeys(map(html.unescape, found)))
        wrong = body.get("corrects")
        return [link for link in links if not wrong or f"entry={wrong}" in link]

    async def _person(self, who: str) -> Person:
        if who not in self._people:
            self._people[who] = await Person.signed_in(self._browser, self._settings.public_url, who)
        return self._people[who]


class ByPages(Director):
    """A rehearsal by the pages; sign-offs that the scenario has by the link of an email go by that link."""

    def __init__(self, browser: Browser, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._browser = browser

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self._portal = self.pages = Pages(self._browser, self._settings, self._company.directory)
        await self._exits.enter_async_context(self.pages)
        return self


def _boxes(said: dict[str, list[str]]) -> dict[str, list[str]]:
    """What a person types: the minute of a moment, and not its seconds."""
    return {box: values for box, values in said.items() if not box.endswith(".exact")}


async def _recorded(person: Person, where: str) -> None:
    """The case's page, to which the form has led, says that it is recorded."""
    shown = await person.shown()
    for _ in range(_LOOKS):
        if "Recorded:" in shown:
            return
        await asyncio.sleep(0.1)
        shown = await person.reads(where)
    raise WentOtherwise(f"{where} does not say that it is recorded")
