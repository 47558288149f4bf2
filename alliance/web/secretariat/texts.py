"""The portal's longer texts: read, written with a preview, and every earlier revision."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.enums import TextKind
from alliance.models import SiteText
from alliance.queries.texts import current_text, fill_placeholders, missing_languages, text_revisions
from alliance.services.texts import write_text
from alliance.web.area import posted_data
from alliance.web.forms.languages import texts_in, texts_of
from alliance.web.forms.site import TextForm
from alliance.web.secretariat.settings import rebase_form, settings_page
from portal.kernel.errors import Conflict
from portal.kernel.text import warnings_in
from portal.kernel.web import ActorRequest, get_visible_or_404, permissions, refusals_on, requires

_PREVIEW = "preview"


def _kind(kind: str) -> TextKind:
    try:
        return TextKind(kind)
    except ValueError as unknown:
        raise Http404 from unknown


@require_safe
def text(request: ActorRequest, kind: str) -> HttpResponse:
    """One site text as it is in force, in every language, with its revisions."""
    text_kind = _kind(kind)
    text = current_text(text_kind)
    context = {
        "text": text,
        "translations": _in_languages(texts_in(text, "text")),
        "missing": missing_languages(text),
        "revisions": text_revisions(request.actor, text_kind),
        **permissions(request.actor, may_write="site.write_text"),
    }
    return settings_page(request, "text", {"kind": text_kind, **context})


@require_safe
def text_revision(request: ActorRequest, kind: str, revision: int) -> HttpResponse:
    """One revision of a site text."""
    text: SiteText = get_visible_or_404(SiteText.objects, request.actor, kind=_kind(kind), revision=revision)
    context = {"kind": _kind(kind), "text": text, "translations": _in_languages(texts_in(text, "text"))}
    return settings_page(request, "text_revision", {**context, "current_revision": current_text(text.kind)})


@requires("site.write_text")
def text_write(request: ActorRequest, kind: str) -> HttpResponse:
    """Form to write the next revision of a text; a preview saves nothing. A conflict shows both texts."""
    text_kind = _kind(kind)
    text = current_text(text_kind)
    form = TextForm(
        posted_data(request), initial={**texts_in(text, "text"), "expected_version": text.revision}
    )
    context: dict[str, Any] = {"kind": text_kind, "form": form, "text": text}
    status = 422 if form.is_bound else 200
    if form.is_valid() and _PREVIEW in request.POST:
        context["translations"] = _in_languages(form.cleaned_data)
        return settings_page(request, "text_write", context)
    if form.is_valid():
        with refusals_on(form):
            try:
                write_text(
                    request.actor,
                    text_kind,
                    texts_of(form.cleaned_data, "text"),
                    expected_revision=form.cleaned_data["expected_version"],
                )
            except Conflict as conflict:
                context["stored"], status = conflict.stored, 409
                context["stored_translations"] = _in_languages(texts_in(conflict.stored, "text"))
                raise
        if form.is_valid():
            messages.success(request, _("Saved. Pages show it within two seconds."))
            return redirect("secretariat:text", text_kind)
    if status == 409:
        rebase_form(form, text.revision)
    return settings_page(request, "text_write", context, status)


def _in_languages(texts: dict[str, Any]) -> list[dict[str, Any]]:
    """What each language's readers will see, and what of it is made harmless."""
    return [
        {
            "code": code,
            "name": language,
            "text": fill_placeholders(texts[f"text_{code}"]),
            "changes": warnings_in(texts[f"text_{code}"]),
        }
        for code, language in settings.LANGUAGES
    ]
