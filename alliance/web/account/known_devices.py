"""The cookie by which a browser is known again in which somebody has signed in: read, and written after signing in."""

import re
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from alliance.models import Person
from alliance.queries.known_devices import known_device_of
from alliance.services.known_devices import remember_device

_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{43}")
_LIFETIME = 365 * 24 * 60 * 60  # seconds; retention removes the row after as long


def identifier_in(request: HttpRequest) -> str:
    """What the browser's cookie says; empty for none, and for what is none of ours."""
    value = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    return value if _IDENTIFIER.fullmatch(value) else ""


def known_device(request: Any, **owner: object) -> int | None:
    """The number of this device where its owner has signed in on it before; asked once in a request for each owner."""
    if request is None:
        return None
    known: dict[object, int | None] = request.__dict__.setdefault("known_devices", {})
    key = tuple(sorted(owner.items()))
    if key not in known:
        known[key] = known_device_of(identifier_in(request), **owner)
    return known[key]


def remember(request: Any, person: Person, device: str) -> None:
    """Know this browser from now on as one of the person's; the answer to the request carries the cookie."""
    request.device_identifier = remember_device(person, identifier_in(request), device)


def write_cookie(request: Any, response: HttpResponseBase) -> None:
    """Set the cookie, where somebody has signed in in this request."""
    identifier = getattr(request, "device_identifier", "")
    if identifier:
        response.set_cookie(
            settings.DEVICE_COOKIE_NAME,
            identifier,
            max_age=_LIFETIME,
            secure=settings.SECURE,
            httponly=True,
            samesite="Lax",
        )
