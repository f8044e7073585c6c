"""The commands: what they answer when all goes as written, and when it does not."""

import asyncio
import base64
import json
import resource
import sqlite3
from pathlib import Path
from urllib.parse import unquote

import httpx
from google.protobuf.json_format import MessageToDict
from temporalio.api.common.v1 import Payload

from crg.embedded.lock import running
from crg.embedded.ports import check_ports, stack_ports
from crg.printed import as_typed
from review.facts.enums import Stage
from review.protocol import STAGE_TITLES
from settings import Settings
from settings.keys import Keyring
from settings.sealing import SealingCodec
from tests.commanding import commanded
from tests.ports import free_settings
from tests.rehearsal.conftest import Crg, Done, run_crg

HEAD = 'title = "A sample"\nstarts = "2026-06-01 10:00"\n'
VIEWS = """
[[step]]
who = "dcs"
does = "partner-view-given"

[[step]]
who = "chief-executive"
does = "partner-view-given"
"""
NOTIFIED = f"""{VIEWS}
[[step]]
at = "day 0 16:00"
does = "panel-notified"
"""


def rehearse(crg: Crg, folder: Path, text: str, head: str = HEAD) -> Done:
    file = folder / "sample.toml"
    file.write_text(head + text, encoding="utf-8")
    return crg("rehearse", file, out=folder / "out.json")


def worked() -> float:
    """Seconds that processors have worked for the programs that this one has started: busy or not."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_the_demo_starts_a_stack_of_its_own_takes_less_than_a_minute_and_leaves_the_case(tmp_path: Path) -> None:
    settings = free_settings(tmp_path / "data")
    began = worked()
    done = run_crg(settings, "demo", out=tmp_path / "out.json")
    assert done.code == 0, done.reported + done.complained
    assert worked() - began < 60
    assert "Practice review decided" in done.reported
    assert f"The stack has been stopped: start it again with `{as_typed()} run` to look at it." in done.reported
    assert f"The record   {as_typed()} record RH-" in done.reported, "as a terminal here takes it"
    assert running(settings.data) is None
    check_ports(stack_ports(settings))
    assert {"reference", "record", "deadlines", "emails", "state"} <= set(done.out)
    record = commanded(settings, "record", done.out["reference"], "--json")
    assert len(json.loads(record.reported)) == len(done.out["record"])


def test_a_step_that_is_refused_ends_the_rehearsal_with_a_sentence_and_exit_code_1(crg: Crg, tmp_path: Path) -> None:
    done = rehearse(crg, tmp_path, '[[step]]\nat = "day 1 09:00"\ndoes = "panel-notified"\n')
    assert done.code == 1
    assert (
        "sample.toml, step 1 (panel-notified), Tue 2 Jun 2026 09:00: The DCS and the Chief Executive must agree to "
        "notify the Panel before it is notified. Record the view of each of them first. (partners-not-agreed)"
    ) in done.complained
    assert "Traceback" not in done.complained
    assert not done.out


def test_a_step_that_is_taken_though_it_should_be_refused_is_exit_code_1_too(crg: Crg, tmp_path: Path) -> None:
    done = rehearse(crg, tmp_path, f'{NOTIFIED}expect_refused = "partners-not-agreed"\n')
    assert done.code == 1
    assert "it should be refused as partners-not-agreed, but it was taken" in done.complained


def test_a_step_that_is_refused_for_another_reason_is_exit_code_1_too(crg: Crg, tmp_path: Path) -> None:
    step = '[[step]]\ndoes = "panel-notified"\nexpect_refused = "already-recorded"\n'
    done = rehearse(crg, tmp_path, step)
    assert done.code == 1
    assert "it should be refused as already-recorded, but it was refused as partners-not-agreed" in done.complained


def test_somebody_unknown_is_named_before_a_case_is_opened(crg: Crg, stack: Settings, tmp_path: Path) -> None:
    before = how_many_cases(stack)
    done = rehearse(crg, tmp_path, f'{VIEWS}[[step]]\nwho = "dsc"\ndoes = "panel-notified"\n')
    assert done.code == 1
    assert "sample.toml, step 3 (panel-notified): There is no role or person “dsc” that signs in." in done.complained
    done = rehearse(crg, tmp_path, VIEWS, head=f'{HEAD}mailbox.refuses = ["lead-polise"]\n')
    assert (done.code, how_many_cases(stack)) == (1, before)
    assert 'nobody in the directory is known as "lead-polise"; did you mean "lead-police"?' in done.complained


def how_many_cases(stack: Settings) -> int:
    with sqlite3.connect(stack.data / "case-reviews.db") as database:
        (count,) = database.execute("SELECT count(*) FROM cases").fetchone()
    database.close()
    return int(count)


def test_steps_that_are_out_of_order_are_told_so(crg: Crg, tmp_path: Path) -> None:
    steps = '[[step]]\nat = "day 2 09:00"\ndoes = "nothing"\n[[step]]\nat = "day 1 09:00"\ndoes = "nothing"\n'
    done = rehearse(crg, tmp_path, steps)
    assert done.code == 1
    assert (
        'step 2 (nothing): at: "day 1 09:00" is Tue 2 Jun 2026 09:00, which lies before the step before it '
        "(Wed 3 Jun 2026 09:00); put the steps in order of time"
    ) in done.complained


def test_what_has_not_happened_cannot_be_counted_from(crg: Crg, tmp_path: Path) -> None:
    done = rehearse(crg, tmp_path, '[[step]]\nat = "1 hour after D-7"\ndoes = "nothing"\n')
    assert done.code == 1
    assert '"1 hour after D-7" counts from "D-7", which is not known at this point' in done.complained


def test_nobody_signs_what_has_not_been_sent(crg: Crg, tmp_path: Path) -> None:
    done = rehearse(crg, tmp_path, '[[step]]\ndoes = "sign-off"\nby = "officer-health"\n')
    assert done.code == 1
    assert "no email with a sign-off link has reached officer-health@" in done.complained


def test_time_passes_until_the_end_and_what_falls_due_on_the_way_is_told(crg: Crg, tmp_path: Path) -> None:
    """D-1: five working days after Monday 1 June 2026; nobody notifies, and it is escalated on the next working day."""
    done = rehearse(crg, tmp_path, VIEWS, head=f'{HEAD}until = "1 working day after D-1 10:00"\n')
    assert done.code == 0, done.complained
    (d1,) = [one for one in done.out["deadlines"] if one["id"] == "D-1"]
    assert (d1["due"], d1["met"], d1["status"]) == ("2026-06-08T22:59:59Z", None, "late")
    fired = [row["what"] for row in done.out["record"] if row["kind"] == "deadline" and row["about"] == "D-1"]
    assert fired[:3] == ["deadline-started", "deadline-reminder", "deadline-reminder"]
    assert sorted(fired[3:]) == ["deadline-escalation", "deadline-overdue", "deadline-passed"]
    told = [mail["subject"] for mail in done.out["emails"] if mail["to"].startswith("independent-chair@")]
    assert any("notify the Panel of the incident" in subject for subject in told), done.out["emails"]


def test_offices_can_differ_in_one_rehearsal_only(crg: Crg, tmp_path: Path) -> None:
    head = f'{HEAD}directory.agencies = [{{ id = "housing", expected = true }}]\n'
    agencies = '["childrens-services", "police", "hospital", "primary-care", "education"]'
    held = f"""
