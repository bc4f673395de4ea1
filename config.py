"""Settings from the environment: read once, checked, and refused in production when unsafe."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]", "::1")
KIB, MIB = 1024, 1024 * 1024
# All files of one form together.
REQUEST_MB = 200


class UnsafeSettings(RuntimeError):
    """A setting is missing or unsafe; the message names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says; paths are absolute."""

    environment: str
    database_url: str
    evidence_url: str
    secret_key: str
    national_body: str
    max_upload_mb: int
    hosts: tuple[str, ...]
    trusted_proxies: int
    nhs_logo: bool
    instance: Path
    signing_key: Path

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings. Raises UnsafeSettings in one clear sentence."""
    env = os.environ if environ is None else environ
    environment = env.get("TRACKER_ENV", "development")
    if environment not in {"development", "production"}:
        raise UnsafeSettings(f"TRACKER_ENV must be development or production, not {environment!r}")
    production = environment == "production"
    instance = _instance(Path(env.get("TRACKER_INSTANCE", ROOT / "instance")).resolve())
    settings = Settings(
        environment=environment,
        database_url=_database_url(env.get("DATABASE_URL", "sqlite:///instance/tracker.db"), instance),
        evidence_url=_evidence_url(env.get("EVIDENCE_URL", "file://instance/evidence"), instance),
        secret_key=env.get("SECRET_KEY") or _development_secret(instance, production),
        national_body=env.get("TRACKER_NATIONAL_BODY", "Health Education England"),
        max_upload_mb=_number(env, "TRACKER_MAX_UPLOAD_MB", 50, least=1, most=REQUEST_MB),
        hosts=_hosts(env, production),
        trusted_proxies=_number(env, "TRACKER_TRUSTED_PROXIES", 0, least=0, most=9),
        nhs_logo=env.get("TRACKER_NHS_LOGO", "off").lower() in {"1", "on", "true", "yes"},
        instance=instance,
        signing_key=Path(env.get("TRACKER_SIGNING_KEY", instance / "signing-key")).resolve(),
    )
    if production and len(settings.secret_key) < 32:
        raise UnsafeSettings("SECRET_KEY must have at least 32 characters in production")
    return settings


def flask_config(settings: Settings) -> dict[str, Any]:
    """The same settings in Flask's words."""
    secure = settings.production
    # The text of an error goes to the log: it must not hold what somebody typed.
    engine_options: dict[str, Any] = {"pool_pre_ping": not settings.is_sqlite, "hide_parameters": True}
    if settings.is_sqlite:
        import pysqlite3

        # The interpreter's own SQLite may be one that can lose a committed transaction in WAL mode.
        engine_options["module"] = pysqlite3.dbapi2
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options,
        # `__Host-` needs Secure, and plain http in development cannot carry it.
        "SESSION_COOKIE_NAME": "__Host-session" if secure else "session",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "WTF_CSRF_TIME_LIMIT": None,  # bound to the session, which ends by itself
        "WTF_CSRF_SSL_STRICT": secure,
        "MAX_CONTENT_LENGTH": 256 * KIB,
        "MAX_FORM_MEMORY_SIZE": 256 * KIB,
        "MAX_FORM_PARTS": 100,
        "UPLOAD_REQUEST_LIMIT": REQUEST_MB * MIB,
        "UPLOAD_FILE_LIMIT": settings.max_upload_mb * MIB,
        "UPLOAD_FILES": 10,
        "SESSION_IDLE": timedelta(minutes=30),
        "SESSION_LONGEST": timedelta(hours=12),
        "TEMPLATES_AUTO_RELOAD": False,
        "SEND_FILE_MAX_AGE_DEFAULT": timedelta(days=365),
    }


def _instance(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnsafeSettings(f"TRACKER_INSTANCE: {folder} cannot be made: {error.strerror}") from None
    return folder


def _database_url(url: str, instance: Path) -> str:
    if url.startswith("sqlite:///instance/"):
        return f"sqlite:///{instance / url.removeprefix('sqlite:///instance/')}"
    if url.startswith("postgresql://"):
        return "postgresql+psycopg://" + url.removeprefix("postgresql://")
    if not url.startswith(("sqlite:", "postgresql+psycopg://")):
        raise UnsafeSettings("DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://")
    return url


def _evidence_url(url: str, instance: Path) -> str:
    if not url.startswith("file://") or url == "file://":
        raise UnsafeSettings("EVIDENCE_URL must name a folder, like file:///srv/tracker/evidence")
    if url.startswith("file://instance/"):
        return f"file://{instance / url.removeprefix('file://instance/')}"
    return url


def _development_secret(instance: Path, production: bool) -> str:
    if production:
        raise UnsafeSettings("SECRET_KEY is not set: production does not start without one")
    path = instance / "secret"
    try:
        with path.open("x", encoding="ascii") as file:
            path.chmod(0o600)
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii")


def _hosts(env: Mapping[str, str], production: bool) -> tuple[str, ...]:
    named = tuple(host.strip() for host in env.get("TRACKER_HOSTS", "").split(",") if host.strip())
    if production and not named:
        raise UnsafeSettings("TRACKER_HOSTS is not set: name the hosts that this service answers for")
    return named or LOCAL_HOSTS


def _number(env: Mapping[str, str], name: str, default: int, *, least: int, most: int) -> int:
    text = env.get(name, str(default))
    if not text.isdecimal() or not least <= int(text) <= most:
        raise UnsafeSettings(f"{name} must be a whole number from {least} to {most}, not {text!r}")
    return int(text)
