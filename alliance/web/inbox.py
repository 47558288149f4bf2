"""The inbox, in both areas: notices, read and unread."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from alliance.queries.inbox import inbox_of, unread_count
from alliance.services.inbox import mark_all_read, mark_read
from alliance.web.area import area_of
from portal.kernel.notices import attach_names, grouped
from portal.kernel.web import ActorRequest, paginate, posts


@require_safe
def inbox(request: ActorRequest) -> HttpResponse:
    """The inbox: notices, read and unread."""
    area = area_of(request.actor)
    page = paginate(inbox_of(request.actor), request)
    items = list(page.object_list)
    attach_names(request.actor, items)
    context = {
        "base": area.base,
        "page": page,
        "inbox_groups": grouped(items),
        "unread_count": unread_count(request.actor),
        "read_all_url": area.url("inbox-read-all"),
        "read_url": f"{area.namespace}:inbox-read",
    }
    return render(request, "alliance/area/inbox.html", context)


@posts("open")
def inbox_read(request: ActorRequest, pk: int) -> HttpResponse:
    """Mark one item as read, and redirect to its page (`open`) or stay."""
    item = inbox_of(request.actor).filter(pk=pk).first()
    if item is None or not mark_read(request.actor, pk):
        raise Http404
    leads = item.url if "open" in request.POST and item.url.startswith("/") else ""
    return redirect(leads or area_of(request.actor).url("inbox"))


@posts()
def inbox_read_all(request: ActorRequest) -> HttpResponse:
    """Mark all inbox items as read."""
    mark_all_read(request.actor)
    return redirect(area_of(request.actor).url("inbox"))