[[step]]
at = "day 1 10:00"
does = "scoping-meeting-held"
with = {{ agencies = {agencies}, rapid_review_meeting_at = "day 9 10:00" }}
"""
    refused = f'{NOTIFIED}{held}expect_refused = "expected-agency-unexplained"\n'
    assert rehearse(crg, tmp_path, refused, head=head).code == 0
    assert rehearse(crg, tmp_path, NOTIFIED + held).code == 0


def test_where_nothing_can_be_written_is_told_before_anything_is_played(crg: Crg, tmp_path: Path) -> None:
    (tmp_path / "sample.toml").write_text(HEAD + VIEWS, encoding="utf-8")
    done = crg("rehearse", tmp_path / "sample.toml", out=tmp_path / "nowhere" / "out.json")
    assert done.code == 1
    assert "its folder does not exist, make it first" in done.complained


def test_the_record_of_no_case_says_which_there_are(crg: Crg, tmp_path: Path) -> None:
    assert rehearse(crg, tmp_path, VIEWS).code == 0
    done = crg("record", "CR-2026-999")
    assert done.code == 1
    assert "There is no record of a case CR-2026-999. Known are, the last first: RH-2026-" in done.complained
    assert crg("record", "--verify", "CR-2026-999").code == 1
    assert "Write for example crg record CR-2026-001" in crg("record").complained


def test_an_anchor_is_printed_and_everything_checked_against_it(crg: Crg, tmp_path: Path) -> None:
    """X-3: kept elsewhere, it shows what was set back whole; one that was changed is refused with a sentence."""
    assert rehearse(crg, tmp_path, VIEWS).code == 0
    kept = tmp_path / "anchor.json"
    made = crg("record", "--anchor")
    kept.write_text(made.reported, encoding="utf-8")
    assert {one[0] for one in json.loads(made.reported)["heads"]} >= {"journal", "directory"}

    checked = crg("record", "--verify", "--against", kept)
    assert (checked.code, "every row is as it was written" in checked.reported) == (0, True)
    assert "directory-changed" in crg("record", "directory").reported

    kept.write_text(made.reported.replace('"journal"', '"other"'), encoding="utf-8")
    forged = crg("record", "--verify", "--against", kept)
    assert (forged.code, "the signature of this anchor does not hold" in forged.complained) == (1, True)
    missing = crg("record", "--verify", "--against", tmp_path / "nowhere.json")
    assert (missing.code, "name a file that crg record --anchor has written" in missing.complained) == (1, True)


def test_without_a_database_the_record_says_where_it_looked(tmp_path: Path) -> None:
    done = commanded(free_settings(tmp_path / "empty"), "record", "CR-2026-001")
    assert done.code == 1
    assert "There is no database at" in done.complained
    assert "Set CRG_DATA" in done.complained


def test_the_temporal_ui_opens_what_is_sealed_from_the_first_click(stack: Settings) -> None:
    """It asks without a sign-in where it was told to; another site's page, or another key, is shown nothing."""
    said = Payload(metadata={"encoding": b"json/plain"}, data=b'"Sample: said"')
    sealed = asyncio.run(SealingCodec(Keyring.from_settings(stack)).seal(said))
    body, ui = {"payloads": [MessageToDict(sealed)]}, f"http://127.0.0.1:{stack.temporal_ui_port}"
    with httpx.Client(trust_env=False) as client:
        asks = client.get(f"{ui}/api/v1/settings").json()["Codec"]["Endpoint"]
        assert client.options(f"{asks}/decode", headers={"Origin": ui}).status_code == 204
        answer = client.post(f"{asks}/decode", json=body, headers={"Origin": ui})
        assert base64.b64decode(answer.json()["payloads"][0]["data"]) == said.data
        assert answer.headers["access-control-allow-origin"] == ui
        elsewhere = {"Origin": "https://elsewhere.example"}
        assert client.post(f"{asks}/decode", json=body, headers=elsewhere).status_code == 401
        assert client.post(f"{asks[:-1]}x/decode", json=body, headers={"Origin": ui}).status_code == 404


