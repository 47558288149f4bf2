"""Error pages: they depend on nothing that could have failed itself.

No database, no session, no cookie, no context of the request: only its address and its headers choose the language.
"""

from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

SiteSource = Callable[[], object]
_SITE_SOURCE: list[SiteSource] = []
# When not even a template can be read.
_LAST_RESORT = (
    "Something went wrong on our side. Try again in a minute.\n"
    "У нас что-то сломалось. Попробуйте через минуту.\n"
)

log = structlog.get_logger(__name__)


def register_site_source(source: SiteSource) -> None:
    """Name the function that gives the site as it was last known, without asking the database."""
    _SITE_SOURCE[:] = [source]


def error_page(
    request: HttpRequest, status: int, *, template: str = "", retry_after: int = 0, **context: object
) -> HttpResponse:
    """The page of this status, never cached; `retry_after` seconds go into its header and to its template."""
    try:
        content = _content(request, template or f"{status}.html", {**context, "retry_after": retry_after})
        response = HttpResponse(content, status=status)
    except Exception:
        log.exception("error_page_failed", status=status)
        response = HttpResponse(_LAST_RESORT, status=status, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "no-store"
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return response


def _content(request: HttpRequest, template: str, context: dict[str, object]) -> str:
    language = request_language(request)
    with translation.override(language):
        defaults = {
            "site": _SITE_SOURCE[0]() if _SITE_SOURCE else None,
            "home": f"/{language}/",
            "request_id": structlog.contextvars.get_contextvars().get("request_id", ""),
        }
        return render_to_string(template, {**defaults, **context})


def request_language(request: HttpRequest) -> str:
    """The address's language, else the one that this request was already read in, else the browser's."""
    in_path = translation.get_language_from_path(request.path_info)
    read_in = getattr(request, "LANGUAGE_CODE", "")
    language = in_path or read_in or translation.get_language_from_request(request)
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
