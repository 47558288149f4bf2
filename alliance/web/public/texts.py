"""Pages whose words are the site's own: written on the settings page, revision by revision."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from alliance.enums import TextKind
from alliance.queries.texts import current_text, displayed_language, text_for_reader
from alliance.web.public.responses import public_page


def text_context(kind: str) -> dict[str, Any]:
    """What a page shows of a text: its words, the language that they are in, and its revision."""
    text = current_text(kind)
    return {"text": text, "body": text_for_reader(text), "body_language": displayed_language(text)}


def text_page(
    request: HttpRequest, kind: str, template: str = "text", context: Mapping[str, Any] | None = None
) -> HttpResponse:
    """The page of a text."""
    return public_page(
        request, template, {"title": TextKind(kind).label, **text_context(kind), **(context or {})}
    )


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Privacy notice: which personal data is stored, why and how long; cookies; rights."""
    return text_page(request, TextKind.PRIVACY, "privacy")


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    """Terms of use."""
    return text_page(request, TextKind.TERMS)


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Accessibility statement, and what to do when something does not work."""
    return text_page(request, TextKind.ACCESSIBILITY, "accessibility")


@require_safe
def short_address(request: HttpRequest, name: str) -> HttpResponse:
    """From the address at which people try first to the page itself."""
    del request
    return HttpResponsePermanentRedirect(reverse(f"public:{name}"))
