"""The gallery of mails: each kind once, as a person receives it, of one invented case.

Run as a module (`make gallery`) it writes `docs/mails.md`, and beside the builds, for the eye, each as HTML with every
other form that it can take.
"""

from datetime import UTC, datetime
from pathlib import Path

from delivery.mail import Mail, as_message
from delivery.papers.samples import PARTNERSHIP, REFERENCE
from delivery.prose import RenderedMail
from delivery.replies.offering import Offered
from tests.delivery.rendered import PROSE
from tests.delivery.samples import MAILS, PORTAL, mail_context

PAGE = Path(__file__).parents[2] / "docs" / "mails.md"
SEEN = Path(__file__).parents[2] / "build" / "mails"
_OFFICE = "office@northmoor.example.org"
_FROM = "Business Unit <case-reviews@northmoor.example.org>"
_SIGNED = "Safeguarding Business Unit\n"
_REPLIES = {"returns-request": "return", "sign-off-request": "sign-off", "comment-request": "comment"}
_WHILE_D_7_RUNS = ("deadline-", "draft-", "return", "scoping-", "sign-off-", "slack-", "several", "senior-", "agency-")
_TODAY = "working day 12 of 15"
_PAGES = {  # of mails of no case: where they lead
    "crg-": "crg/crg-2026-06-03",
    "address-": "directory",
    "directory-": "directory",
    "morning-": "today",
    "weekly-": "cases",
    "sign-in-": "sign-in",
}
_HEAD = """# Every email that the system sends

Each kind once, as its reader receives it, from one invented case of an invented partnership; what an email says
depends on the case, so most have other forms, too. Made by `make gallery`, which also writes every form as HTML into
`build/mails/`, to be looked at in a browser.

Every email ends as the first one here does; below it the ending is left out. Sender, address for replies and telephone
number are [settings](settings.md). Which day it is stands in the first line while the time for the rapid review runs.
"""


def rendered(name: str, n: dict[str, object]) -> RenderedMail:
    """One mail in one of its forms."""
    kind = _REPLIES.get(name)
    more = {
        "telephone": "01632 960 001",
        "reply": Offered(kind, counts=True) if kind else None,
        "counted": _TODAY if name.startswith(_WHILE_D_7_RUNS) else "",
    }
    page = next((page for begins, page in _PAGES.items() if name.startswith(begins)), None)
    whole = dict(n or MAILS[name].n)
    if page:
        more["portal"] = f"https://portal.example.org/{page}"
        whole |= {key: more["portal"] for key in ("link", "agenda_link") if whole.get(key) == PORTAL}
    return PROSE.render_mail(name, mail_context(whole) | more)


def page() -> str:
    """The whole page."""
    return _HEAD + "".join(_entry(name, whole=place == 0) for place, name in enumerate(sorted(MAILS)))


def _entry(name: str, *, whole: bool) -> str:
    mail = rendered(name, MAILS[name].n)
    message = as_message(
        Mail(
            to_name="Wren Hale",
            to_address="wren.hale@northmoor.example.org",
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            message_id="<sample@northmoor.example.org>",
            sent_at=datetime(2026, 5, 29, 9, tzinfo=UTC),
            reference=REFERENCE,
            from_name=PARTNERSHIP,
            reply_to=_OFFICE,
        ),
        _FROM,
    )
    head = "\n".join(f"{one}: {' '.join(str(message[one]).split())}" for one in ("From", "Reply-To", "To", "Subject"))
    text = mail.text if whole else mail.text.partition(_SIGNED)[0]
    shown = head if whole else head.rpartition("\n")[2]
    return f"\n## {name}\n\n```text\n{shown}\n\n{text.rstrip()}\n```\n"


def write() -> None:
    """The page, and every form of every mail as HTML, each in a file of its own."""
    PAGE.write_text(page(), encoding="utf-8")
    SEEN.mkdir(parents=True, exist_ok=True)
    for name, sample in MAILS.items():
        for number, n in enumerate(({}, *sample.also)):
            (SEEN / f"{name}-{number}.html").write_text(rendered(name, n).html, encoding="utf-8")


if __name__ == "__main__":
    write()
