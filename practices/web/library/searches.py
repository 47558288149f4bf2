"""Saved searches: one's own list, to save one, to call it otherwise, to delete it."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from alliance.web.area import area_of, posted_data
from portal.kernel.web import ActorRequest, StrictForm, get_visible_or_404, posts, refusals_on, requires
from practices.models import SavedSearch
from practices.queries.search import Search, parse_search
from practices.queries.searches import saved_searches
from practices.services.searches import delete_search, edit_search, save_search
from practices.web.library.page import search_descriptions


class SearchForm(StrictForm):
    """A search's name, and whether it notifies."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        help_text=gettext_lazy("Only you see this."),
    )
    notifies = forms.BooleanField(
        label=gettext_lazy("Notify me of new results"),
        help_text=gettext_lazy(
            "Of each practice that matches once, and again when it is taken up, translated or measured, if the "
            "search asks for that."
        ),
        required=False,
    )


@require_safe
def search_list(request: ActorRequest) -> HttpResponse:
    """List of one's saved searches with their criteria."""
    saved = saved_searches(request.actor)
    rows = list(zip(saved, search_descriptions([each.search for each in saved]), strict=True))
    return _page(request, "practices/search_list.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@requires("search.save")
def search_save(request: ActorRequest) -> HttpResponse:
    """Form to save the search in the address under a name."""
    search = parse_search(dict(request.GET.lists()))
    form = SearchForm(posted_data(request), initial={"name": search.text, "notifies": True})
    if form.is_valid():
        with refusals_on(form):
            save_search(request.actor, search, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Saved"))
            return redirect(f"{area_of(request.actor).url('practice-list')}?{search.to_query_string()}")
    return _form(request, form, search, _("Save this search"))


@require_http_methods(["GET", "HEAD", "POST"])
def search_edit(request: ActorRequest, key: UUID) -> HttpResponse:
    """Form to rename a saved search, or to switch its notifications on or off."""
    saved_search = get_visible_or_404(SavedSearch.objects, request.actor, key=key)
    form = SearchForm(
        posted_data(request), initial={"name": saved_search.name, "notifies": saved_search.notifies}
    )
    if form.is_valid():
        with refusals_on(form):
            edit_search(request.actor, saved_search, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Saved"))
            return redirect(area_of(request.actor).url("search-list"))
    return _form(request, form, parse_search(saved_search.query), _("Change the saved search"))


@posts()
def search_delete(request: ActorRequest, key: UUID) -> HttpResponse:
    """Delete a saved search, without a confirmation page: it is easily made again."""
    saved_search = get_visible_or_404(SavedSearch.objects, request.actor, key=key)
    delete_search(request.actor, saved_search)
    messages.success(request, _("Saved search deleted"))
    return redirect(area_of(request.actor).url("search-list"))


def _form(request: ActorRequest, form: SearchForm, search: Search, heading: str) -> HttpResponse:
    context = {"form": form, "description": search_descriptions([search])[0], "heading": heading}
    return _page(request, "practices/search_form.html", context, status=422 if form.is_bound else 200)


def _page(
    request: ActorRequest, template: str, context: dict[str, object], status: int = 200
) -> HttpResponse:
    area = area_of(request.actor)
    shared = {"base": area.base, "area": area.namespace, "nav": f"{area.namespace}:practice-list"}
    return render(request, template, shared | context, status=status)
