"""The application that a bench asks: the portal or its peer, as the settings say.

A portal answers from memory whatever it has answered before, whatever else the address says. A request with `fresh` in
its query makes it forget first.
"""

from collections.abc import Callable, Iterable
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application

_django = get_wsgi_application()
_forget: Callable[[], None] | None = None
if settings.ROOT_URLCONF == "portal.urls":
    _forget = import_module("portal.kernel.publishing").forget_answers
if settings.SETTINGS_MODULE == "portal.settings":
    import_module("portal.wsgi")  # waits for the database as the real web server does


def application(environment: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer a request."""
    if _forget is not None and "fresh=" in environment["QUERY_STRING"]:
        _forget()
    answer: Iterable[bytes] = _django(environment, start_response)
    return answer
