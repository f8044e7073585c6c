"""Settings: where everything is, read once from `CRG_...` variables. No logic of a case enters here.

Import direction: only the rooms above (`store`, `delivery`, `activities`, ...) import this one, never the reverse.
"""

import os
from email.policy import SMTP
from email.utils import parseaddr
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import quote, urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "CRG_"
PACKAGE = "case-review-orchestrator"
# These may stand in a file: CRG_KEYS_FILE and so on.
IN_FILES = (
    *("keys", "database_url", "database_password", "smtp_password", "inbound_imap_password"),
    *("inbound_imap_client_secret", "smtp_client_secret"),
    *("temporal_api_key", "oidc_client_secret"),
)
OWN_PAPERS = "papers"  # and for their own Word templates
OWN_EDITIONS = "editions"  # folder in the data folder for a partnership's own editions

Port = Annotated[int, Field(ge=1, le=65535)]
LogLevel = Literal["debug", "info", "warning", "error"]


class BadSetting(ValueError):
    """A setting cannot be used; the message is one sentence that names the variable."""


class SmtpTls(StrEnum):
    """How the connection to the mail server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class ReplyMode(StrEnum):
    """What an answer that comes by a reply to a mail counts for."""

    OFF = "off"
    PROPOSE = "propose"  # the Business Unit takes it up, or sets it aside
    TAKE = "take"  # an unmistakable one counts at once


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


def _async_driver(url: str) -> str:
    """Take the address as people write it and name the driver that this product is tested with."""
    scheme, mark, rest = url.partition("://")
    drivers = {
        "sqlite": "sqlite",
        "postgres": "postgresql+psycopg",
        "postgresql": "postgresql+psycopg",
        "postgresql+psycopg": "postgresql+psycopg",
    }
    if not mark or scheme not in drivers:
        raise ValueError("expected an address that begins with sqlite:// or postgresql://")
    return f"{drivers[scheme]}://{rest}"


def _with_password(url: str, others: ValidationInfo) -> str:
    """The address with the password that stands apart from it, whatever characters that has."""
    password = others.data.get("database_password")
    if password is None:
        return url
    scheme, _, rest = url.partition("://")
    user, at, where = rest.rpartition("@")
    if not at or ":" in user:
        raise ValueError("expected an address with a user and without a password, for CRG_DATABASE_PASSWORD is set")
    return f"{scheme}://{user}:{quote(password.get_secret_value(), safe='')}@{where}"


def _web(url: str) -> str:
    if not url.lower().startswith(("http://", "https://")):
        raise ValueError("expected an address that begins with http:// or https://")
    return url


def _no_trailing_slash(url: str) -> str:
    return _web(url).rstrip("/")


def _origin(url: str) -> str:
    """Scheme, host and port as a browser names them, so that the two can be compared."""
    parts = urlsplit(_no_trailing_slash(url))
    if not parts.hostname or parts.path or parts.query or parts.fragment or parts.username is not None:
        raise ValueError("expected an origin such as https://temporal.council.example, without a path")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" if parts.port in (None, usual) else f"{parts.scheme}://{host}:{parts.port}"


def _sender(sender: str) -> str:
    """An address, with a name before it or without. Its parts are `email.utils.parseaddr`'s."""
    found = SMTP.header_factory("From", sender)
    if found.defects or len(found.addresses) != 1 or not found.addresses[0].domain:
        raise ValueError('give one address, with a name if you like: "Business Unit <office@council.example>"')
    return sender


Folder = Annotated[Path, AfterValidator(_absolute)]
Url = Annotated[str, AfterValidator(_no_trailing_slash)]
Issuer = Annotated[str, AfterValidator(_web)]  # kept exactly as given: `iss` is compared letter by letter
Origin = Annotated[str, AfterValidator(_origin)]
Build = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$")]
Sender = Annotated[str, AfterValidator(_sender)]
DatabaseUrl = Annotated[str, AfterValidator(_async_driver), AfterValidator(_with_password)]


