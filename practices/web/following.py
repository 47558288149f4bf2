"""Following on both desks: follow, stop, and the list of what one follows."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from alliance.web.desk import desk_of
from portal.kernel.access import Actor
from portal.kernel.web import ActorRequest, came_from, page_of
from practices.models import Thing, place_of
from practices.queries.discussion import find_place
from practices.queries.following import followed, is_followed, titled
from practices.services.following import follow, unfollow
from practices.web.discussion import desk_context, page_url


@dataclass(frozen=True, slots=True)
class Following:
    """Whether the actor follows a thing, and where that is changed: what `practices/_follow.html` shows."""

    place: str
    is_on: bool
    url: str


def following_of(actor: Actor, thing: Thing) -> Following:
    """Whether the actor follows the thing, and where a form changes that."""
    is_on, place = is_followed(actor, thing), place_of(thing)
    return Following(
        place, is_on, desk_of(actor).url(f"{place}-{'unfollow' if is_on else 'follow'}", thing.key)
    )


@require_POST
def thing_follow(request: ActorRequest, place: str, key: UUID) -> HttpResponse:
    follow(request.actor, find_place(request.actor, place, key))
    messages.success(request, _("You follow this now."))
    return redirect(came_from_page(request, place, key))


@require_POST
def thing_unfollow(request: ActorRequest, place: str, key: UUID) -> HttpResponse:
    unfollow(request.actor, find_place(request.actor, place, key))
    messages.success(request, _("You no longer follow this."))
    return redirect(came_from_page(request, place, key))


def came_from_page(request: ActorRequest, place: str, key: UUID) -> str:
    """The page with the button; the thing's own page where the browser does not say."""
    earlier = came_from(request)
    return (
        page_url(request.actor, find_place(request.actor, place, key)) if earlier == request.path else earlier
    )


@require_safe
def following(request: ActorRequest) -> HttpResponse:
    """All that one follows and may still see, the latest first."""
    page = page_of(followed(request.actor), request)
    rows = [
        {
            "followed": one,
            "url": page_url(request.actor, one.thing),
            "stop": following_of_row(request.actor, one.thing),
        }
        for one in titled(request.actor, list(page.object_list))
    ]
    return render(request, "practices/following.html", {**desk_context(request), "page": page, "rows": rows})


def following_of_row(actor: Actor, thing: Thing) -> str:
    """Where one stops following it."""
    return desk_of(actor).url(f"{place_of(thing)}-unfollow", thing.key)
