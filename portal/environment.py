"""The only place that reads the portal's variables; what they cannot be is refused with a sentence.

Each may also be given as a file: `SECRET_KEY_FILE` names one that holds what `SECRET_KEY` would say.
"""

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

# A connection whose other end is gone without a word is given up within a minute.
_ALIVE = {"keepalives_idle": 20, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 40000}

_READ_NAMES: set[str] = set()


def text(name: str, default: str = "") -> str:
    """The variable, or the content of the file that `<name>_FILE` names, without its last line end."""
    _READ_NAMES.add(name)
    path = os.environ.get(f"{name}_FILE", "")
    if not path:
        return os.environ.get(name, default)
    if os.environ.get(name):
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set; leave one of them.")
    try:
        return Path(path).read_text(encoding="utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise ImproperlyConfigured(f"{name}_FILE names {path}, which is no text in UTF-8.") from None
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name}_FILE names {path}, which cannot be read: {error.strerror}."
        ) from None


def read_names() -> frozenset[str]:
    """The variables that this process has asked for so far."""
    return frozenset(_READ_NAMES)


def flag(name: str) -> bool:
    """Whether the variable is on; what is neither yes nor no is refused, for a misspelt yes would be no."""
    value = text(name).strip().lower()
    if value not in {"1", "true", "yes", "on", "0", "false", "no", "off", ""}:
        raise ImproperlyConfigured(f"{name} must be 1 (on) or 0 (off); it is “{value}”.")
    return value in {"1", "true", "yes", "on"}


def proxies(name: str) -> int:
    """How many proxies stand one behind the other in front of the portal; one where it only says that there are."""
    value = text(name).strip()
    return int(value) if re.fullmatch("[2-9]", value) else int(flag(name))


def number(name: str, default: int, *, least: int = 0) -> int:
    """The variable as a whole number of at least `least`; the default where it is empty."""
    value = text(name).strip()
    if value and (not re.fullmatch("[0-9]{1,9}", value) or int(value) < least):
        limit = f" of at least {least}" if least else ""
        raise ImproperlyConfigured(
            f"{name} must be a whole number{limit}, such as {default}; it is “{value}”."
        )
    return int(value or default)


def one_of(name: str, default: str, *others: str) -> str:
    """The variable, which names one of these."""
    chosen = text(name, default)
    if chosen not in (default, *others):
        *first, last = default, *others
        raise ImproperlyConfigured(
            f"{name} must be {', '.join(first)} or {last}; “{chosen}” is none of them."
        )
    return chosen


def origin(name: str, default: str) -> str:
    """The variable as an address of the site, without a slash behind it."""
    address = text(name, default).rstrip("/")
    try:
        urlsplit(address)
    except ValueError:
        raise ImproperlyConfigured(
            f"{name} must be an address such as https://portal.example.org; “{address}” is none."
        ) from None
    return address


def zone(name: str, default: str) -> str:
    """The variable as the name of a time zone."""
    key = text(name, default)
    try:
        ZoneInfo(key)
    except (LookupError, ValueError, OSError):
        raise ImproperlyConfigured(
            f"{name} must be a zone of the IANA list, such as {default}; “{key}” is none."
        ) from None
    return key


def headers(name: str) -> dict[str, str]:
    """The variable as headers of a request, written `Name: value`, separated by semicolons."""
    pairs = [pair.partition(":") for pair in text(name).split(";") if pair.strip()]
    if not all(re.fullmatch(r"[\w-]+", title.strip()) and value.strip() for title, _colon, value in pairs):
        raise ImproperlyConfigured(
            f"{name} must be headers such as “Authorization: Bearer abc”, separated by semicolons."
        )
    return {title.strip(): value.strip() for title, _colon, value in pairs}


def database(url: str, **options: str) -> dict[str, Any]:
    """The connection that an address of PostgreSQL names, as Django takes it; `options` are those of the driver."""
    try:
        config: dict[str, Any] = dict(
            dj_database_url.parse(
                url, engine="portal.kernel.database", conn_max_age=60, conn_health_checks=True
            )
        )
        is_ours = url.startswith(("postgres://", "postgresql://")) and not set(config["NAME"]) & set("/@:")
    except ValueError:  # its message would quote the address, with its password
        is_ours = False
    if not is_ours:
        raise ImproperlyConfigured(
            "DATABASE_URL, DATABASE_OWNER_URL and DATABASE_REPLICA_URL must be addresses like "
            "postgres://role:password@host:5432/portal; "
            "characters such as @ / : # % in a password are written as %40 %2F %3A %23 %25."
        ) from None
    config["OPTIONS"] = {"connect_timeout": 5, **_ALIVE, **options, **config.get("OPTIONS", {})}
    config["DISABLE_SERVER_SIDE_CURSORS"] = True
    return config
