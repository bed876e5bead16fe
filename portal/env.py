"""Read settings from the environment and fail loudly, naming the variable."""

import os
from collections.abc import Collection
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str | None = None) -> str:
    """The variable, or the content of the file named by NAME_FILE (Docker secrets).

    Without a default it must be set, and to more than blanks.
    """
    if path := os.environ.get(f"{name}_FILE"):
        value: str | None = Path(path).read_text(encoding="utf-8").strip()
    else:
        value = os.environ.get(name, default)
    if value is None or (default is None and not value.strip()):
        raise ImproperlyConfigured(f"Set {name} (see .env.example).")
    return value


def boolean(name: str, default: bool) -> bool:
    value = text(name, str(default))
    if value not in {"True", "False"}:
        raise ImproperlyConfigured(f"{name} must be True or False, not {value!r}.")
    return value == "True"


def integer(name: str, default: int) -> int:
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def words(name: str, default: str | None = "") -> list[str]:
    """Comma-separated values without blanks."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def pairs(name: str, default: str | None = "") -> dict[str, str]:
    """`1:secret,2:newer secret` as {"1": "secret", "2": "newer secret"}."""
    found = {}
    for word in words(name, default):
        key, colon, value = word.partition(":")
        if not colon or not value:
            raise ImproperlyConfigured(f"{name} must look like 1:value,2:value.")
        found[key] = value
    return found


def one_of(name: str, choices: Collection[str], default: str, source: str) -> str:
    """A value that must be among `choices`, which come from the variable `source`."""
    value = text(name, default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name}={value} is not in {source} (see .env.example).")
    return value


def cache_url(name: str, broker: str, *, production: bool) -> str:
    """Redis' database 1 when the broker has 0: emptying the cache empties a whole database."""
    url = text(name, f"{broker[:-2]}/1" if broker.endswith("/0") else broker)
    if production and url == broker:
        raise ImproperlyConfigured(f"{name} must name another Redis database than REDIS_URL.")
    return url


SQLITE_OPTIONS = {
    # IMMEDIATE takes the write lock at BEGIN: with DEFERRED two readers that turn
    # writers fail at once, whatever the timeout.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;"
    # A REPLACE is a DELETE to the triggers of tables that are only added to.
    "PRAGMA recursive_triggers=ON;",
}


def database(name: str, default: str) -> dict[str, object]:
    """postgresql://user:password@host:port/name?option=value or sqlite:////absolute/path.

    `?options=` stands in for the limits below as a whole: migrations take longer. With the usual
    4 MB the rows of a common name do not fit and are looked at twice (dossiers.searching).
    """
    url = urlsplit(text(name, default))
    if url.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(url.path)[1:],
            "OPTIONS": SQLITE_OPTIONS,
        }
    if url.scheme not in {"postgresql", "postgres"}:
        raise ImproperlyConfigured(f"{name} must begin with postgresql:// or sqlite://.")
    options = dict(parse_qsl(url.query))
    # A socket directory cannot stand in the host part of a URL: ?host=/run/postgresql
    host = options.pop("host", unquote(url.hostname or ""))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path)[1:],
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": host,
        "PORT": str(url.port or options.pop("port", "")),
        "CONN_MAX_AGE": integer("DATABASE_CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 5,
            # Compiling a query takes longer than ours take: figures by officer 2 s, else 0.2 s.
            "options": "-c statement_timeout=30000 -c lock_timeout=10000 -c work_mem=16MB"
            " -c idle_in_transaction_session_timeout=60000 -c jit=off",
        }
        | options,
    }


def broker_options(redis_url: str, folder: Path) -> dict[str, object]:
    """Celery's transport options: Redis, or the files of the embedded default in `folder`."""
    if redis_url:
        return {
            "visibility_timeout": 900,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "socket_timeout": 5,
            "socket_connect_timeout": 2,
        }
    return {
        "data_folder_in": str(folder / "messages"),
        "data_folder_out": str(folder / "messages"),
        "control_folder": str(folder / "control"),
        "store_processed": False,
        "polling_interval": 0.2,
    }
