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
from alliance.queries.texts import filled, missing_languages, text_revisions, text_that_holds
from alliance.services.texts import write_text
from alliance.web.desk import posted
from alliance.web.forms.languages import texts_in, texts_of
from alliance.web.forms.site import TextForm
from alliance.web.secretariat.settings import page, see
from portal.kernel.errors import Conflict
from portal.kernel.markdown_changes import changes_in
from portal.kernel.web import ActorRequest, get_visible_or_404, permissions, requires, shown

_PREVIEW = "preview"


def _kind(kind: str) -> TextKind:
    try:
        return TextKind(kind)
    except ValueError as unknown:
        raise Http404 from unknown


@require_safe
def text(request: ActorRequest, kind: str) -> HttpResponse:
    """The text as it holds, in every language, with its revisions."""
    chosen = _kind(kind)
    held = text_that_holds(chosen)
    context = {
        "text": held,
        "shown": _in_languages(texts_in(held, "text")),
        "missing": missing_languages(held),
        "revisions": text_revisions(request.actor, chosen),
        **permissions(request.actor, may_write="site.write_text"),
    }
    return page(request, "text", {"kind": chosen, **context})


@require_safe
def text_revision(request: ActorRequest, kind: str, revision: int) -> HttpResponse:
    """One revision as it was written."""
    found: SiteText = get_visible_or_404(SiteText.objects, request.actor, kind=_kind(kind), revision=revision)
    context = {"kind": _kind(kind), "text": found, "shown": _in_languages(texts_in(found, "text"))}
    return page(request, "text_revision", {**context, "held": text_that_holds(found.kind)})


@requires("site.write_text")
def text_write(request: ActorRequest, kind: str) -> HttpResponse:
    """Write the next revision; the preview saves nothing. Whoever was slower sees both texts."""
    chosen = _kind(kind)
    held = text_that_holds(chosen)
    form = TextForm(posted(request), initial={**texts_in(held, "text"), "seen": held.revision})
    context: dict[str, Any] = {"kind": chosen, "form": form, "text": held}
    status = 422 if form.is_bound else 200
    if form.is_valid() and _PREVIEW in request.POST:
        context["shown"] = _in_languages(form.cleaned_data)
        return page(request, "text_write", context)
    if form.is_valid():
        with shown(form):
            try:
                write_text(
                    request.actor, chosen, texts_of(form.cleaned_data, "text"), seen=form.cleaned_data["seen"]
                )
            except Conflict as clash:
                context["theirs"], status = clash.theirs, 409
                context["both"] = _in_languages(texts_in(clash.theirs, "text"))
                raise
        if form.is_valid():
            messages.success(request, _("Saved. Pages show it within two seconds."))
            return redirect("secretariat:text", chosen)
    if status == 409:
        see(form, held.revision)
    return page(request, "text_write", context, status)


def _in_languages(texts: dict[str, Any]) -> list[dict[str, Any]]:
    """What each language's readers will see, and what of it is made harmless."""
    return [
        {
            "code": code,
            "name": language,
            "words": filled(texts[f"text_{code}"]),
            "changes": changes_in(texts[f"text_{code}"]),
        }
        for code, language in settings.LANGUAGES
    ]