class Settings(BaseSettings):
    """Everything that differs between a laptop and a council's servers. An empty variable counts as not set."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        validate_default=True,
        hide_input_in_errors=True,
    )

    data: Folder = Field(default=Path(".crg"), description="the one data folder")
    port: Port = Field(default=8000, description="API and pages")
    temporal_port: Port = 7233
    temporal_ui_port: Port = 8233
    smtp_port: Port = 1025
    mail_ui_port: Port = 8025

    temporal_ui_url: Origin | None = Field(default=None, description="a Temporal UI elsewhere than on this machine")
    temporal_address: str = Field(default_factory=lambda data: f"127.0.0.1:{data['temporal_port']}")
    temporal_namespace: str = "default"
    temporal_api_key: SecretStr | None = None
    temporal_tls: bool | None = Field(default=None, description="unset: on exactly when there is a key or certificate")
    temporal_tls_ca: Path | None = None
    temporal_tls_certificate: Path | None = None
    temporal_tls_key: Path | None = None
    task_queue: str = "case-reviews"
    build: Build = Field(
        default_factory=lambda: version(PACKAGE), description="name of this build; unset: the release's version"
    )

    database_password: SecretStr | None = None
    database_url: DatabaseUrl = Field(
        default_factory=lambda data: f"sqlite:///{data['data'] / 'case-reviews.db'}", repr=False
    )

    smtp_host: str = "127.0.0.1"
    smtp_username: str | None = None
    smtp_password: SecretStr | None = None
    smtp_token_url: Url | None = Field(
        default=None, description="where a token for the mail server is fetched, instead of a password (OAuth)"
    )
    smtp_client_id: str | None = None
    smtp_client_secret: SecretStr | None = None
    smtp_scope: str = "https://outlook.office365.com/.default"
    smtp_tls: SmtpTls = SmtpTls.NONE
    mail_from: Sender = Field(
        default="case-reviews@partnership.example.org", description='an address, or "Business Unit <address>"'
    )
    telephone: str | None = Field(
        default=None,
        max_length=100,
        pattern=r"^[^\x00-\x1f]*$",
        description="of the Business Unit: in every email, and on the pages of links that do not work",
    )
    mail_patience_minutes: int = Field(
        default=240,
        ge=1,
        le=10_080,
        description="a mail that is not taken for so long is a failed duty; it is tried on",
    )
    mail_answer_minutes: int = Field(
        default=10, ge=1, le=60, description="so long a mail server that has a mail is given to say that it took it"
    )
    safe_mail_domains: str = Field(
        default="example.org", description="comma separated: to these domains papers of a case may be mailed"
    )

    file_megabytes: int = Field(default=25, ge=1, le=200, description="the largest file that is taken")
    virus_scanner: str | None = Field(
        default=None, description="clamd's socket, a path or host:port; unset: files are kept as not yet looked at"
    )
    unused_file_days: int = Field(
        default=90, ge=1, le=3_650, description="after so many days a file that no fact and no draft names is removed"
    )
    papers: Folder = Field(
        default_factory=lambda data: data["data"] / OWN_PAPERS,
        description="a partnership's own Word templates; one in it wins over ours of the same name",
    )
    marking: str = Field(
        default="OFFICIAL-SENSITIVE",
        max_length=100,
        pattern=r"^[^\x00-\x1f]*$",
        description="the protective marking on every page of a paper",
    )
    logo: Path | None = Field(default=None, description="a PNG or JPEG on the first page of papers")
    business_unit_mail: Sender | None = Field(
        default=None, description="where people write to the Business Unit; unset: mails name no address for replies"
    )
    replies_mailbox: Sender | None = Field(
        default=None, description="the mailbox at which replies are read; unset: that of CRG_MAIL_FROM"
    )
    reply_sign_off: ReplyMode = ReplyMode.PROPOSE
    reply_return: ReplyMode = ReplyMode.PROPOSE
    inbound_authserv_id: str | None = Field(
        default=None, max_length=200, description="name of the relay whose Authentication-Results are believed"
    )
    inbound_imap_host: str | None = Field(default=None, description="the mailbox of replies, where it is polled")
    inbound_imap_port: Port = 993
    inbound_imap_tls: SmtpTls = SmtpTls.TLS
    inbound_imap_username: str | None = None
    inbound_imap_password: SecretStr | None = None
    inbound_imap_token_url: Url | None = Field(
        default=None, description="where a token for the mailbox is fetched, instead of a password (OAuth)"
    )
    inbound_imap_client_id: str | None = None
    inbound_imap_client_secret: SecretStr | None = None
    inbound_imap_scope: str = "https://outlook.office365.com/.default"
    inbound_imap_folder: str = "INBOX"
    inbound_imap_done_folder: str = Field(default="Processed", description="where a mail is moved that has been kept")
    inbound_imap_seconds: int = Field(default=30, ge=1, le=3600, description="how often the mailbox is looked at")
    inbound_smtp_host: str = "127.0.0.1"
    inbound_smtp_port: Port | None = Field(default=None, description="a port of our own, behind the council's relay")
    inbound_mail: Folder | None = Field(default=None, description="a folder into which replies are written")

    public_url: Url = Field(default_factory=lambda data: f"http://127.0.0.1:{data['port']}")
    portal_url: Url | None = Field(default=None, description="of a portal of the partnership's own; mails lead to it")
    keys: SecretStr | None = Field(default=None, description="id:base64url of 32 bytes, comma separated, newest first")
    oidc_issuer: Issuer = Field(default_factory=lambda data: f"{data['public_url']}/issuer")
    oidc_audience: str = "case-reviews"
    oidc_jwks_url: Url = Field(default_factory=lambda data: f"{data['oidc_issuer'].rstrip('/')}/jwks.json")
    oidc_client_id: str | None = Field(default=None, description="unset: people come through a portal")
    oidc_client_secret: SecretStr | None = None
    oidc_scopes: str = "openid profile"
    sign_in_codes: bool = Field(
        default=True, description="people of the directory may sign in by a code that is mailed"
    )
    session_idle_minutes: int = Field(default=60, ge=5, le=1440, description="a sign-in not used for so long has ended")
    session_hours: int = Field(default=10, ge=1, le=24, description="a sign-in ends after so long in any case")

    agenda_working_days: int = Field(
        default=5, ge=1, le=60, description="working days before a CRG meeting on which its agenda is mailed"
    )
    meeting_minutes: int = Field(
        default=120, ge=15, le=600, description="how long a CRG meeting lasts where nobody says otherwise"
    )
    rehearsals: bool = Field(default=False, description="allow cases whose clock can be moved; never in production")
    log_level: LogLevel = "info"

    @property
    def portal(self) -> str:
        """Where mails lead: the partnership's own portal, or these pages. A case is at /cases/REFERENCE of it."""
        return self.portal_url or self.public_url

    @property
    def keys_file(self) -> Path:
        """Where the embedded stack keeps its keys; read only while `CRG_KEYS` is not set."""
        return self.data / "keys.json"

    @property
    def safe_domains(self) -> tuple[str, ...]:
        """Domains to which papers of a case may be mailed, their subdomains included."""
        return tuple(one.strip().lstrip("@.").lower() for one in self.safe_mail_domains.split(",") if one.strip())

    @property
    def replies_are_read(self) -> bool:
        """Whether replies to mails come in here at all."""
        return any((self.inbound_imap_host, self.inbound_smtp_port, self.inbound_mail))

    @property
    def reply_modes(self) -> dict[str, ReplyMode]:
        """What a reply counts for, by what it answers; nothing where replies are not read."""
        if not self.replies_are_read:
            return {}
        return {"sign-off": self.reply_sign_off, "return": self.reply_return}

    @property
    def reads_replies_at(self) -> str | None:
        """The address of the mailbox of replies; None where none are read."""
        return self.mailbox_of_replies if self.replies_are_read else None

    @property
    def mailbox_of_replies(self) -> str:
        """The address at which replies come in, and reports of mails that were not delivered."""
        return parseaddr(self.replies_mailbox or self.mail_from)[1]

    @property
    def ui_workflows(self) -> str:
        """Where the Temporal UI lists the workflows: the one elsewhere that is named, or this machine's."""
        ui = self.temporal_ui_url or f"http://127.0.0.1:{self.temporal_ui_port}"
        return f"{ui}/namespaces/{quote(self.temporal_namespace)}/workflows"

    @property
    def own_editions(self) -> Path:
        """Where a partnership's own editions are."""
        return self.data / OWN_EDITIONS