def test_several_scenarios_are_played_and_those_that_went_otherwise_are_named(crg: Crg, tmp_path: Path) -> None:
    """One that goes otherwise does not keep the next from being played; a file with a mistake keeps all from it."""
    wrong, right, broken = (tmp_path / f"{name}.toml" for name in ("wrong", "right", "broken"))
    wrong.write_text(HEAD + '[[step]]\nat = "day 1 09:00"\ndoes = "panel-notified"\n', encoding="utf-8")
    right.write_text(HEAD + NOTIFIED, encoding="utf-8")
    broken.write_text(HEAD + '[[step]]\ndoes = "fly"\n', encoding="utf-8")
    done = crg("rehearse", wrong, right)
    assert done.code == 1
    assert "(partners-not-agreed)" in done.complained
    assert f"1 of 2 went otherwise than written: {wrong}" in done.complained
    assert "rows of the record" in done.reported
    assert crg("rehearse", right, broken).reported == ""
    refused = crg("rehearse", right, right, out=tmp_path / "out.json")
    assert refused.code == 1
    assert "leave --json out" in refused.complained


def test_every_list_of_the_temporal_ui_is_one_that_the_server_understands(crg: Crg, stack: Settings) -> None:
    """Links for stage, overdue, next deadline: each query is asked of the server."""
    found = json.loads(crg("ui-views", "--json").reported)
    assert {
        "All cases",
        "Overdue",
        "Next deadline within 7 days",
        f"Stage: {STAGE_TITLES[Stage.REPORT]}",
        "Rehearsals",
    } <= set(found)
    base = f"http://127.0.0.1:{stack.temporal_ui_port}/namespaces/default/workflows?query="
    with httpx.Client(base_url=f"http://127.0.0.1:{stack.temporal_ui_port}", trust_env=False) as client:
        for title, link in found.items():
            assert link.startswith(base), title
            query = unquote(link.removeprefix(base))
            answer = client.get("/api/v1/namespaces/default/workflow-count", params={"query": query})
            assert answer.status_code == 200, (title, answer.text)
    assert "Overdue" in crg("ui-views").reported
