"""Settings come from the environment, hang together, and are refused by name."""

from pathlib import Path

import pytest
from sqlalchemy import make_url

from settings import BadSetting, Settings, SmtpTls, load_settings


def test_without_any_variable_everything_is_on_this_machine() -> None:
    settings = load_settings()

    assert settings.data == Path(".crg").absolute()
    assert settings.temporal_address == "127.0.0.1:7233"
    assert settings.database_url == f"sqlite:///{settings.data}/case-reviews.db"
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.oidc_issuer == "http://127.0.0.1:8000/issuer"
    assert settings.oidc_jwks_url == "http://127.0.0.1:8000/issuer/jwks.json"
    assert settings.smtp_tls is SmtpTls.NONE
    assert settings.rehearsals is False
    assert settings.keys is None


def test_what_depends_on_a_port_or_a_folder_moves_with_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CRG_PORT", "9000")
    monkeypatch.setenv("CRG_TEMPORAL_PORT", "9001")
    monkeypatch.setenv("CRG_DATA", str(tmp_path))

    settings = load_settings()

    assert settings.temporal_address == "127.0.0.1:9001"
    assert settings.oidc_jwks_url == "http://127.0.0.1:9000/issuer/jwks.json"
    assert settings.database_url == f"sqlite:///{tmp_path}/case-reviews.db"
    assert settings.keys_file == tmp_path / "keys.json"


def test_mails_lead_to_a_portal_where_one_is_named_and_else_to_our_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().portal == "http://127.0.0.1:8000"
    monkeypatch.setenv("CRG_PORTAL_URL", "https://portal.council.example/reviews/")
    settings = load_settings()
    assert settings.portal == "https://portal.council.example/reviews"
    assert settings.public_url == "http://127.0.0.1:8000"


def test_what_is_said_outright_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRG_TEMPORAL_ADDRESS", "temporal.internal:7233")
    monkeypatch.setenv("CRG_OIDC_ISSUER", "https://login.council.example/")

    settings = load_settings(port=9000)

    assert settings.temporal_address == "temporal.internal:7233"
    assert settings.oidc_jwks_url == "https://login.council.example/jwks.json"
    assert settings.public_url == "http://127.0.0.1:9000"


@pytest.mark.parametrize("issuer", ["https://login.council.example/", "https://login.council.example/tenant"])
def test_the_issuer_is_kept_exactly_as_given_since_a_token_must_name_it_letter_by_letter(issuer: str) -> None:
    assert load_settings(oidc_issuer=issuer).oidc_issuer == issuer


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://temporal.council.example", "https://temporal.council.example"),
        ("https://Temporal.Council.Example:443/", "https://temporal.council.example"),
        ("http://10.0.0.7:8080", "http://10.0.0.7:8080"),
        ("http://[fd00::7]:8080", "http://[fd00::7]:8080"),
    ],
)
def test_the_origin_of_the_temporal_ui_is_written_as_a_browser_names_it(given: str, origin: str) -> None:
    assert load_settings(temporal_ui_url=given).temporal_ui_url == origin


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRG_PORT", "")
    monkeypatch.setenv("CRG_KEYS", "")

    assert load_settings().port == 8000
    assert load_settings().keys is None


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://crg:secret@db/crg", "postgresql+psycopg://crg:secret@db/crg"),
        ("postgresql://crg@db/crg", "postgresql+psycopg://crg@db/crg"),
        ("postgresql+psycopg://crg@db/crg", "postgresql+psycopg://crg@db/crg"),
        ("sqlite:////var/data/crg.db", "sqlite:////var/data/crg.db"),
    ],
)
def test_a_database_address_as_people_write_it_gets_its_driver(given: str, used: str) -> None:
    assert load_settings(database_url=given).database_url == used


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CRG_PORT", "eighty"),
        ("CRG_PORT", "70000"),
        ("CRG_TEMPORAL_PORT", "0"),
        ("CRG_SMTP_TLS", "maybe"),
        ("CRG_REHEARSALS", "perhaps"),
        ("CRG_LOG_LEVEL", "loud"),
        ("CRG_DATABASE_URL", "mysql://db/secret-word"),
        ("CRG_PUBLIC_URL", "reviews.council.example"),
        ("CRG_OIDC_ISSUER", "login.council.example"),
        ("CRG_MAIL_FROM", "Business Unit"),
        ("CRG_MAIL_FROM", "one@council.example, two@council.example"),
        ("CRG_TEMPORAL_UI_URL", "temporal.council.example"),
        ("CRG_TEMPORAL_UI_URL", "https://temporal.council.example/secret-word"),
        ("CRG_TEMPORAL_UI_URL", "https://me:secret-word@temporal.council.example"),
        ("CRG_TEMPORAL_UI_URL", "https://temporal.council.example:99999"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_in_one_sentence_that_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(BadSetting) as caught:
        load_settings()

    assert str(caught.value).startswith(f"{name} cannot be used: ")
    assert str(caught.value).endswith("; correct it and start again.")
    assert "\n" not in str(caught.value)
    assert "secret-word" not in str(caught.value)


def test_no_secret_shows_when_settings_are_printed() -> None:
    settings = Settings(
        keys="k:word", smtp_password="word", temporal_api_key="word", database_url="postgres://u:word@h/d"
    )

    assert "word'" not in repr(settings)
    assert ":word" not in repr(settings)


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Not in the environment, which a container shows to whoever may look at it."""
    (tmp_path / "keys").write_text("k1:in-the-file\n")
    monkeypatch.setenv("CRG_KEYS_FILE", str(tmp_path / "keys"))
    settings = load_settings()
    assert settings.keys is not None
    assert settings.keys.get_secret_value() == "k1:in-the-file"
    monkeypatch.setenv("CRG_KEYS", "k2:in-the-variable")
    won = load_settings().keys
    assert won is not None
    assert won.get_secret_value() == "k2:in-the-variable"


def test_an_empty_file_counts_as_not_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As an empty variable: where the mail server asks for no password, the file is there and holds none."""
    (tmp_path / "none").write_text("\n")
    monkeypatch.setenv("CRG_SMTP_PASSWORD_FILE", str(tmp_path / "none"))
    assert load_settings().smtp_password is None


def test_the_databases_password_may_stand_apart_from_its_address(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Whatever characters it has: it is put into the address as an address wants it."""
    (tmp_path / "password").write_text("a/b@c:d\n")
    monkeypatch.setenv("CRG_DATABASE_PASSWORD_FILE", str(tmp_path / "password"))
    monkeypatch.setenv("CRG_DATABASE_URL", "postgresql://crg@postgres:5432/crg")
    settings = load_settings()
    assert make_url(settings.database_url).password == "a/b@c:d"
    assert make_url(settings.database_url).host == "postgres"
    assert "a/b" not in repr(settings)


@pytest.mark.parametrize("url", ["postgresql://postgres:5432/crg", "postgresql://crg:other@postgres/crg"])
def test_a_password_apart_needs_an_address_with_a_user_and_no_password(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("CRG_DATABASE_PASSWORD", "secret-word")
    monkeypatch.setenv("CRG_DATABASE_URL", url)
    with pytest.raises(BadSetting, match=r"CRG_DATABASE_URL cannot be used: .*CRG_DATABASE_PASSWORD") as caught:
        load_settings()
    assert "secret-word" not in str(caught.value)


def test_a_file_of_a_secret_that_cannot_be_read_is_named_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CRG_SMTP_PASSWORD_FILE", str(tmp_path / "missing"))
    with pytest.raises(BadSetting, match="CRG_SMTP_PASSWORD_FILE names a file that cannot be read"):
        load_settings()
