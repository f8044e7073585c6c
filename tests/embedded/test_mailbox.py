"""The mail catcher, over real SMTP and HTTP, in the process that the stack runs."""

import smtplib
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest

from crg.embedded import programs
from crg.embedded.mail_folder import MAILBOX_ID, MailFolder
from delivery.replies.address import mail_of_address
from delivery.replies.reading import read
from settings import Settings
from tests.ports import free_settings


class Catcher:
    """A running catcher and its two sides."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.folder = settings.data / "mail"
        self.web = httpx.Client(base_url=f"http://127.0.0.1:{settings.mail_ui_port}", trust_env=False)

    def send(self, mail: EmailMessage, to: list[str]) -> dict[str, tuple[int, bytes]]:
        """Send it; answers what was refused."""
        with smtplib.SMTP("127.0.0.1", self.settings.smtp_port) as smtp:
            return smtp.send_message(mail, "from@sample-partnership.example.org", to)

    def json(self, path: str) -> Any:
        answer = self.web.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()


@contextmanager
def running_catcher(settings: Settings) -> Iterator[Catcher]:
    program = programs.mailbox(settings)
    settings.data.mkdir(parents=True, exist_ok=True)
    with subprocess.Popen(program.command, env=dict(program.environment)) as process:
        catcher = Catcher(settings)
        try:
            wait_for(catcher, process)
            yield catcher
        finally:
            catcher.web.close()
            process.terminate()
            assert process.wait(10) is not None


def wait_for(catcher: Catcher, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 20
    while True:
        try:
            catcher.web.get("/messages.json")
        except httpx.ConnectError:
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)
        else:
            return


@pytest.fixture(scope="module")
def catcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catcher]:
    with running_catcher(free_settings(tmp_path_factory.mktemp("catcher"))) as catcher:
        yield catcher


def mail(subject: str = "Case CR-2026-001: please sign – today") -> EmailMessage:
    """A mail as the product sends it: both texts, an invitation and a document."""
    made = EmailMessage()
    made["To"] = "Ari Sample <officer@sample-partnership.example.org>"
    made["From"] = "case-reviews@sample-partnership.example.org"
    made["Subject"] = subject
    made["Date"] = "Fri, 18 Dec 2026 10:00:00 +0000"
    made["Message-ID"] = "<sign-1@sample-partnership.example.org>"
    made.set_content("Please sign at http://127.0.0.1:8000/sign/a.b.c?x=1&y=2, by noon.\n<script>alert(1)</script>\n")
    made.add_alternative("<p>Please <a href='http://127.0.0.1:8000/sign'>sign</a>.</p>", subtype="html")
    made.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="Agenda – draft.pdf")
    made.add_attachment("<b>report</b>", subtype="html", filename="report.html")
    return made


def test_a_mail_sent_by_smtp_is_listed_and_read_back_whole(catcher: Catcher) -> None:
    to = "whole@sample-partnership.example.org"
    assert catcher.send(mail(), [to]) == {}
    (listed,) = catcher.json(f"/messages.json?to={to}")
    assert listed["to"] == [to]
    assert listed["subject"] == "Case CR-2026-001: please sign – today"
    assert listed["message_id"] == "<sign-1@sample-partnership.example.org>"
    assert listed["sent_at"] == "2026-12-18T10:00:00+00:00"
    read = catcher.json(f"/messages/{listed['id']}.json")
    assert read.items() >= listed.items()
    assert read["text"].startswith("Please sign at http://127.0.0.1:8000/sign/a.b.c?x=1&y=2, by noon.")
    assert read["html"].startswith("<p>Please <a href=")
    assert read["attachments"] == ["Agenda – draft.pdf", "report.html"]
    raw = catcher.web.get(f"/messages/{listed['id']}.eml")
    assert raw.content == (catcher.folder / f"{listed['id']}.eml").read_bytes()
    assert b"Message-ID: <sign-1@sample-partnership.example.org>" in raw.content
    assert catcher.web.get(f"/messages/{listed['id']}/attachments/0").content == b"%PDF"


def test_the_newest_mail_comes_first(catcher: Catcher) -> None:
    to = "order@sample-partnership.example.org"
    for subject in ("first", "second", "third"):
        catcher.send(mail(subject), [to])
    assert [one["subject"] for one in catcher.json(f"/messages.json?to={to}")] == ["third", "second", "first"]


def test_a_refused_address_gets_550_and_the_others_their_mail(catcher: Catcher) -> None:
    refused, taken = "Refused@sample-partnership.example.org", "taken@sample-partnership.example.org"
    (catcher.folder / "refuse.txt").write_text(f"# tried on 18 December\n{refused.lower()}\n")
    answer = catcher.send(mail(), [refused, taken])
    assert answer[refused][0] == 550
    assert [one["to"] for one in catcher.json(f"/messages.json?to={taken}")] == [[taken]]
    assert catcher.json(f"/messages.json?to={refused}") == []
    page = catcher.web.get("/").text
    assert f"Refused now: {refused.lower()}." in page
    assert str(catcher.folder / "refuse.txt") in page
    (catcher.folder / "refuse.txt").unlink()
    assert catcher.send(mail(), [refused]) == {}


def test_the_page_shows_the_mail_and_runs_nothing_that_is_in_it(catcher: Catcher) -> None:
    to = "page@sample-partnership.example.org"
    sent = mail("<b>bold</b>")
    sent.replace_header("Date", "Sat, 18 Jul 2026 10:00:00 +0000")
    catcher.send(sent, [to])
    (listed,) = catcher.json(f"/messages.json?to={to}")
    overview = catcher.web.get("/").text
    assert "&lt;b&gt;bold&lt;/b&gt;" in overview
    page = catcher.web.get(f"/messages/{listed['id']}").text
    assert "Sat 18 Jul 2026, 11:00" in page  # London, in summer
    assert 'href="http://127.0.0.1:8000/sign/a.b.c?x=1&amp;y=2"' in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in page
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    html = catcher.web.get(f"/messages/{listed['id']}.html")
    policy = html.headers["content-security-policy"]
    assert policy.startswith("sandbox ")
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy
    attached = catcher.web.get(f"/messages/{listed['id']}/attachments/1")
    assert attached.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("path", ["x", "x.json", "x.eml", "x.html", "x/attachments/0", "..%2F..%2Fcrg.lock"])
def test_a_mail_that_is_not_there_is_not_found(catcher: Catcher, path: str) -> None:
    assert catcher.web.get(f"/messages/{path}").status_code == 404


def test_mail_survives_a_restart_of_the_catcher(settings: Settings) -> None:
    with running_catcher(settings) as first:
        first.send(mail(), ["kept@sample-partnership.example.org"])
        before = first.json("/messages.json")
    with running_catcher(settings) as second:
        assert second.json("/messages.json") == before
        assert len(before) == 1


def test_a_mail_that_a_crash_kept_out_of_the_index_is_found_again(tmp_path: Path) -> None:
    folder = MailFolder(tmp_path)
    first = folder.keep(mail("first").as_bytes(), ["one@sample-partnership.example.org"], "from@example.org")
    folder.keep(mail("second").as_bytes(), ["two@sample-partnership.example.org"], "from@example.org")
    index = tmp_path / "mail" / "index.jsonl"
    whole, cut = index.read_text().splitlines()
    index.write_text(f"{whole}\n{cut[:20]}")
    found = MailFolder(tmp_path).newest_first()
    assert [entry.subject for entry in found] == ["second", "first"]
    assert found[0].to == ["officer@sample-partnership.example.org"]  # all that the file itself says
    assert found[1] == first


def test_a_mail_without_a_date_or_a_text_is_kept_as_it_is(tmp_path: Path) -> None:
    bare = EmailMessage()
    bare["Subject"] = "bare"
    entry = MailFolder(tmp_path).keep(bare.as_bytes(), ["one@example.org"], "")
    assert entry.sent_at is None
    caught = MailFolder(tmp_path).read(entry.id)
    assert caught is not None
    assert caught.html == ""
    assert caught.attachments == []


def test_a_mail_that_names_an_address_for_replies_is_answered_by_its_form(catcher: Catcher) -> None:
    """R-11. By real SMTP, and vouched for as a council's relay would."""
    to, officer = (
        "case-reviews+aerukz4jvpg66ajdivtytk6n@partnership.example.org",
        "officer@sample-partnership.example.org",
    )
    plain, answerable = mail("Case CR-2026-001: for information"), mail("Case CR-2026-001: please answer")
    answerable["Reply-To"] = to
    for one in (plain, answerable):
        catcher.send(one, [officer])
    second, first = catcher.json("/messages.json")[:2]
    assert "Send the reply" not in catcher.web.get(f"/messages/{first['id']}").text
    assert "Send the reply" in catcher.web.get(f"/messages/{second['id']}").text

    sent, path = {"from": officer, "text": "Approved"}, f"/messages/{second['id']}/reply"
    elsewhere = catcher.web.post(path, data=sent, headers={"sec-fetch-site": "cross-site"})
    nowhere = catcher.web.post(f"/messages/{first['id']}/reply", data=sent)
    assert (elsewhere.status_code, nowhere.status_code) == (403, 422)
    assert catcher.web.post(path, data=sent).status_code == 303
    (file,) = (catcher.folder / "replies").glob("*.eml")
    found = read(file.read_bytes(), trusted=MAILBOX_ID)
    assert (found.sender, found.passed, found.text) == (officer, True, "Approved")
    assert found.mail == mail_of_address(to)
    assert catcher.json("/messages.json")[0]["to"] == [to], "and it stands among the caught mails"


def test_what_comes_to_the_plain_address_of_the_mailbox_is_handed_on_too(catcher: Catcher) -> None:
    """A report of a mail that was not delivered goes to the sender's address, which has no plus (R-11)."""
    before = {*(catcher.folder / "replies").glob("*.eml")}
    report, other = mail("Undelivered Mail Returned to Sender"), mail("Case CR-2026-001: for information")
    catcher.send(report, ["Case-Reviews@partnership.example.org"])
    catcher.send(other, ["officer@sample-partnership.example.org"])
    (file,) = {*(catcher.folder / "replies").glob("*.eml")} - before
    assert read(file.read_bytes(), trusted=MAILBOX_ID).subject == "Undelivered Mail Returned to Sender"
