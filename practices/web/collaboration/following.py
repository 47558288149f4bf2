"""Following in the workspace and the secretariat area: follow, stop, and the list of followed records."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.web.area import area_of
from portal.kernel.access import Actor
from portal.kernel.web import ActorRequest, paginate, posts, referring_path
from practices.models import DiscussionSubject, subject_field
from practices.queries.following import followed_subjects, follows, is_followed
from practices.services.following import follow, unfollow
from practices.web.collaboration.discussion import area_context, page_url
from practices.web.objects import get_subject


@dataclass(frozen=True, slots=True)
class FollowButton:
    """Whether the actor follows a record, and where that is changed: what `practices/_follow.html` shows."""

    kind: str
    is_following: bool
    url: str


def follow_button(actor: Actor, subject: DiscussionSubject) -> FollowButton:
    """Whether the actor follows the record, and where a form changes that."""
    is_on, place = is_followed(actor, subject), subject_field(subject)
    return FollowButton(
        place, is_on, area_of(actor).url(f"{place}-{'unfollow' if is_on else 'follow'}", subject.key)
    )


@posts()
def subject_follow(request: ActorRequest, kind: str, key: UUID) -> HttpResponse:
    """Follow a practice, a request or a working group."""
    follow(request.actor, get_subject(request.actor, kind, key))
    messages.success(request, _("You follow this now."))
    return redirect(referring_page(request, kind, key))


@posts()
def subject_unfollow(request: ActorRequest, kind: str, key: UUID) -> HttpResponse:
    """Stop following a practice, a request or a working group."""
    unfollow(request.actor, get_subject(request.actor, kind, key))
    messages.success(request, _("You no longer follow this."))
    return redirect(referring_page(request, kind, key))


def referring_page(request: ActorRequest, kind: str, key: UUID) -> str:
    """The page with the button; or the record's own page if the browser sends no referrer."""
    earlier = referring_path(request)
    return (
        page_url(request.actor, get_subject(request.actor, kind, key)) if earlier == request.path else earlier
    )


@require_safe
def following(request: ActorRequest) -> HttpResponse:
    """List of what one follows and may still see, the latest first."""
    page = paginate(follows(request.actor), request)
    rows = [
        {
            "followed": followed_subject,
            "url": page_url(request.actor, followed_subject.subject),
            "stop": unfollow_url(request.actor, followed_subject.subject),
        }
        for followed_subject in followed_subjects(request.actor, list(page.object_list))
    ]
    return render(request, "practices/following.html", {**area_context(request), "page": page, "rows": rows})


def unfollow_url(actor: Actor, subject: DiscussionSubject) -> str:
    """Where one stops following it."""
    return area_of(actor).url(f"{subject_field(subject)}-unfollow", subject.key)
