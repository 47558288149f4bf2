"""Answers to a post that was not read: what is wrong with it, and everything that somebody typed."""

import re
from collections.abc import Collection
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException
from django.middleware.csrf import get_token
from django.template.loader import render_to_string

from portal.kernel.web.error_pages import error_page
from portal.kernel.web.forms import (
    CONFIRM_PASSWORD,
    FORM_TOKEN,
    SWITCH_TENANT,
    TECHNICAL_FIELDS,
    UnlistedFields,
)
from portal.kernel.web.typed_fields import TypedField, typed_fields

_Pairs = list[tuple[str, str]]
_NOT_TYPED = re.compile(
    r"password|(^|[-_])(version|digest|shown|(started|carried)_from|[A-Z]+_FORMS)$|-read$"
)
# of a field whose form is not known: chosen, or put there by the page, and nobody's word
_CHOICE = re.compile(r"[a-z]+(_[a-z]+)*|True|False")
_SWITCHES = frozenset({"0", "1"})  # of a field that nobody asked for, as an extension of the browser adds
# times as many fields as a post may have: up to there what was typed is still given back
_MOST_READ = 20


def unlisted_fields(request: HttpRequest, refusal: UnlistedFields) -> HttpResponse:
    """422: the post has fields that nobody asked for. The page can send it again without them.

    A browser's extension may have added them, or the form has changed since: what the person typed is on the page, in
    those fields too, but for passwords. Where they have words, the rest is sent again with a key of its own, so that
    the device does not take the words for saved with it. For a switch the key stays: what was typed is saved with it.
    """
    sent = _sent(request, without=refusal.names)
    refused = _typed([pair for pair in _sent_pairs(request) if pair[0] in refusal.names])
    if any(_has_words(field) and not _SWITCHES.issuperset(field.values) for field in refused):
        sent["repeated"] = [
            (name, str(uuid4()) if name == FORM_TOKEN else value) for name, value in sent["repeated"]
        ]
    context = {"names": refusal.names, **sent, "typed": [*sent["typed"], *refused]}
    return _answer(request, 422, "422_fields.html", context)


def page_of_another_tenant(
    request: HttpRequest, *, made_for: str, acting_for: str, switch: str
) -> HttpResponse:
    """409: the page was made for another tenant than the one that its reader acts for; nothing was done.

    `made_for` and `acting_for` are their names; empty where the reader does not belong there any more. The page can
    switch back and send the same again; `switch` is the address where it is switched alone.
    """
    names = {"made_for": made_for, "acting_for": acting_for, "switch": switch, "switch_tenant": SWITCH_TENANT}
    lost = {"lost_access": getattr(request, "lost_access", None)}  # as on the page of what is not there
    return _answer(request, 409, "409_tenant.html", {**names, **lost, **_sent(request)})


