"""For crawlers and browsers: robots.txt, the sitemap, security.txt, favicon.ico."""

from datetime import UTC, timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.sitemaps import views
from django.db import InterfaceError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import override
from django.views.decorators.http import require_safe

from alliance.queries.site import read_site
from alliance.web.public import sitemaps as alliance
from portal.kernel.web import Parameter, parameters
from practices.web.public import sitemaps as practices

_SITEMAPS = {**alliance.SITEMAPS, **practices.SITEMAPS}
_HOUR, _DAY = 60 * 60, 24 * 60 * 60
_XML = "application/xml; charset=utf-8"
# Work areas ask for a sign-in, files are counted or private, and questions to these lists have no end.
_DISALLOWED_PATHS = (
    "/accounts/", "/session/", "/workspace/", "/secretariat/", "/corrections/", "/documents/", "/api/v1/",
    "/*/display/", "/*/compare/?", "/*/compare.csv", "/*/practices/?",
)  # fmt: skip
_SECURITY_TXT_LIFETIME = timedelta(days=180)  # RFC 9116 requires less than a year


@transaction.non_atomic_requests
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """robots.txt: which pages crawlers may fetch (RFC 9309); made without the database."""
    del request
    refused = [f"Disallow: {path}" for path in _DISALLOWED_PATHS]
    lines = [
        "User-agent: *",
        *refused,
        f"Allow: {reverse('api:docs')}",
        "",
        f"Sitemap: {_absolute_url('sitemap')}",
    ]
    return _text_response(lines, _DAY)


@transaction.non_atomic_requests
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """security.txt: where to report a vulnerability (RFC 9116); while the database is away, the last known text."""
    del request
    try:
        contact = read_site().contact
    except (OperationalError, InterfaceError):
        contact = read_site.last_known().contact
    languages = [code for code, _name in settings.LANGUAGES]
    with override(languages[0]):
        page = settings.ORIGIN + reverse("public:contact")
    expires = (timezone.now() + _SECURITY_TXT_LIFETIME).astimezone(UTC).replace(hour=0, minute=0, second=0)
    lines = [
        "# Try on accounts of your own. Stop where data of others begins, and keep none of it.",
        "# Never send illegal material or data of children: a report names its place, and no more.",
        *([f"Contact: mailto:{contact}"] if contact else []),
        f"Contact: {page}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(languages)}",
        f"Canonical: {_absolute_url('security-txt')}",
    ]
    return _text_response(lines, _DAY)


@transaction.non_atomic_requests
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """favicon.ico for whatever reads no page: the sun, or the way to the site's own logo; made without the database."""
    del request
    try:
        logo = read_site().logo
    except (OperationalError, InterfaceError):
        logo = read_site.last_known().logo
    answer: HttpResponse
    if logo:
        answer = HttpResponseRedirect(reverse("site-logo", args=[logo]))
    else:
        answer = HttpResponse(_sun(), content_type="image/vnd.microsoft.icon")
    patch_cache_control(answer, public=True, max_age=_HOUR)
    return answer


@cache
def _sun() -> bytes:
    return (Path(settings.BASE_DIR) / "static" / "img" / "favicon.ico").read_bytes()


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """Index of the sitemap files."""
    urls = []
    for section, sitemap in _SITEMAPS.items():
        files = sitemap().paginator.num_pages
        urls += [
            _absolute_url("sitemap-section", section) + (f"?p={p}" if p > 1 else "")
            for p in range(1, files + 1)
        ]
    answer = render(request, "portal/sitemap_index.xml", {"files": urls}, content_type=_XML)
    patch_cache_control(answer, public=True, max_age=_HOUR)
    return answer


@require_safe
@parameters(Parameter("p", r"[1-9]\d{0,5}", default="1"))
def sitemap_section(request: HttpRequest, section: str) -> HttpResponseBase:
    """Sitemap of the public pages of one kind, each in every language."""
    answer = views.sitemap(request, {**_SITEMAPS}, section, content_type=_XML)
    patch_cache_control(answer, public=True, max_age=_HOUR)
    return answer


def _absolute_url(route: str, *arguments: str) -> str:
    return settings.ORIGIN + reverse(route, args=arguments)


def _text_response(lines: list[str], seconds: int) -> HttpResponse:
    answer = HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
    patch_cache_control(answer, public=True, max_age=seconds)
    return answer
