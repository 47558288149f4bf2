"""Discussions of a practice, a request or a working group, in the workspace and the secretariat area."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alliance.web.area import area_of, posted_data
from alliance.web.confirm import Confirmation
from alliance.web.forms.reasons import ReasonForm
from portal.kernel.access import Actor
from portal.kernel.web import ActorRequest, posts, refusals_on
from practices.models import DiscussionSubject, Post, Practice, Request, WorkingGroup, subject_field
from practices.queries.discussion import posts_of
from practices.queries.titles import titles_of
from practices.services.access_log import log_access
from practices.services.discussion import (
    accept_post,
    edit_post,
    remove_post,
    take_back_post,
    unaccept_post,
    write_post,
)
from practices.services.thanks import thank_for_answer
from practices.web.collaboration.discussion_panel import discussion_of, post_form, post_url
from practices.web.forms.discussion import PostEditForm, PostForm
from practices.web.label_band import under_label
from practices.web.labelled_confirm import confirm_labelled
from practices.web.objects import get_post, get_subject


@require_http_methods(["GET", "HEAD", "POST"])
def discussion_page(request: ActorRequest, kind: str, key: UUID) -> HttpResponse:
    """The discussion of a practice, request or group; a post adds to it. Reading it is an access to the practice."""
    says = request.method == "POST"
    discussion_subject = get_subject(request.actor, kind, key, "post.write" if says else "")
    if request.method == "HEAD":  # it is asked whether the page can be opened, and nobody has read it
        return HttpResponse()
    form = None
    if says:
        form = post_form(request.actor, discussion_subject, posted_data(request))
        post = _save_post(request.actor, discussion_subject, form)
        if post is not None:
            return redirect(post_url(request.actor, post))
    if isinstance(discussion_subject, Practice):
        log_access(request.actor, discussion_subject, "page")
    context = {
        **area_context(request),
        "subject": discussion_subject,
        "title": title_of(request.actor, discussion_subject),
        "subject_url": page_url(request.actor, discussion_subject),
        "discussion": discussion_of(request.actor, discussion_subject, request.GET, form),
    }
    return render(request, "practices/discussion.html", context, status=422 if form else 200)


def _save_post(actor: Actor, subject: DiscussionSubject, form: PostForm) -> Post | None:
    """The saved post, or None with the fault in the form."""
    if not form.is_valid():
        return None
    values, post = form.cleaned_data, None
    parent = _question(actor, subject, values["parent"])
    with refusals_on(form):
        post = write_post(actor, subject, values["text"], parent=parent, mentions=values.get("mention", ()))
    return post


def _question(actor: Actor, subject: DiscussionSubject, key: UUID | None) -> Post | None:
    """The question that is answered; it has the same subject."""
    if key is None:
        return None
    post: Post | None = posts_of(actor, subject).filter(key=key).first()
    if post is None:
        raise Http404
    return post


def area_context(request: ActorRequest) -> dict[str, object]:
    """The context of every page about practices in an area."""
    area = area_of(request.actor)
    return {"base": area.base, "area": area.namespace, "nav": f"{area.namespace}:practice-list"}


def title_of(actor: Actor, subject: DiscussionSubject) -> str:
    """The name of a subject, for somebody who sees it."""
    if isinstance(subject, WorkingGroup):
        return subject.name
    if isinstance(subject, Request):
        return subject.title
    return titles_of(actor, [subject.pk]).get(subject.pk, "")


def page_url(actor: Actor, subject: DiscussionSubject) -> str:
    """The page of the subject itself."""
    return area_of(actor).url(subject_field(subject), subject.key)


# --- One post --------------------------------------------------------------------------------


def _label_bearer(post: Post) -> DiscussionSubject:
    """What bears the label of a message: what it is about, under the label of what is earlier where it is."""
    return post.subject if post.practice is None else under_label(post.practice, post.handling_label)


@require_http_methods(["GET", "HEAD", "POST"])
def post_edit(request: ActorRequest, key: UUID) -> HttpResponse:
    """Form to edit one's own message."""
    post = get_post(request.actor, key, "post.edit")
    form = PostEditForm(posted_data(request), initial={"text": post.text})
    if form.is_valid():
        with refusals_on(form):
            edit_post(request.actor, post, **form.cleaned_data)
        if form.is_valid():
            return redirect(post_url(request.actor, post))
    context = {
        **area_context(request),
        "form": form,
        "cancel_url": post_url(request.actor, post),
        "practice": _label_bearer(post),
    }
    return render(request, "practices/post_edit.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def post_take_back(request: ActorRequest, key: UUID) -> HttpResponse:
    """Confirmation page before one's own message is withdrawn."""
    post = get_post(request.actor, key)
    page = Confirmation(
        rule="post.take_back",
        subject=post,
        heading=_("Withdraw your message"),
        title=_("The text of your message will be removed."),
        items=(
            _("Readers see that you have withdrawn a message, but not its text."),
            _("Answers to it stay. This cannot be undone."),
        ),
        label=_("Withdraw"),
        kind="danger",
        cancel_url=post_url(request.actor, post),
        message=_("Withdrawn"),
        next_url=post_url(request.actor, post),
        nav=_nav(request),
        refusal=_removal_message(post),
    )
    return confirm_labelled(
        request, page, lambda: take_back_post(request.actor, post), label_of=_label_bearer(post)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def post_remove(request: ActorRequest, key: UUID) -> HttpResponse:
    """Confirmation page before somebody else's message is removed, with a reason."""
    post = get_post(request.actor, key)
    page = Confirmation(
        rule="post.remove",
        subject=post,
        heading=_("Remove this message"),
        title=_("The text by %(name)s will be replaced with your reason.") % {"name": post.person.name},
        items=(
            _("Readers see the reason; the author is notified."),
            _("Answers to it stay. This cannot be undone."),
        ),
        label=_("Remove"),
        kind="danger",
        cancel_url=post_url(request.actor, post),
        message=_("Removed"),
        next_url=post_url(request.actor, post),
        nav=_nav(request),
        refusal=_removal_message(post),
    )
    return confirm_labelled(
        request,
        page,
        lambda reason: remove_post(request.actor, post, reason),
        ReasonForm,
        label_of=_label_bearer(post),
    )


@posts()
def post_accept(request: ActorRequest, key: UUID) -> HttpResponse:
    """Accept an answer to a question."""
    post = get_post(request.actor, key)
    accept_post(request.actor, post)
    return redirect(post_url(request.actor, post))


@posts()
def post_unaccept(request: ActorRequest, key: UUID) -> HttpResponse:
    """Withdraw the acceptance of an answer."""
    post = get_post(request.actor, key)
    unaccept_post(request.actor, post)
    return redirect(post_url(request.actor, post))


@posts()
def post_thank(request: ActorRequest, key: UUID) -> HttpResponse:
    """Thank the writer of an answer."""
    post = get_post(request.actor, key)
    thank_for_answer(request.actor, post)
    return redirect(post_url(request.actor, post))


def _removal_message(post: Post) -> str:
    return _("It has been withdrawn or removed.") if post.removed_at else ""


def _nav(request: ActorRequest) -> str:
    return f"{area_of(request.actor).namespace}:practice-list"
