"""Checks of the environment's settings for an installation that others reach: `check --deploy`. They ask no server."""

import re
from collections.abc import Iterator, Sequence
from email import policy
from email.errors import ObsoleteHeaderDefect
from ipaddress import ip_address
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

_KEY_LENGTH, _TOKEN_LENGTH = 50, 20
_DIFFERENT_CHARACTERS = 10
_MOST_FACTOR_DAYS = 30
# Words of manuals. A random key has one of them by chance less often than once in a million times.
_PLACEHOLDER = re.compile(
    r"at-least|character|change[-_]?me|example|insecure|password|placeholder|random|replace|secret",
    re.IGNORECASE,
)
_MAKE_A_KEY = "Make one: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"


@register(Tags.security, deploy=True)
def origin_is_a_public_address(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Links, cookies and HSTS follow from the one configured address."""
    parts = urlsplit(settings.ORIGIN)
    if fault := _fault_of_origin(parts):
        hint = "Write it as https://portal.example.org: scheme and host, a port where it is not 443, nothing else."
        return [Error(f"PORTAL_ORIGIN is no address of a portal: {fault}.", hint=hint, id="portal.E010")]
    if parts.scheme == "https":
        return []
    if not _is_local(parts.hostname or ""):
        hint = "Write https://, and let a proxy end TLS: passwords and sessions would cross the network in clear."
        return [Error("PORTAL_ORIGIN is an http address that others reach.", hint=hint, id="portal.E011")]
    hint = "That is right for a trial on this machine; for others the portal needs an https address."
    return [Warning("PORTAL_ORIGIN is not an https address.", hint=hint, id="portal.W001")]


@register(Tags.security, deploy=True)
def hosts_are_named(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Whoever may choose the host name chooses what pages say of themselves."""
    hosts = [host or "" for host in settings.ALLOWED_HOSTS]  # an origin without a host has none
    wide = [host for host in hosts if "*" in host or host.startswith(".")]
    if not wide:
        return []
    hint = "Name each host; that of PORTAL_ORIGIN is always allowed. A health check on this machine needs 127.0.0.1."
    return [Error(f"ALLOWED_HOSTS lets in any name: {' '.join(wide)}.", hint=hint, id="portal.E012")]


@register(Tags.security, deploy=True)
def demonstration_is_local(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """The demonstration shows everybody's letters at /dev/mail/, links for new passwords among them."""
    names = [name for name, is_on in (("PORTAL_DEMO", settings.DEMO), ("DEBUG", settings.DEBUG)) if is_on]
    if not names or _is_local(urlsplit(settings.ORIGIN).hostname or ""):
        return []
    text = f"{' and '.join(names)} would show everybody's letters, links for new passwords, and settings."
    return [Error(text, hint="Unset it on a machine that others reach.", id="portal.E013")]


@register(Tags.security, deploy=True)
def proxy_is_declared(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Without the proxy's headers every request looks like http, and like one of the proxy's own."""
    if not settings.SECURE or settings.BEHIND_PROXY or settings.TLS_ENDS_BEFORE_US:
        return []
    hint = (
        "Set BEHIND_PROXY=1 where a proxy ends TLS and sets X-Forwarded-Proto and X-Forwarded-For, as in the manual; "
        "TLS_ENDS_BEFORE_US=1 where TLS ends elsewhere and nothing says so."
    )
    text = "PORTAL_ORIGIN is an https address and nothing says where TLS ends: visitors would be redirected for ever."
    return [Error(text, hint=hint, id="portal.E014")]


@register(Tags.security, deploy=True)
def preload_covers_subdomains(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Browsers' lists take a host only with all its subdomains."""
    if not settings.SECURE_HSTS_PRELOAD or settings.SECURE_HSTS_INCLUDE_SUBDOMAINS:
        return []
    hint = "Set HSTS_SUBDOMAINS=1 too, if every host below this one is served over https; else unset HSTS_PRELOAD."
    return [Error("HSTS_PRELOAD has no effect without HSTS_SUBDOMAINS.", hint=hint, id="portal.E015")]


@register(Tags.security, deploy=True)
def keys_are_strong(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Keys are long, random, not those of a manual, and each for one purpose."""
    keys = [("SECRET_KEY", settings.SECRET_KEY, _KEY_LENGTH)]
    keys += [("SECRET_KEY_FALLBACKS", key, _KEY_LENGTH) for key in settings.SECRET_KEY_FALLBACKS]
    signing = {settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS}
    keys += [("CREDENTIAL_KEYS", key, _KEY_LENGTH) for key in settings.CREDENTIAL_KEYS or [""]]
    keys += [("METRICS_TOKEN", settings.METRICS_TOKEN, _TOKEN_LENGTH)] if settings.METRICS_TOKEN else []
    faults = [f"{name} {fault}." for name, key, length in keys if (fault := _fault_of_key(key, length))]
    if signing.intersection(settings.CREDENTIAL_KEYS):
        faults.append(
            "CREDENTIAL_KEYS has a key of SECRET_KEY: whoever replaces the one must not replace the other."
        )
    return [Error(fault, hint=_MAKE_A_KEY, id="portal.E016") for fault in faults]


@register(Tags.security, deploy=True)
def second_factors_are_required_in_time(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Whoever signs or administers is not left with a password alone for long."""
    if settings.SECOND_FACTOR_DAYS <= _MOST_FACTOR_DAYS:
        return []
    text = f"SECOND_FACTOR_DAYS is {settings.SECOND_FACTOR_DAYS}; at most {_MOST_FACTOR_DAYS} are allowed."
    return [Error(text, hint="Leave it unset for 7 days; 0 asks at the first sign-in.", id="portal.E019")]


@register(Tags.security, deploy=True)
def this_machine_is_not_asked(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Addresses that people have typed lead to other machines alone."""
    if not (settings.SECURE and settings.OUTGOING_ALLOW_LOOPBACK):
        return []
    text = "OUTGOING_ALLOW_LOOPBACK would let people send the portal's requests to services of this machine."
    return [Error(text, hint="Unset it: it is for tests alone.", id="portal.E029")]


@register(Tags.security, deploy=True)
def senders_can_be_read(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Mail servers refuse letters from what is no address."""
    return [*_sender_faults(), *_bounce_faults(), *_reply_faults()]


@register(Tags.security, deploy=True)
def mail_password_is_encrypted(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A password for another machine goes there over TLS alone."""
    if not settings.EMAIL_HOST_PASSWORD or settings.EMAIL_USE_TLS or _is_local(settings.EMAIL_HOST):
        return []
    text = f"The password for {settings.EMAIL_HOST} would cross the network in clear."
    return [Error(text, hint="Set EMAIL_USE_TLS=1, and the port for STARTTLS (587).", id="portal.E018")]


def _sender_faults() -> Iterator[CheckMessage]:
    header: Any = policy.default.header_factory("From", settings.DEFAULT_FROM_EMAIL.replace("\n", "\\n"))
    is_read = len(header.addresses) == 1 and all(
        isinstance(each, ObsoleteHeaderDefect) for each in header.defects
    )
    address = header.addresses[0].addr_spec if is_read else ""
    shown = ascii(settings.DEFAULT_FROM_EMAIL)
    hint = "Write 'Portal <portal@example.org>' or portal@example.org."
    if not _is_address(address):
        yield Error(f"DEFAULT_FROM_EMAIL is no sender: {shown}.", hint=hint, id="portal.E017")
    elif settings.SECURE and _is_local(address.rpartition("@")[2]):
        text = f"DEFAULT_FROM_EMAIL names this machine, which nobody can answer: {shown}."
        yield Error(text, hint=hint, id="portal.E017")


def _bounce_faults() -> Iterator[CheckMessage]:
    address = settings.BOUNCE_ADDRESS
    if address and (not _is_address(address) or "+" in address):
        hint = (
            "Write a bare address without a plus, such as bounces@portal.example.org; a mark is added to it."
        )
        yield Error(f"BOUNCE_ADDRESS is no address: {address!a}.", hint=hint, id="portal.E017")


def _reply_faults() -> Iterator[CheckMessage]:
    address = settings.REPLY_ADDRESS
    if not address:
        return
    if not _is_address(address) or "+" in address or address == settings.BOUNCE_ADDRESS:
        hint = "Write a bare address of its own without a plus, such as replies@portal.example.org."
        yield Error(f"REPLY_ADDRESS is no such address: {address!a}.", hint=hint, id="portal.E017")
    elif not settings.REPLY_AUTHENTICATION_SERVER:
        hint = "Write the name that your mail server gives itself in Authentication-Results: docs/how-to/mail.md."
        yield Error(
            "REPLY_AUTHENTICATION_SERVER is missing: anybody could reply.", hint=hint, id="portal.E017"
        )


def _is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return text.isascii()


def _fault_of_key(key: str, length: int) -> str:
    if len(key) < length:
        return f"has {len(key)} characters; at least {length} are needed"
    if _PLACEHOLDER.search(key):
        return "is the example of a manual, which everybody knows"
    return "repeats itself" if len(set(key)) < _DIFFERENT_CHARACTERS else ""


def _fault_of_origin(parts: SplitResult) -> str:
    try:
        parts.port  # noqa: B018 - a port that is no number is noticed when it is read
    except ValueError:
        return "its port is no number"
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return f"it is “{settings.ORIGIN}”"
    if parts.path or parts.query or parts.fragment or parts.username is not None:
        return "there is more in it than scheme, host and port"
    if not parts.hostname.isascii():
        return f"the host is written as {parts.hostname.encode('idna').decode()}"
    return ""


def _is_local(host: str) -> bool:
    """Whether a host is this machine, for everybody."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