def post_without_permission(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the sender may not do it, or may not any more; what they typed is given back."""
    context = {"is_forbidden": True, "reason": reason, "typed": _sent(request)["typed"]}
    return _answer(request, 403, "403.html", context)


def post_to_nothing(request: HttpRequest, **context: Any) -> HttpResponse:
    """404: what the form was about is not there any more; what somebody typed is given back."""
    if request.headers.get("HX-Request") and "autosave" in request.POST:
        return refuse_autosave({"is_gone": True})
    return error_page(request, 404, **context, typed=_sent(request)["typed"])


def post_on_hold(request: HttpRequest, status: int, template: str, **context: Any) -> HttpResponse:
    """A post whose sender must do something first: the page shows what was typed, and can send the same again.

    `template` is the page, which gets `context`, `action`, `repeated`, `typed` and `has_files`.
    """
    return _answer(request, status, template, {**context, **_sent(request)})


def page_of_pending_post(
    request: HttpRequest, template: str, *, action: str, pairs: _Pairs, has_files: bool
) -> HttpResponse:
    """What was sent without a session, for its sender, who has signed in since: shown, and ready to be sent again.

    What was chosen in fields that cannot be named is left out where the button sends it all the same; `has_unshown`
    tells the page so.
    """
    sent = _typed(pairs)
    typed = [field for field in sent if has_files or _has_words(field)]
    context: dict[str, Any] = {
        "action": action,
        "repeated": pairs,
        "typed": typed,
        "has_unshown": len(typed) < len(sent),
        "has_files": has_files,
    }
    return error_page(request, 200, template=template, csrf_token=get_token(request), **context)


def _sent(request: HttpRequest, *, without: Collection[str] = ()) -> dict[str, Any]:
    """What a page needs to show what was typed, and to send it again without these fields where no file is lost."""
    repeated = [
        (name, value)
        for name, value in _sent_pairs(request)
        if name not in (*without, SWITCH_TENANT, CONFIRM_PASSWORD)
    ]
    can_repeat = not request.FILES and not any("password" in name for name, _value in repeated)
    return {
        "action": request.get_full_path(),
        "repeated": repeated if can_repeat else [],
        "typed": _typed(repeated),
        "has_files": bool(request.FILES),
    }


def words_of_post(request: HttpRequest) -> list[TypedField]:
    """What somebody typed into the form that was sent, for a page that cannot take it."""
    return [field for field in _typed(_sent_pairs(request)) if _has_words(field)]


def _has_words(field: TypedField) -> bool:
    """Whether somebody may have typed it: a field that has a label, or says more than what can be chosen."""
    return bool(field.label) or not all(_CHOICE.fullmatch(str(value)) for value in field.values)


def _sent_pairs(request: HttpRequest) -> _Pairs:
    return [(name, value) for name, values in request.POST.lists() for value in values]


def too_many_fields(request: HttpRequest) -> HttpResponse:
    """413: the post has more fields than any page of the portal; what was typed is given back."""
    context = {"most_fields": settings.DATA_UPLOAD_MAX_NUMBER_FIELDS, "typed": _typed(_body_of(request))}
    return _answer(request, 413, "413_fields.html", context)


def _answer(request: HttpRequest, status: int, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page, also in the place of one that a script changes; where a script saves what is typed, a sentence there."""
    if not request.headers.get("HX-Request"):
        return error_page(request, status, template=template, **context)
    if "autosave" in request.POST:
        return refuse_autosave(
            context, status if status in (HTTPStatus.FORBIDDEN, HTTPStatus.CONFLICT) else 422
        )
    response = error_page(request, 422, template=template, **context)
    # above the page, which may hold what somebody has typed elsewhere
    response["HX-Retarget"], response["HX-Reselect"] = "#main", "#main > *"
    response["HX-Reswap"] = "afterbegin show:top"
    return response


def refuse_autosave(context: dict[str, Any], status: int = 422) -> HttpResponse:
    """A sentence where a page that saves by itself says what is saved; 401 where its reader has to sign in first."""
    response = HttpResponse(render_to_string("components/post_refused.html", context), status=status)
    response["HX-Reswap"], response["Cache-Control"] = "innerHTML", "no-store"
    return response


def _body_of(request: HttpRequest) -> _Pairs:
    """The fields of a post that Django refused to read; none of one with files, which is gone."""
    try:
        body, charset = request.body, request.encoding or "utf-8"
        most_read = _MOST_READ * settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
        return parse_qsl(
            body.decode("ascii", "replace"), encoding=charset, errors="replace", max_num_fields=most_read
        )
    except (RawPostDataException, ValueError):
        return []


def _typed(pairs: _Pairs) -> list[TypedField]:
    """What a person may have typed: no hidden keys, versions and counts, and no passwords."""
    shown = [
        (name, value) for name, value in pairs if name not in TECHNICAL_FIELDS and not _NOT_TYPED.search(name)
    ]
    return typed_fields(
        [(name, value) for name, value in shown if value.strip()], {name for name, _ in shown}
    )
