"""Answers to a post that was not read: what is wrong with it, and everything that somebody typed."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from django.template.loader import render_to_string

from portal.kernel import form_limits
from portal.kernel.web.error_pages import error_page
from portal.kernel.web.forms import TECHNICAL_FIELDS, UnlistedFields

_Pairs = list[tuple[str, str]]
_NOT_TYPED = re.compile(r"password|(^|[-_])(version|digest|shown|[A-Z]+_FORMS)$")
_MOST_READ = 20 * form_limits.POST_FIELDS  # fields of a post that was too large, which are still given back


def unlisted_fields(request: HttpRequest, refusal: UnlistedFields) -> HttpResponse:
    """422: the post has fields that nobody asked for. The page can send it again without them.

    A browser's extension may have added them: what the person typed is on the page, but for passwords.
    """
    pairs = [(name, value) for name, values in request.POST.lists() for value in values]
    known = [(name, value) for name, value in pairs if name not in refusal.names]
    can_repeat = not request.FILES and not any("password" in name for name, _value in pairs)
    context = {
        "names": refusal.names,
        "action": request.get_full_path(),
        "repeated": known if can_repeat else [],
        "typed": _typed(known),
        "has_files": bool(request.FILES),
    }
    return _answer(request, 422, "422_fields.html", context)


def too_many_fields(request: HttpRequest) -> HttpResponse:
    """413: the post has more fields than any page of the portal; what was typed is given back."""
    context = {"most_fields": form_limits.POST_FIELDS, "typed": _typed(_body_of(request))}
    return _answer(request, 413, "413_fields.html", context)


def _answer(request: HttpRequest, status: int, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page; for a script, which has all that was typed, a sentence inside the place that it changes."""
    if request.headers.get("HX-Request"):
        response = HttpResponse(render_to_string("components/post_refused.html", context), status=422)
        response["HX-Reswap"], response["Cache-Control"] = "innerHTML", "no-store"
        return response
    return error_page(request, status, template=template, **context)


def _body_of(request: HttpRequest) -> _Pairs:
    """The fields of a post that Django refused to read; none of one with files, which is gone."""
    try:
        body, charset = request.body, request.encoding or "utf-8"
        return parse_qsl(
            body.decode("ascii", "replace"), encoding=charset, errors="replace", max_num_fields=_MOST_READ
        )
    except (RawPostDataException, ValueError):
        return []


def _typed(pairs: Iterable[tuple[str, str]]) -> _Pairs:
    """What a person may have typed: no hidden keys, versions and counts, and no passwords."""
    return [
        (name, value)
        for name, value in pairs
        if value.strip() and name not in TECHNICAL_FIELDS and not _NOT_TYPED.search(name)
    ]
