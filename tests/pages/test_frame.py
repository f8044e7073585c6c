"""The frame of the pages: the files they load, and templates that name only what they are given."""

import re
from datetime import datetime
from pathlib import Path

import httpx
import jinja2
import pytest
from fastapi.routing import APIRoute

from api.pages import router
from api.pages.layout import STATIC
from api.pages.sign_in import onward
from api.rendering import environment
from calendar_rules.lengths import LONDON
from crg.embedded.login import SignIn
from delivery.words import left
from settings import load_settings
from tests.house import ROOT
from tests.pages.desk import Desk

FOLDER = Path("api/static")


async def test_the_pages_load_their_own_files_and_no_others(desk: Desk, client: httpx.AsyncClient) -> None:
    for name, media_type in STATIC.items():
        answer = await client.get(f"/static/{name}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
        assert answer.content == (Path(__file__).parents[2] / FOLDER / name).read_bytes()
    for name in ("README.md", "..%2fcodec.py", "x"):
        assert (await client.get(f"/static/{name}")).status_code == 404


def test_no_style_or_script_loads_anything_from_elsewhere() -> None:
    for name in STATIC:
        text = (Path(__file__).parents[2] / FOLDER / name).read_text("utf-8")
        text = text.replace("fetch(form.getAttribute('action'),", "")  # a draft, to where the form itself is sent
        for word in ("url(", "@import", "@font-face", "GDS Transport", "sourceMappingURL", "fetch("):
            assert word not in text, f"{name} holds {word}"


@pytest.mark.parametrize(
    ("now", "due", "says"),
    [
        ("2026-03-06T10:00", "2026-03-08T16:00", "due Sunday 16:00"),
        ("2026-03-08T10:00", "2026-03-08T16:00", "due today 16:00"),
        ("2026-03-06T10:00", "2026-03-06T23:59", "due today"),
        ("2026-03-28T10:00", "2026-03-29T22:59+00:00", "due Sunday"),
        ("2026-03-06T16:01", "2026-03-06T16:00", "late, since 16:00 today"),
        ("2026-03-08T10:00", "2026-03-06T16:00", "late"),
    ],
)
def test_what_is_due_on_a_sunday_is_not_due_today_on_a_friday(now: str, due: str, says: str) -> None:
    """No working day is left between the two, or has passed, which is not the same."""
    there, then = (datetime.fromisoformat(one) for one in (now, due))
    then = then if then.tzinfo else then.replace(tzinfo=LONDON)
    assert left(0, then, there.replace(tzinfo=LONDON)) == says


def test_a_page_that_lacks_a_word_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError, match="sentences"):
        environment().get_template("plain.html").render(title="T", partnership="P", here="/")


@pytest.mark.parametrize(
    "name", environment().list_templates(filter_func=lambda name: name.endswith(".html") and "/" not in name)
)
def test_no_page_carries_script_or_style_of_its_own(name: str) -> None:
    source = environment().get_template(name).filename
    assert source is not None
    text = Path(source).read_text("utf-8")
    for word in ("<style", " style=", "onclick", "javascript:", "http://", "https://"):
        assert word not in text
    assert text.count("<script") == text.count('<script type="module" src="/static/pages.js"></script>')


def paths() -> set[str]:
    """Every address of the pages, of the codec and of the sign-in."""
    return {one.path for one in routes()}


def routes() -> list[APIRoute]:
    """Every route of them."""
    found: list[APIRoute] = []
    waiting: list[object] = [router(), SignIn(load_settings()).router()]
    while waiting:
        one = waiting.pop()
        waiting += getattr(one, "routes", None) or getattr(getattr(one, "original_router", None), "routes", [])
        if isinstance(one, APIRoute):
            found.append(one)
    return found


def test_a_sign_in_leads_to_every_page_that_asks_for_one() -> None:
    """Whoever asked for a page comes back to it: each without a name in its address, and each of the menu."""
    menu = re.findall(r'href="(/[^"]*)"', (ROOT / "templates" / "pages" / "signed.html").read_text("utf-8"))
    read = {one.path for one in routes() if "GET" in (one.methods or ()) and "{" not in one.path}
    first = {path for path in read if not path.startswith(("/sign-", "/issuer"))}
    assert [path for path in sorted({*menu, *first}) if onward(path) != path] == []


def test_every_page_is_open_on_purpose_or_asks_who_is_reading() -> None:
    """A new page belongs into one of these: open to all, opened by a link of its own, or behind the sign-in."""
    open_to_all = {"/", "/start", "/static/{name}", "/sign-in", "/sign-in/back", "/sign-out"}
    open_to_all |= {"/sign-in/council", "/sign-in/code", "/sign-in/code/entered"}
    provider = {"/issuer/authorize", "/issuer/token"}  # of the embedded stack alone
    by_link = {"/s/{token}", "/s/{token}/document", "/s/{token}/open", "/s/{token}/again", "/r/{token}"}
    by_link |= {"/calendar/{secret}.ics"}
    by_link |= {f"/r/{{token}}/{more}" for more in ("whole", "known", "senior-officers", "open", "again")}
    by_link |= {f"/{one}/{{token}}{more}" for one in "ap" for more in ("", "/open", "/again")} | {"/p/{token}/{name}"}
    behind_sign_in = {
        "/directory",
        "/directory/{person}/confirmed",
        "/directory/entries/{kind}",
        "/directory/entries/{kind}/{id}",
        "/directory/leave",
        "/directory/leave/out",
        "/calendar",
        "/calendar/made",
        "/calendar/revoked",
        "/closures",
        "/closures/{day}/taken-back",
        "/links",
    }
    behind_sign_in |= {"/replies", *(f"/replies/{{id}}/{one}" for one in ("taken-up", "set-aside", "as-it-came"))}
    behind_sign_in |= {
        "/cases/{reference}/links",
        "/cases/{reference}/links/again",
        "/cases/{reference}/disclosures",
        "/cases/{reference}/plan",
        "/cases/{reference}/clock",
        "/cases/{reference}/family",
        "/cases/{reference}/record",
        "/cases/{reference}/made/{paper}",
        "/cases/{reference}/timeline",
    }
    behind_sign_in |= {"/cases/{reference}/returns/{agency}/{version}"}
    behind_sign_in |= {"/cases/{reference}/papers/{document}/{version}", "/cases/{reference}/bundles/{row}"}
    behind_sign_in |= {"/cases/{reference}/chronology" + one for one in ("", "/table", "/word")}
    behind_sign_in |= {"/cases/new/{rel}", "/cases/{reference}/steps/{rel}"}
    behind_sign_in |= {
        "/today",
        "/today/reminders",
        "/today/by-mail",
        "/cases.csv",
        "/cases/named",
        "/cases/rehearse",
        "/protocol",
        "/editions",
        "/crg",
        "/crg/{id}",
        "/crg/{id}/{act}",
        "/crg/{id}/paper",
        "/actions",
        "/cases",
        "/cases/{reference}",
    }
    for_two_offices = {"/codec/decode"}
    assert paths() == open_to_all | provider | by_link | behind_sign_in | for_two_offices