def keep_files_private() -> None:
    """Let each file and folder that this process makes be its owner's alone, whatever umask it was started with."""
    os.umask(0o077)


def _from_files() -> dict[str, str]:
    """Secrets that stand in a file each, as a container's runtime gives them. Raises `BadSetting`."""
    found = {}
    for field in IN_FILES:
        name = PREFIX + field.upper()
        file = os.environ.get(f"{name}_FILE")
        if not file or os.environ.get(name):
            continue
        try:
            secret = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, ValueError):
            raise BadSetting(f"{name}_FILE names a file that cannot be read; correct it and start again.") from None
        if secret:  # an empty one counts as not set, as an empty variable does
            found[field] = secret
    return found


def load_settings(**values: Any) -> Settings:
    """Read the settings from the environment; `values` given here win over it, and a variable over its file.

    Raises `BadSetting` with one sentence for the first variable that cannot be used. It never repeats a value, which
    may be a secret.
    """
    try:
        return Settings(**_from_files() | values)
    except ValidationError as problem:
        # A default that is made from a bad value is a consequence, not a cause.
        causes = [error for error in problem.errors() if error["type"] != "default_factory_not_called"]
        first = (causes or problem.errors())[0]
        name = PREFIX + str(first["loc"][0]).upper()
        why = first["msg"].removeprefix("Value error, ").rstrip(".")
        raise BadSetting(f"{name} cannot be used: {why[:1].lower()}{why[1:]}; correct it and start again.") from None
