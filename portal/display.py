"""Display settings: a cookie of four choices, and the stylesheet that it makes for every page.

Pages carry the same bytes for everyone; what somebody chose is in `/display.css` alone.
"""

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag, url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from portal.kernel.web import open_text, parameters, refuse_unlisted_fields

COOKIE = "__Host-display" if settings.SECURE else "display"
YEAR = 365 * 24 * 60 * 60
# The first value of each is what holds when nothing was chosen.
CHOICES: Mapping[str, tuple[str, ...]] = {
    "size": ("100", "125", "150", "175", "200"),
    "scheme": ("auto", "light", "dark", "black-on-white", "white-on-black", "blue"),
    "spacing": ("usual", "wide", "wider"),
    "pictures": ("on", "off"),
}
SCHEMES = Path(settings.BASE_DIR) / "static" / "css" / "schemes"
LETTER_SPACING = {"wide": ".06em", "wider": ".12em"}
# Drawings with a table behind them show the table instead.
NO_PICTURES = (
    "img,.logo,.sun,.chart-figure svg,.hero svg{display:none}"
    ".chart-table::details-content{content-visibility:visible;block-size:auto}"
)

DisplayChoices = dict[str, str]


def parse(cookie: str) -> DisplayChoices:
    """The choices in a cookie; whatever is not one of ours counts as not chosen."""
    chosen = {name: values[0] for name, values in CHOICES.items()}
    for part in cookie[:200].split("."):
        name, _, value = part.partition("_")
        if value in CHOICES.get(name, ()):
            chosen[name] = value
    return chosen


def to_cookie(choices: Mapping[str, str]) -> str:
    """The choices as a cookie, without those that are as usual."""
    return ".".join(
        f"{name}_{choices[name]}" for name, values in CHOICES.items() if choices[name] != values[0]
    )


@lru_cache(maxsize=256)
def stylesheet(cookie: str) -> str:
    """The rules that apply the choices, and mark them in the panel of settings."""
    display_choices = parse(cookie)
    rules = [*_selected_rules(display_choices)]
    if display_choices["size"] != "100":
        rules.append(f":root{{font-size:{display_choices['size']}%}}")
    if display_choices["spacing"] in LETTER_SPACING:
        rules.append(f":root{{--tracking:{LETTER_SPACING[display_choices['spacing']]};word-spacing:.12em}}")
    if display_choices["pictures"] == "off":
        rules.append(NO_PICTURES)
    name, scheme = display_choices["scheme"], ""
    if name != "auto":
        scheme = (SCHEMES / f"{name}.css").read_text(encoding="utf-8")
        scheme = scheme.replace(f'[data-scheme="{name}"]', ":root")
    return f"@layer display{{{''.join(rules)}}}\n{scheme}"


def _selected_rules(choices: DisplayChoices) -> list[str]:
    buttons = [f'.display-form button[name="{name}"][value="{value}"]' for name, value in choices.items()]
    return [
        f"{','.join(buttons)}{{border-color:var(--accent);box-shadow:inset 0 0 0 1px;font-weight:700}}",
        f'{",".join(button + "::before" for button in buttons)}{{content:"✓"}}',
    ]


@transaction.non_atomic_requests
@require_safe
def display_css(request: HttpRequest) -> HttpResponse:
    """Stylesheet of the reader's display settings; cached by the browser alone, made without the database."""
    content = stylesheet(to_cookie(parse(request.COOKIES.get(COOKIE, ""))))
    response = HttpResponse(content, content_type="text/css; charset=utf-8")
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = quote_etag(hashlib.sha256(content.encode()).hexdigest()[:32])
    patch_vary_headers(response, ["Cookie"])
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


# The panel is on cached pages, which can carry no token; a forged post could only change the look.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@parameters(open_text("next", 2000))
def display_settings(request: HttpRequest) -> HttpResponse:
    """Form for all display settings; a post stores those that it names and redirects back."""
    display_choices = parse(request.COOKIES.get(COOKIE, ""))
    if request.method == "POST":
        return _with_cookie(request, display_choices)
    context = {"chosen": display_choices, "next": _safe_return_path(request, request.GET.get("next", ""))}
    response = render(request, "portal/public/display.html", context)
    response["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, ["Cookie"])
    return response


def _with_cookie(request: HttpRequest, choices: DisplayChoices) -> HttpResponse:
    refuse_unlisted_fields(request.POST, (*CHOICES, "next"))
    sent = {name: request.POST.get(name, "") for name in CHOICES}
    choices = choices | {name: value for name, value in sent.items() if value in CHOICES[name]}
    response = HttpResponseRedirect(
        _safe_return_path(request, request.POST.get("next", "")) or reverse("display")
    )
    response.set_cookie(
        COOKIE, to_cookie(choices), max_age=YEAR, secure=settings.SECURE, httponly=True, samesite="Lax"
    )
    return response


def _safe_return_path(request: HttpRequest, address: str) -> str:
    """The address if it is a path of our own, else nothing."""
    own = url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()})
    return address if own and address.startswith("/") else ""
