"""The protocol over HTTP, for each edition; and a live case moved to another edition."""

import httpx

from settings import Settings
from tests.api.conftest import Token


async def test_the_protocol_is_read_for_each_edition(client: httpx.AsyncClient, token: Token) -> None:
    """Stages in order, moves, who acts, deadlines with clause and reminders."""
    lengths = {}
    for edition in ("doncaster-2018", "england-2023"):
        answer = await client.get("/v1/protocol", params={"edition": edition}, headers=token("observer"))
        assert answer.status_code == 200
        found = answer.json()
        lengths[edition] = {rule["id"]: rule["length"] for rule in found["deadlines"]}
        stages = [stage["id"] for stage in found["stages"]]
        assert stages.index("discussion") < stages.index("scoping") < stages.index("decision")
        assert {"source": "scoping", "target": "request"} in found["moves"]
        assert all(rule["clause"] for rule in found["deadlines"])
        assert "concern-escalated" in [step["rel"] for group in found["any_time"] for step in group["steps"]]
    assert "D-6-known" not in lengths["doncaster-2018"]
    assert lengths["england-2023"]["D-6-known"] == "1 working day"


async def test_the_protocol_of_no_edition_names_those_there_are(client: httpx.AsyncClient, token: Token) -> None:
    answer = await client.get("/v1/protocol", params={"edition": "nowhere"}, headers=token("observer"))
    assert answer.status_code == 422
    assert "england-2023" in answer.json()["detail"]
    assert (await client.get("/v1/protocol")).status_code == 401


async def test_only_the_business_unit_moves_a_case_to_another_edition(client: httpx.AsyncClient, token: Token) -> None:
    """Editions: refused to others; an edition that is not there is named."""
    body = {"to": "england-2023", "reason": "Sample: adopted."}
    path = "/v1/cases/CR-2026-999/edition-moved"
    refused = await client.post(path, json=body, headers=token("crg-chair") | {"Idempotency-Key": "move-1"})
    assert refused.status_code == 403
    unknown = await client.post(path, json=body, headers=token("business-unit") | {"Idempotency-Key": "move-2"})
    assert unknown.status_code == 404
    blank = await client.post(path, json=body | {"reason": "  "}, headers=token("business-unit"))
    assert (blank.status_code, blank.json()["errors"][0]["field"]) == (422, "reason")


async def test_a_partnership_s_own_edition_is_listed_and_one_with_mistakes_stops_nothing(
    api: Settings, client: httpx.AsyncClient, token: Token
) -> None:
    """Editions: the good file is listed and drawn; the bad one is left out and cannot be chosen."""
    head = 'based_on = "doncaster-2018"\ntitle = "Own"\ndated = "2026"\nsource = "Sample"\n'
    api.own_editions.mkdir(exist_ok=True)
    (api.own_editions / "own-2026.toml").write_text(f'id = "own-2026"\n{head}', encoding="utf-8")
    (api.own_editions / "bad-2026.toml").write_text(f'id = "bad-2026"\n{head}rapid = 1\n', encoding="utf-8")
    listed = await client.get("/v1/editions", headers=token("observer"))
    assert [one["id"] for one in listed.json()["items"]] == ["doncaster-2018", "england-2023", "own-2026"]
    drawn = await client.get("/v1/protocol", params={"edition": "own-2026"}, headers=token("observer"))
    assert drawn.status_code == 200
    refused = await client.get("/v1/protocol", params={"edition": "bad-2026"}, headers=token("observer"))
    (error,) = refused.json()["errors"]
    assert error["field"] == "edition"
    assert "choose one of: doncaster-2018, england-2023, own-2026" in error.values()


async def test_an_edition_s_name_of_any_length_and_form_is_answered(
    api: Settings, client: httpx.AsyncClient, token: Token
) -> None:
    for name in ("x" * 300, "../doncaster-2018", "\0", "é" * 99):
        cookie = {"Cookie": "crg_session=" + token("dcs")["Authorization"].removeprefix("Bearer ")}
        page = await client.get("/protocol", params={"edition": name}, headers=cookie)
        assert (page.status_code, "Choose one of: doncaster-2018" in page.text) == (422, True)
        answer = await client.get("/v1/protocol", params={"edition": name}, headers=token("dcs"))
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "edition")


async def test_a_hostile_file_of_an_edition_stops_no_case(
    api: Settings, client: httpx.AsyncClient, token: Token
) -> None:
    api.own_editions.mkdir(exist_ok=True)
    bad = api.own_editions / "hostile-2026.toml"
    for text in (f"x = {'9' * 10_000}", f"x = {'[' * 9000}", "x = 1\xff"):
        bad.write_bytes(text.encode("latin-1"))
        for path in ("/v1/editions", "/v1/protocol"):
            assert (await client.get(path, headers=token("dcs"))).status_code == 200
        chosen = await client.get("/v1/protocol", params={"edition": "hostile-2026"}, headers=token("dcs"))
        assert chosen.status_code == 422
    bad.unlink()
