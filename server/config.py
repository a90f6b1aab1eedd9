"""Settings, read once at start: flag > environment > `*_FILE` secret > TOML file > default.

Environment variables have the prefix `OFFICINA_`; `OFFICINA_X_FILE` names a file that holds the value of `X`
(for secrets). The TOML file is `officina.toml` in the working directory, or the one `OFFICINA_CONFIG` names.
A setting that does not parse stops the start with its name and the reason, never its value.
"""

import os
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

PREFIX = "OFFICINA_"
MIN_SECRET_BYTES = 24
Words = Annotated[tuple[str, ...], NoDecode]


class Settings(BaseSettings):
    """Everything an operator can set; `docs/operators.md` is the guide."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    data_dir: Path = Field(Path("data"), description="Where SQLite, keys and recordings are kept.")
    web_dir: Path = Field(Path("web/dist"), description="The built web client.")
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    public_url: str | None = Field(None, description="How browsers reach this server: https://host.")
    trusted_proxies: int = Field(
        0, ge=0, le=5, description="Reverse proxies in front, that set X-Forwarded-For."
    )
    database_url: SecretStr | None = Field(
        None, description="PostgreSQL URL; without it, SQLite in data_dir."
    )
    database_pool: int = Field(10, ge=2, le=200, description="Connections to the database per process.")
    redis_url: SecretStr | None = Field(None, description="Redis or Valkey URL, for more than one process.")
    token_key: SecretStr | None = Field(None, description="Ed25519 PEM that signs access tokens.")
    audit_key: SecretStr | None = Field(None, description="Ed25519 PEM that signs audit checkpoints.")
    bus_key: SecretStr | None = Field(None, description="32 bytes, base64: seals what passes through Redis.")
    audit_origin: str = Field("officina.invalid/log", description="Name of the audit log in checkpoints.")
    access_token_s: int = Field(300, ge=30, le=3600, description="Life of an access token, seconds.")
    session_idle_s: int = Field(
        900, ge=60, description="A session ends after this long without activity, seconds."
    )
    session_absolute_s: int = Field(43_200, ge=300, description="A session ends after this long, seconds.")
    speaker_below_age: int = Field(
        16, ge=0, le=21, description="Below this age somebody speaks for the patient."
    )
    consent_version: str = Field(
        "1", max_length=16, description="Version of the consent text shown to patients."
    )
    door_burst: int = Field(60, ge=0, description="Arrivals of one address at once; 0 sets no limit.")
    door_refill_s: float = Field(1, gt=0, description="Time until the address may bring one more, seconds.")
    closing_grace_s: int = Field(
        3_600, ge=0, le=43_200, description="A place is kept this long after closing time, seconds."
    )
    stun_urls: Words = Field((), description="STUN servers, separated by commas.")
    turn_urls: Words = Field((), description="TURN servers (coturn, use-auth-secret), separated by commas.")
    turn_secret: SecretStr | None = Field(None, description="The secret shared with the TURN servers.")
    turn_ttl_s: int = Field(3_600, ge=60, description="Life of TURN credentials, seconds.")
    sender_name: str = Field(
        "Officina",
        min_length=1,
        max_length=40,
        pattern=r"^[^\r\n]*$",
        description="What messages to patients are signed with; a tenant may have its own.",
    )
    smtp_url: SecretStr | None = Field(
        None, description="Mail server: smtp://user:password@host:587 (STARTTLS), or smtps:// (TLS at once)."
    )
    smtp_tls: Literal["required", "none"] = Field(
        "required", description="none: smtp:// to a relay on the same host, in clear."
    )
    mail_from: str | None = Field(
        None, pattern=r"^[^@\s<>]+@[^@\s<>]+$", description="Address that e-mail to patients comes from."
    )
    sms_url: SecretStr | None = Field(None, description="Webhook that sends text messages: https://...")
    sms_secret: SecretStr | None = Field(
        None, description="Signs what the webhook gets (Standard Webhooks): whsec_ and base64."
    )
    sms_public_only: bool = Field(False, description="Refuse a webhook at a private network address.")
    drain_s: float = Field(0, ge=0, le=300, description="Time between not-ready and closing, seconds.")
    log_format: Literal["console", "json"] = Field("console", description="How log lines look.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="What is logged.")
    metrics_port: int | None = Field(None, ge=0, le=65535, description="Port of /metrics; none by default.")
    metrics_host: str = Field("127.0.0.1", description="Address of /metrics.")

    @field_validator("stun_urls", "turn_urls", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return (
            tuple(part.strip() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator("public_url")
    @classmethod
    def _is_origin(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
            raise ValueError("must be an origin such as https://video.example.org")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _turn_needs_its_secret(self) -> "Settings":
        if self.turn_urls and self.turn_secret is None:
            raise ValueError("turn_urls needs turn_secret")
        return self

    @field_validator("smtp_url")
    @classmethod
    def _is_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        return _address_of(value, {"smtp", "smtps"})

    @field_validator("sms_url")
    @classmethod
    def _is_webhook(cls, value: SecretStr | None) -> SecretStr | None:
        return _address_of(value, {"https", "http"})

    @field_validator("sms_secret")
    @classmethod
    def _is_webhook_secret(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            secret = value.get_secret_value().removeprefix("whsec_")
            try:
                length = len(b64decode(secret, validate=True))
            except ValueError:
                length = 0
            if length < MIN_SECRET_BYTES:
                raise ValueError("must be whsec_ and the base64 of 24 random bytes or more")
        return value

    @model_validator(mode="after")
    def _messages_need_their_parts(self) -> "Settings":
        if self.smtp_url and not (self.mail_from and self.public_url):
            raise ValueError("smtp_url needs mail_from and public_url")
        if self.sms_url and not (self.sms_secret and self.public_url):
            raise ValueError("sms_url needs sms_secret and public_url")
        return self

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the database."""
        if self.database_url is None:
            return f"sqlite+aiosqlite:///{self.data_dir / 'officina.db'}"
        url = self.database_url.get_secret_value()
        scheme, separator, rest = url.partition("://")
        return f"postgresql+asyncpg{separator}{rest}" if scheme in {"postgres", "postgresql"} else url

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # not read: one place per setting
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003  # OFFICINA_X_FILE is
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        toml = Path(os.environ.get(f"{PREFIX}CONFIG", "officina.toml"))
        return (
            init_settings,
            env_settings,
            SecretFiles(settings_cls),
            TomlConfigSettingsSource(settings_cls, toml_file=toml),
        )


