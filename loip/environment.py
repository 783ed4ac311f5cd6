"""Reads settings from the environment and refuses to guess.

Every function takes the environment as a mapping, and raises ImproperlyConfigured in words that say
what to set, and to what.
"""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured

# Measured with 8 to 16 writers at once and no error, where Django's defaults failed hundreds of times:
# IMMEDIATE takes the write lock when a transaction begins, so that two which read and then write queue
# for `timeout` seconds instead of failing at once.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # synchronous=NORMAL: in WAL mode the file can never be corrupted and a crash of the program loses
    # nothing; a power cut may lose the last moments' saves. FULL would keep those too, for one more
    # flush to the disk at every save. The partnership that must not lose a second uses PostgreSQL,
    # whose default is the strict one.
    "init_command": (
        "PRAGMA journal_mode=WAL;"
        "PRAGMA synchronous=NORMAL;"
        "PRAGMA mmap_size=134217728;"
        "PRAGMA journal_size_limit=27103364;"
        "PRAGMA cache_size=2000;"
        "PRAGMA temp_store=MEMORY;"
    ),
}


def switch(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    """A setting that is on or off. Only `True` and `False` are answers; "yes", "1" and "maybe" are not."""
    answer = env.get(name, str(default))
    if answer not in ("True", "False"):
        raise ImproperlyConfigured(f"{name} is {answer!r}. Set it to True or to False.")
    return answer == "True"


def host_names(env: Mapping[str, str], *, default: list[str] | None) -> list[str]:
    """The names the site answers to, which are `DJANGO_ALLOWED_HOSTS` split at its commas, else `default`."""
    names = [name.strip() for name in env.get("DJANGO_ALLOWED_HOSTS", "").split(",") if name.strip()]
    if not names and default is None:
        raise ImproperlyConfigured(
            "DJANGO_ALLOWED_HOSTS is not set. Name the site as people type it, for example\n"
            "    DJANGO_ALLOWED_HOSTS=plan.example.org"
        )
    return names or default or []


def secret_key(env: Mapping[str, str], *, is_debug: bool) -> str:
    """The key that signs sessions and links. Only a developer's machine may do without its own."""
    if key := env.get("DJANGO_SECRET_KEY"):
        return key
    if is_debug:
        return "for development on one machine only: it is published with the source"
    raise ImproperlyConfigured(
        "DJANGO_SECRET_KEY is not set. Make one, keep it secret and keep it the same from start to start:\n"
        '    python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
    )


def database(env: Mapping[str, str], *, default: Path | None) -> dict[str, Any]:
    """Django's settings for the database that `DATABASE_URL` names, else for SQLite at `default`.

    Without either there is no guessing which database holds a partnership's record.
    """
    url = env.get("DATABASE_URL") or (f"sqlite:///{quote(str(default))}" if default else "")
    if not url:
        raise ImproperlyConfigured(
            "DATABASE_URL is not set. Name the database, for example\n"
            "    DATABASE_URL=sqlite:////srv/loip/loip.sqlite3\n"
            "    DATABASE_URL=postgres://user:password@host:5432/loip"
        )
    if not url.startswith(("sqlite://", "postgres://", "postgresql://")):
        raise ImproperlyConfigured("DATABASE_URL must begin with sqlite://// or postgres://.")
    settings: dict[str, Any] = environ.Env.db_url_config(url)
    # Opening a connection costs more than most of our queries, so each thread keeps its own.
    settings |= {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
    if url.startswith("sqlite"):
        if not Path(settings["NAME"]).is_absolute():
            raise ImproperlyConfigured(
                "DATABASE_URL names no file by its full path. Write four slashes: sqlite:////srv/loip/loip.sqlite3"
            )
        settings["OPTIONS"] = SQLITE_OPTIONS | settings.get("OPTIONS", {})
    return settings


def email(env: Mapping[str, str], *, default: str | None) -> dict[str, Any]:
    """Django's EMAIL_ settings for the server that `EMAIL_URL` names."""
    url = env.get("EMAIL_URL") or default
    if not url:
        raise ImproperlyConfigured(
            "EMAIL_URL is not set. Name the mail server, for example\n"
            "    EMAIL_URL=smtp+tls://user:password@mail.example.org:587\n"
            "or EMAIL_URL=consolemail:// to print letters instead of sending them."
        )
    if url.partition("://")[0] not in environ.Env.EMAIL_SCHEMES:
        raise ImproperlyConfigured("EMAIL_URL must begin with smtp+tls://, smtp+ssl:// or consolemail://.")
    settings: dict[str, Any] = environ.Env.email_url_config(url)
    return settings


def pretended_today(
    env: Mapping[str, str], *, is_demonstration: bool, zone: ZoneInfo
) -> date | datetime | None:
    """The day or the moment the demonstration pretends it is (`LOIP_TODAY`), or None for the real one.

    A date stands for that day at the real time of day; a date and time for that one moment, in `zone`
    unless it names its own. A partnership's own record is never dated by pretence: refused outside the
    demonstration.
    """
    text = env.get("LOIP_TODAY", "")
    if not text:
        return None
    if not is_demonstration:
        raise ImproperlyConfigured(
            "LOIP_TODAY is set, but only the demonstration may pretend what day it is. "
            "Remove LOIP_TODAY, or set LOIP_DEMONSTRATION=True."
        )
    try:
        if len(text) == len("2022-01-10"):
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ImproperlyConfigured(
            f"LOIP_TODAY is {text!r}. Write it as 2022-01-10 or as 2022-01-10T09:30."
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)
