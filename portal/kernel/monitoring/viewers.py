"""Who may monitor the running portal: the machine itself, and clients with the token."""

import hmac
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


def may_monitor(request: HttpRequest) -> bool:
    """True for a request from this very machine that no proxy has handed on, and with the token from anywhere."""
    return _has_token(request) or _is_from_here(request)


def _has_token(request: HttpRequest) -> bool:
    scheme, _blank, value = request.headers.get("Authorization", "").partition(" ")
    token = settings.METRICS_TOKEN
    right = hmac.compare_digest(value.strip().encode(), token.encode())
    return bool(token) and scheme.lower() == "bearer" and right


def _is_from_here(request: HttpRequest) -> bool:
    """A proxy on this machine forwards requests of others, and says so in its headers."""
    if any(request.headers.get(name) for name in _FORWARDED):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
