"""Views of a list that somebody keeps: what the list shows of them, and the two posts, whichever list it is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from alliance.enums import ViewedList
from alliance.models import SavedView
from alliance.services.saved_views import keep_view, remove_view
from alliance.web.area import posted_data
from alliance.web.forms.allocation import SavedViewForm
from portal.kernel.access import Actor
from portal.kernel.web import ActorRequest, get_visible_or_404, redirect_refused, refusals_on


@dataclass(frozen=True, slots=True)
class SavedViews:
    """The views that the reader has kept, each with the address that removes it, and the form that keeps one more."""

    rows: Sequence[tuple[SavedView, str]]
    form: SavedViewForm
    keep_url: str
    anchor: str = ""


def saved_views(
    actor: Actor,
    of: ViewedList,
    query: str,
    *,
    keep_url: str,
    remove_url: Callable[[int], str],
    anchor: str = "",
) -> SavedViews:
    """Those of one list, whose present view is the query. One query."""
    views = SavedView.objects.visible_to(actor).filter(of=of)
    form = SavedViewForm(initial={"query": query}, auto_id="view_%s")
    return SavedViews([(view, remove_url(view.pk)) for view in views], form, keep_url, anchor)


def keep_posted_view(
    request: ActorRequest, of: ViewedList, list_url: str, cleaned_query: Callable[[QueryDict], str]
) -> HttpResponse:
    """Keep the posted view, of which `cleaned_query` leaves what the list knows, and show it again."""
    form = SavedViewForm(posted_data(request))
    query = cleaned_query(QueryDict(request.POST.get("query", "")))
    shown = f"{list_url}?{query}" if query else list_url
    if form.is_valid():
        with refusals_on(form):
            keep_view(request.actor, form.cleaned_data["name"], query, of)
    if not form.is_valid():
        reason = " ".join(map(str, form.errors.get("name", form.non_field_errors())))
        if name := form["name"].value():
            reason = _("The view “%(name)s” is not kept. %(reason)s") % {"name": name, "reason": reason}
        return redirect_refused(request, shown, reason)
    messages.success(request, _("The view is kept."))
    return redirect(shown)


def remove_posted_view(request: ActorRequest, of: ViewedList, pk: int, list_url: str) -> HttpResponse:
    """Remove a view of one's own of the list, and show the list."""
    view: SavedView = get_visible_or_404(SavedView.objects.filter(of=of), request.actor, pk=pk)
    remove_view(request.actor, view)
    messages.success(request, _("The view is removed."))
    return redirect(list_url)
