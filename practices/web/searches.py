"""Saved searches: one's own list, to save one, to call it otherwise, to delete it."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from alliance.web.desk import desk_of, posted
from portal.kernel.web import ActorRequest, get_visible_or_404, requires, shown
from practices.models import SavedSearch
from practices.queries.search import Search, read
from practices.queries.searches import saved_searches
from practices.services.searches import delete_search, edit_search, save_search
from practices.web.library_parts import in_words


class SearchForm(forms.Form):
    """What a search is called, and whether it tells."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        help_text=gettext_lazy("Only you see this."),
    )
    notifies = forms.BooleanField(label=gettext_lazy("Notify me of new results"), required=False)


@require_safe
def search_list(request: ActorRequest) -> HttpResponse:
    """One's saved searches, each with what it looks for."""
    saved = saved_searches(request.actor)
    rows = list(zip(saved, in_words([one.search for one in saved]), strict=True))
    return _page(request, "practices/search_list.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@requires("search.save")
def search_save(request: ActorRequest) -> HttpResponse:
    """Keep the search that the address has under a name."""
    search = read(dict(request.GET.lists()))
    form = SearchForm(posted(request), initial={"name": search.text, "notifies": True})
    if form.is_valid():
        with shown(form):
            save_search(request.actor, search, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Saved"))
            return redirect(f"{desk_of(request.actor).url('practice-list')}?{search.address()}")
    return _form(request, form, search, _("Save this search"))


@require_http_methods(["GET", "HEAD", "POST"])
def search_edit(request: ActorRequest, key: UUID) -> HttpResponse:
    """Call it otherwise, or have it tell of new things or not."""
    found = get_visible_or_404(SavedSearch.objects, request.actor, key=key)
    form = SearchForm(posted(request), initial={"name": found.name, "notifies": found.notifies})
    if form.is_valid():
        with shown(form):
            edit_search(request.actor, found, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Saved"))
            return redirect(desk_of(request.actor).url("search-list"))
    return _form(request, form, read(found.query), _("Change the saved search"))


@require_POST
def search_delete(request: ActorRequest, key: UUID) -> HttpResponse:
    """It is the person's own, and made anew in a moment."""
    found = get_visible_or_404(SavedSearch.objects, request.actor, key=key)
    delete_search(request.actor, found)
    messages.success(request, _("Saved search deleted"))
    return redirect(desk_of(request.actor).url("search-list"))


def _form(request: ActorRequest, form: SearchForm, search: Search, heading: str) -> HttpResponse:
    context = {"form": form, "words": in_words([search])[0], "heading": heading}
    return _page(request, "practices/search_form.html", context, status=422 if form.is_bound else 200)


def _page(
    request: ActorRequest, template: str, context: dict[str, object], status: int = 200
) -> HttpResponse:
    desk = desk_of(request.actor)
    shared = {"base": desk.base, "face": desk.namespace, "nav": f"{desk.namespace}:practice-list"}
    return render(request, template, shared | context, status=status)
