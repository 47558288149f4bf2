"""The history of one field of a practice, and the way back to an earlier version of it."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from alliance.web.area import WORKSPACE
from alliance.web.change_pages import number_in, restore
from portal.kernel.web import ActorRequest, paginate, refuse_unlisted_fields
from practices.fields import FIELDS_BY_KEY, Field
from practices.models import Draft, Practice
from practices.queries.field_history import newest_number, read_wording_changes, sittings_of_field
from practices.services.earlier_wordings import restore_field
from practices.web.editor.views import draft_context, get_own_practice
from practices.web.practice.content_view import key_labeller

# On a page: changes; characters of a field, each of which may be struck out and written anew in every change.
_CHANGES, _CHARACTERS = 10, 30_000


@require_http_methods(["GET", "HEAD", "POST"])
def practice_field_history(request: ActorRequest, key: UUID, field: str) -> HttpResponse:
    """The versions of one field of a practice: who, when, before and after; each can be written again."""
    practice, draft = get_own_practice(request, key)
    of_table = FIELDS_BY_KEY.get(field)
    if of_table is None:
        raise Http404
    page_of_field = WORKSPACE.url("practice-edit-group", key, of_table.group.value)
    if request.method == "POST":
        refuse_unlisted_fields(request.POST, {"number", "version"})
        number, newest = number_in(request, "number"), number_in(request, "version")
        return restore(
            request,
            lambda: restore_field(request.actor, practice, of_table, number, newest=newest),
            f"{page_of_field}#{field}",
        )
    return _page(request, practice, draft, of_table, f"{page_of_field}#{field}")


def _page(
    request: ActorRequest, practice: Practice, draft: Draft, field: Field, page_of_field: str
) -> HttpResponse:
    sittings = sittings_of_field(request.actor, practice, field)
    page = paginate(sittings, request, min(_CHANGES, max(1, _CHARACTERS // max(field.limit, 1))))
    changes = read_wording_changes(request.actor, practice, field, list(page), key_labeller())
    context = {
        **draft_context(practice, draft, field.group),
        "field": field,
        "page": page,
        "changes": changes,
        "version": newest_number(request.actor, practice, field),
        "page_of_field": page_of_field,
    }
    return render(request, "practices/practice_field_history.html", context)