def _address_of(value: SecretStr | None, schemes: set[str]) -> SecretStr | None:
    """The URL of another server, checked; telephone numbers go in clear to this host only."""
    if value is None:
        return None
    parts = urlsplit(value.get_secret_value())
    if parts.scheme not in schemes or not parts.hostname:
        raise ValueError(f"must be a URL with {' or '.join(sorted(schemes))} and a host")
    if parts.scheme == "http" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        raise ValueError("must be https, except on this host")
    return value


class SecretFiles(PydanticBaseSettingsSource):
    """Reads `OFFICINA_X_FILE`: the content of that file is the value of setting `x`."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        path = os.environ.get(f"{PREFIX}{field_name.upper()}_FILE")
        return (Path(path).read_text().strip() if path else None), field_name, False

    def __call__(self) -> dict[str, Any]:
        values = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
        }
        return {name: value for name, value in values.items() if value is not None}


class ConfigError(Exception):
    """The settings do not hold; each line of the message names one and why."""


def load(flags: Mapping[str, object] | None = None) -> Settings:
    """Read the settings; `flags` win, those that are `None` do not count. Raises `ConfigError`."""
    given = {name: value for name, value in (flags or {}).items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks what the command line gave
    except ValidationError as error:
        lines = [
            f"{PREFIX}{'.'.join(str(part) for part in entry['loc']).upper() or 'SETTINGS'}: {entry['msg']}"
            for entry in error.errors(include_input=False, include_url=False)
        ]
        raise ConfigError("\n".join(lines)) from None
    except OSError as error:
        raise ConfigError(f"cannot read {error.filename}: {error.strerror}") from None


def redacted(settings: Settings) -> dict[str, object]:
    """The settings for showing: secrets say only whether they are set."""
    shown: dict[str, object] = {}
    for name in Settings.model_fields:
        value = getattr(settings, name)
        shown[name] = "(set)" if isinstance(value, SecretStr) else value
    return shown
