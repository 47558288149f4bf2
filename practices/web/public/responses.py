"""How the public pages of this app answer: with the header and footer of all public pages, in their own section."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse

from alliance.web.public.responses import public_page


def practices_page(request: HttpRequest, template: str, context: Mapping[str, Any]) -> HttpResponse:
    """A page of `templates/practices/public/`."""
    return public_page(
        request, template, {"nav": "public:practice-list", **context}, folder="practices/public"
    )
