"""The one typed settings class: everything an operator can set, from the environment or from secret files.

Every variable starts with ``OWLNODE_`` but for ``DATABASE_URL`` and ``REDIS_URL``. A name ending in ``_FILE`` points to
a file that holds the value (container secrets). ``docs/settings.md`` lists them all; a test keeps the two in step.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlsplit

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRET_NAMES = (
    "OWLNODE_SECRET_KEY",
    "DATABASE_URL",
    "REDIS_URL",
    "OWLNODE_MAIL",
    "OWLNODE_OIDC_CLIENT_SECRET",
    "OWLNODE_MQTT_URL",
)


class NodeEnv(BaseSettings):
    """What one node knows about itself. Immutable; read once at start."""

    model_config = SettingsConfigDict(env_prefix="OWLNODE_", frozen=True, extra="ignore", populate_by_name=True)

    city: str = Field(
        default="bielefeld", pattern=r"^[a-z][a-z-]{1,40}$", description="The city as a short lower-case word."
    )
    city_name: str = Field(default="Bielefeld", description="The city's name as people write it.")
    base_url: str = Field(
        default="http://127.0.0.1:8000", description="Public root of this node, without a slash at the end."
    )
    secret_key: SecretStr = Field(default=SecretStr(""), description="Django's secret key, at least 50 characters.")
    database_url: SecretStr = Field(
        default=SecretStr(""),
        validation_alias=AliasChoices("DATABASE_URL"),
        description="PostgreSQL 15 or newer, as postgresql://user:password@host:port/name.",
    )
    redis_url: SecretStr = Field(
        default=SecretStr(""),
        validation_alias=AliasChoices("REDIS_URL"),
        description="Redis or Valkey for Celery, as redis://… or redis+socket:///path.",
    )
    allowed_hosts: str = Field(default="", description="Further host names this node answers to, separated by commas.")
    keys_dir: Path = Field(default=Path(".owl/keys"), description="Folder of the node's Ed25519 keys, mode 0700.")
    files_dir: Path = Field(default=Path(".owl/files"), description="Folder of uploaded and prepared files.")
    static_dir: Path = Field(default=Path("staticfiles"), description="Folder of the collected static files.")
    web_threads: int = Field(
        default=16, ge=1, le=256, description="Threads of a web process; each has a connection to the database."
    )
    allow_private_peers: bool = Field(default=False, description="Let peers live at private or loopback addresses.")
    allow_http_peers: bool = Field(default=False, description="Let peers be reached without TLS (one machine only).")
    allow_trust_file: bool = Field(
        default=False, description="Trust a prepared file in place of two administrators (demo and test regions only)."
    )
    checkpoint_seconds: float = Field(
        default=60.0, ge=0.2, description="How often ledger checkpoints are exchanged with each peer."
    )
    page_rows: int = Field(default=200_000, ge=100, le=200_000, description="Rows in one feed page at the most.")
    tick_seconds: float = Field(default=2.0, ge=0.2, le=60, description="How often due background work is looked for.")
    sweep_seconds: float = Field(
        default=60.0, gt=0, le=86_400, description="How often a replica is looked after without any hint."
    )
    http_timeout_seconds: float = Field(default=10.0, gt=0, le=60, description="Longest wait for a peer's answer.")
    receipt_days: float = Field(
        default=3.0, gt=0, description="Days after which a missing deletion receipt is overdue."
    )
    tile_url: str = Field(
        default="", description="Map tiles as https://host/{z}/{x}/{y}.png; empty: only the schematic outline."
    )
    tile_attribution: str = Field(default="", description="Whom the map tiles are owed to, as plain text.")
    responsible: str = Field(
        default="", description="Who answers for the website: name and postal address, parts separated by commas."
    )
    contact_email: str = Field(
        default="",
        description="Functional mailbox for questions, also about barriers, for datasets that name none, too.",
    )
    contact_phone: str = Field(default="", description="Telephone number for questions, also about barriers.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="Least level that is logged."
    )
    log_format: Literal["json", "text"] = Field(default="json", description="One JSON object a line, or plain text.")
    metrics_token: SecretStr = Field(
        default=SecretStr(""), description="Bearer token for /metrics; empty: loopback only."
    )
    case_prefix: str = Field(
        default="", pattern=r"^[A-Z]{0,4}$", description="What case numbers begin with; empty: two letters of the city."
    )
    mail: SecretStr = Field(
        default=SecretStr(""),
        description="Where emails go: smtp://user:password@host:587, smtps://…, file, console; empty: they wait.",
    )
    mail_from: str = Field(default="", description="Sender of emails; empty: anfragen@ and the node's host.")
    clamav: str = Field(default="", description="clamd as /path/of/socket or host:port; empty: files are unscanned.")
    attachment_megabytes: int = Field(default=20, ge=1, le=200, description="Largest file of a citizen's request.")
    source_days: int = Field(
        default=90, ge=2, le=3_650, description="For how many days it is kept what came from each source in each hour."
    )
    sta_access_seconds: float = Field(
        default=1.0,
        ge=0,
        le=60,
        description="How long a web process remembers what everybody may read over SensorThings; 0: not at all.",
    )
    sta_open_write: bool = Field(
        default=False,
        description="SensorThings without any rights: anybody reads and writes everything (closed test beds only).",
    )
    require_mfa: bool = Field(
        default=True, description="Ask staff for a second factor: who has none must set one up before anything else."
    )
    trusted_proxies: int = Field(
        default=0, ge=0, le=9, description="How many proxies of your own stand in front and append X-Forwarded-For."
    )
    oidc_issuer: str = Field(default="", description="OpenID Connect issuer for staff; empty: no such way in.")
    oidc_client_id: str = Field(default="", description="This node's client id at that issuer.")
    oidc_client_secret: SecretStr = Field(default=SecretStr(""), description="The secret that goes with it.")
    oidc_name: str = Field(default="Stadtkonto", description="What the button of that way in says.")
    mqtt_url: SecretStr = Field(
        default=SecretStr(""),
        description="The MQTT broker for bridge and publisher, as mqtts://name:password@host:8883; empty: none.",
    )
    mqtt_selects: str = Field(
        default="result;phenomenonTime,result",
        description="The $select lists announced over MQTT: names joined by commas, lists by semicolons.",
    )
    software: str = Field(default="owlnode/0.1", description="What this node tells peers about its version.")

    publisher: str = Field(
        default="", max_length=200, description="Who publishes the city's data; empty: “Stadt” and the city's name."
    )
    api_calls_per_minute: int = Field(
        default=120, ge=1, le=100_000, description="Calls of the open API one address may make; tokens ten times."
    )
    dcat_contributor_id: str = Field(
        default="",
        pattern=r"^(https?://[!-~]+)?$",
        description="The contributor ID that GovData gave out, as a URI (dcatde:contributorID).",
    )

    @field_validator("base_url")
    @classmethod
    def _root_is_plain(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
            raise ValueError("must be http(s)://host[:port] without a path")
        return value.rstrip("/")

    @field_validator("tile_url")
    @classmethod
    def _tiles_have_places(cls, value: str) -> str:
        whole = all(part in value for part in ("{z}", "{x}", "{y}"))
        if value and not (whole and urlsplit(value).scheme in {"http", "https"} and urlsplit(value).netloc):
            raise ValueError("must be http(s)://host/…{z}…{x}…{y}…")
        return value

    @property
    def publisher_name(self) -> str:
        """Who publishes the city's data, as portals show it."""
        return self.publisher or f"Stadt {self.city_name}"

    @property
    def did(self) -> str:
        """This node's did:web (did:web method, section 3.1: a port's colon is percent-encoded)."""
        return "did:web:" + quote(urlsplit(self.base_url).netloc, safe="")


def load() -> NodeEnv:
    """Read the environment; a ``NAME_FILE`` beside a missing secret is read in its place."""
    for name in SECRET_NAMES:
        path = os.environ.get(f"{name}_FILE")
        if path and name not in os.environ:
            os.environ[name] = Path(path).read_text(encoding="utf-8").strip()
    return NodeEnv()
