"""Discussions of practices, requests and working groups, and following them: what a program adds for its owner."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request as ApiRequest

from alliance.api.serializers.filing import NothingSerializer
from portal.kernel.api import ListView, respond, scopes_by_method
from portal.kernel.web import get_visible_or_404
from practices.api.serializers.following import FollowedSerializer
from practices.api.serializers.posts import (
    PostEditInputSerializer,
    PostInputSerializer,
    PostSerializer,
    label_of_post,
)
from practices.api.views.labelled import LabelledEndpoint, NoStoreEndpoint
from practices.api.views.practices import CHANNEL
from practices.api.views.writing import READ, WRITE
from practices.models import DiscussionSubject, Follow, Post, Practice
from practices.queries import lists
from practices.queries.following import FollowedSubject, followed_subjects, follows
from practices.services import discussion as services
from practices.services.access_log import log_access
from practices.services.following import follow, unfollow


class SubjectEndpoint(LabelledEndpoint, NoStoreEndpoint):
    """Base of what is about a practice, a request or a working group: `kind` says which of them.

    What a working group says to itself is for its members alone.
    """

    kind = "practice"
    label = ""

    def get_subject(self, rule: str = "") -> DiscussionSubject:
        """What the address names; with a rule, what it allows."""
        rows = lists.discussion_subjects(self.actor, self.kind)
        subject: DiscussionSubject = get_visible_or_404(rows, self.actor, rule=rule, key=self.kwargs["key"])
        return subject


# --- The discussion ----------------------------------------------------------------------------


class _PostRows(ListModelMixin, SubjectEndpoint):
    """Base of discussions: a list, and `POST` adds to it."""

    required_scopes = scopes_by_method(GET=READ, POST=WRITE)
    serializer_class = PostSerializer

    def get_queryset(self) -> QuerySet[Post]:
        if getattr(self, "swagger_fake_view", False):
            return Post.objects.none()
        subject = self.get_subject()
        if isinstance(subject, Practice):
            log_access(self.actor, subject, CHANNEL)
        return lists.posts(self.actor, subject)

    def get(self, request: ApiRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.list(request, *args, **kwargs)

    def post(self, request: ApiRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        subject = self.get_subject("post.write")
        data = self.validated_data(PostInputSerializer)
        question = None
        if data["answers"] is not None:
            rows = lists.posts(self.actor, subject)
            question = get_visible_or_404(rows, self.actor, key=data["answers"])
        written = services.write_post(self.actor, subject, data["text"], parent=question)
        self.label = label_of_post(written)
        return respond(PostSerializer(written).data, status=201)


def _documented(what: str) -> Any:
    return extend_schema_view(
        get=extend_schema(summary=f"List the discussion of {what}", responses=PostSerializer(many=True)),
        post=extend_schema(
            summary=f"Ask or answer about {what}",
            request=PostInputSerializer,
            responses={201: PostSerializer},
        ),
    )


@_documented("a practice")
class PostList(_PostRows):
    """Questions and answers, in the order they were posted. Access is logged, as for the practice itself.

    `POST` asks a question, or answers one.
    """


@_documented("a request")
class RequestPostList(_PostRows):
    """Questions and answers about a request. `POST` asks or answers, until the request is closed."""

    kind = "request"


@_documented("a working group")
class GroupPostList(_PostRows):
    """What the members of a working group say to each other, and nobody else reads. `POST` asks or answers."""

    kind = "group"


class PostEndpoint(LabelledEndpoint, NoStoreEndpoint):
    """Base of what is done with one post."""

    required_scopes = scopes_by_method(POST=WRITE)
    label = ""

    def get_post(self, rule: str = "") -> Post:
        post: Post = get_visible_or_404(
            lists.all_posts(self.actor), self.actor, rule=rule, key=self.kwargs["post"]
        )
        return post

    def post_response(self, post: Post) -> Any:
        current = lists.all_posts(self.actor).get(pk=post.pk)
        self.label = label_of_post(current)
        return respond(PostSerializer(current).data)


@extend_schema_view(
    patch=extend_schema(
        summary="Edit a post", request=PostEditInputSerializer, responses={200: PostSerializer}
    ),
    delete=extend_schema(summary="Take a post back", responses={200: PostSerializer}),
)
class PostDetail(PostEndpoint):
    """`PATCH` words your own post anew, within a day. `DELETE` takes it back: an empty post stays in its place."""

    required_scopes = scopes_by_method(PATCH=WRITE, DELETE=WRITE)

    def patch(self, request: ApiRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        post = self.get_post("post.edit")
        data = self.validated_data(PostEditInputSerializer)
        return self.post_response(services.edit_post(self.actor, post, data["text"]))

    def delete(self, request: ApiRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.post_response(services.take_back_post(self.actor, self.get_post("post.take_back")))


class _MarkEndpoint(PostEndpoint):
    """Base of the mark of an accepted answer."""

    rule = ""
    mark: Callable[..., Post]

    def post(self, request: ApiRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        post = self.get_post(self.rule)
        self.validated_data(NothingSerializer)
        return self.post_response(type(self).mark(self.actor, post))


@extend_schema(summary="Accept an answer", request=NothingSerializer, responses={200: PostSerializer})
class PostAccept(_MarkEndpoint):
    """Marks this answer as the accepted one: who asked does so, or the source."""

    rule, mark = "post.accept", staticmethod(services.accept_post)


@extend_schema(
    summary="Unmark an accepted answer", request=NothingSerializer, responses={200: PostSerializer}
)
class PostUnaccept(_MarkEndpoint):
    """Takes the mark of an accepted answer away."""

    rule, mark = "post.unaccept", staticmethod(services.unaccept_post)


# --- Following ---------------------------------------------------------------------------------


@extend_schema(summary="List what you follow")
class FollowingList(NoStoreEndpoint, ListView):
    """The practices, requests and working groups that you follow and may still see, the latest first."""

    required_scopes = scopes_by_method(GET=READ)
    serializer_class = FollowedSerializer
    ordering = ("-pk",)

    def get_queryset(self) -> QuerySet[Follow]:
        rows: QuerySet[Follow] = follows(self.actor)
        return rows

    def paginate_queryset(self, queryset: QuerySet[Follow]) -> Sequence[FollowedSubject]:
        return followed_subjects(self.actor, list(super().paginate_queryset(queryset)))


class _FollowEndpoint(SubjectEndpoint):
    """Base of following one of them: nobody else sees it, and doing it twice does nothing."""

    required_scopes = scopes_by_method(PUT=WRITE, DELETE=WRITE)

    def put(self, request: ApiRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        subject = self.get_subject()
        self.validated_data(NothingSerializer)
        follow(self.actor, subject)
        return respond()

    def delete(self, request: ApiRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        unfollow(self.actor, self.get_subject())
        return respond()


def _following(what: str) -> Any:
    return extend_schema_view(
        put=extend_schema(summary=f"Follow {what}", request=NothingSerializer, responses={204: None}),
        delete=extend_schema(summary=f"Stop following {what}", responses={204: None}),
    )


@_following("a practice")
class PracticeFollow(_FollowEndpoint):
    """`PUT`: you are notified of new versions and messages, by your own settings. `DELETE` ends that."""


@_following("a request")
class RequestFollow(_FollowEndpoint):
    """`PUT`: you are notified of offers, messages and its end, by your own settings. `DELETE` ends that."""

    kind = "request"


@_following("a working group")
class GroupFollow(_FollowEndpoint):
    """`PUT`: you are notified of what is said in it, by your own settings. `DELETE` ends that."""

    kind = "group"
