"""Talking beneath a practice, a request or a working group, on both desks."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from alliance.web.confirm import Confirmation, confirm
from alliance.web.desk import desk_of, posted
from alliance.web.forms.reasons import ReasonForm
from portal.kernel.access import Actor
from portal.kernel.web import ActorRequest, shown
from practices.models import Post, Practice, Request, Thing, WorkingGroup, place_of
from practices.queries.discussion import find_place, find_post, posts_beneath
from practices.queries.titles import titles_of
from practices.services.discussion import (
    accept_post,
    edit_post,
    remove_post,
    take_back_post,
    unaccept_post,
    write_post,
)
from practices.services.openings import open_practice
from practices.web.forms.discussion import PostForm, WordsForm
from practices.web.talk import post_form, post_url, talk_of


@require_http_methods(["GET", "HEAD", "POST"])
def talk(request: ActorRequest, place: str, key: UUID) -> HttpResponse:
    """The whole discussion beneath one thing; a post says something there. Reading it is opening the practice."""
    says = request.method == "POST"
    thing = find_place(request.actor, place, key, "post.write" if says else "")
    form = None
    if says:
        form = post_form(request.actor, thing, posted(request))
        post = _written(request.actor, thing, form)
        if post is not None:
            return redirect(post_url(request.actor, post))
    if isinstance(thing, Practice):
        open_practice(request.actor, thing, "page")
    return _page(request, thing, form)


def _written(actor: Actor, thing: Thing, form: PostForm) -> Post | None:
    """What was said, or None with the fault in the form."""
    if not form.is_valid():
        return None
    values, post = form.cleaned_data, None
    parent = _question(actor, thing, values["parent"])
    with shown(form):
        post = write_post(actor, thing, values["text"], parent=parent, mentions=values.get("mention", ()))
    return post


def _question(actor: Actor, thing: Thing, key: UUID | None) -> Post | None:
    """The question that is answered; it stands beneath the same thing."""
    if key is None:
        return None
    found: Post | None = posts_beneath(actor, thing).filter(key=key).first()
    if found is None:
        raise Http404
    return found


def _page(request: ActorRequest, thing: Thing, form: PostForm | None) -> HttpResponse:
    context = {
        **desk_context(request),
        "thing": thing,
        "title": title_of(request.actor, thing),
        "back": page_url(request.actor, thing),
        "talk": talk_of(request.actor, thing, request.GET, form),
    }
    return render(request, "practices/talk.html", context, status=422 if form else 200)


def desk_context(request: ActorRequest) -> dict[str, object]:
    """What every page of the practices on a desk needs."""
    desk = desk_of(request.actor)
    return {"base": desk.base, "face": desk.namespace, "nav": f"{desk.namespace}:practice-list"}


def title_of(actor: Actor, thing: Thing) -> str:
    """What a thing is called, to somebody who sees it."""
    if isinstance(thing, WorkingGroup):
        return thing.name
    if isinstance(thing, Request):
        return thing.title
    return titles_of(actor, [thing.pk]).get(thing.pk, "")


def page_url(actor: Actor, thing: Thing) -> str:
    """The page of the thing itself."""
    return desk_of(actor).url(place_of(thing), thing.key)


# --- One post --------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def post_edit(request: ActorRequest, key: UUID) -> HttpResponse:
    post = find_post(request.actor, key, "post.edit")
    form = WordsForm(posted(request), initial={"text": post.text})
    if form.is_valid():
        with shown(form):
            edit_post(request.actor, post, **form.cleaned_data)
        if form.is_valid():
            return redirect(post_url(request.actor, post))
    context = {**desk_context(request), "form": form, "cancel_url": post_url(request.actor, post)}
    return render(request, "practices/post_edit.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def post_take_back(request: ActorRequest, key: UUID) -> HttpResponse:
    post = find_post(request.actor, key)
    page = Confirmation(
        rule="post.take_back",
        subject=post,
        heading=_("Withdraw your message"),
        title=_("The text is removed; its place remains."),
        items=(
            _("Readers see that you have withdrawn a message, but not its text."),
            _("Answers to it stay. It cannot be undone."),
        ),
        label=_("Withdraw"),
        kind="danger",
        cancel_url=post_url(request.actor, post),
        done=_("Withdrawn"),
        then=post_url(request.actor, post),
        nav=_nav(request),
        refusal=_gone(post),
    )
    return confirm(request, page, lambda: take_back_post(request.actor, post))


@require_http_methods(["GET", "HEAD", "POST"])
def post_remove(request: ActorRequest, key: UUID) -> HttpResponse:
    post = find_post(request.actor, key)
    page = Confirmation(
        rule="post.remove",
        subject=post,
        heading=_("Remove this message"),
        title=_("The text of %(name)s is replaced by your reason.") % {"name": post.person.name},
        items=(
            _("Readers see the reason; the author is notified."),
            _("Answers to it stay. It cannot be undone."),
        ),
        label=_("Remove"),
        kind="danger",
        cancel_url=post_url(request.actor, post),
        done=_("Removed"),
        then=post_url(request.actor, post),
        nav=_nav(request),
        refusal=_gone(post),
    )
    return confirm(request, page, lambda reason: remove_post(request.actor, post, reason), ReasonForm)


@require_POST
def post_accept(request: ActorRequest, key: UUID) -> HttpResponse:
    post = find_post(request.actor, key)
    accept_post(request.actor, post)
    return redirect(post_url(request.actor, post))


@require_POST
def post_unaccept(request: ActorRequest, key: UUID) -> HttpResponse:
    post = find_post(request.actor, key)
    unaccept_post(request.actor, post)
    return redirect(post_url(request.actor, post))


def _gone(post: Post) -> str:
    return _("It has been withdrawn or removed.") if post.removed_at else ""


def _nav(request: ActorRequest) -> str:
    return f"{desk_of(request.actor).namespace}:practice-list"
