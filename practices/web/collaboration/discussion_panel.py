"""The discussion of a practice, a request or a working group, as pages include it: `practices/_discussion.html`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page
from django.http import QueryDict
from django.utils.translation import gettext as _

from alliance.web.area import area_of
from portal.kernel.access import Actor
from practices.access import person_token
from practices.enums import OPEN_LABELS
from practices.models import DiscussionSubject, Post, Request, WorkingGroup, subject_field
from practices.queries.discussion import discussion_route, page_of_posts, posts_of
from practices.queries.mentions import known_names, mentionable_people
from practices.queries.thanks import ThanksCount, thanks_for_posts
from practices.services.discussion import allowed_actions, may_write_on
from practices.services.thanks import may_thank_for_answer
from practices.web.forms.discussion import PostForm

_COLOURS = 5  # of the avatars


@dataclass(frozen=True, slots=True)
class PostRow:
    """One post: what of it this reader is shown, and may do with it."""

    post: Post
    role: str
    mentions: Sequence[str]
    allowed: Mapping[str, bool]
    thanked: ThanksCount = field(default_factory=ThanksCount)
    may_thank: bool = False
    is_continued: bool = False  # the question of an earlier page, repeated above its answers

    @property
    def tone(self) -> int:
        return self.post.organisation_id % _COLOURS + 1


@dataclass(frozen=True)
class Discussion:
    """A page of a discussion, and the field at its foot."""

    subject: DiscussionSubject
    area: str
    url: str  # where posts are sent
    reading_url: str
    page: Page
    rows: Sequence[PostRow]
    newest_key: str
    may_write: bool
    form: PostForm
    answered_question: Post | None = None
    is_open: bool = field(default=False)  # the community reads it, so its people can be called by name

    @property
    def kind(self) -> str:
        return subject_field(self.subject)


def discussion_of(
    actor: Actor,
    subject: DiscussionSubject,
    parameters: QueryDict | None = None,
    form: PostForm | None = None,
) -> Discussion:
    """The discussion of a subject that the actor sees. As many queries for two hundred posts as for two.

    `parameters` is the query of the page: which page (`discussion`) or post (`post`) is to be shown, what is answered
    (`answer`).
    """
    query = parameters or QueryDict()
    posts = posts_of(actor, subject)
    page = page_of_posts(posts, number=query.get("discussion", ""), post=query.get("post", ""))
    rows: list[Any] = [_with_subject(subject, row) for row in page.object_list]
    may_write = may_write_on(actor, subject)
    answering = _answered_question(posts, query.get("answer", "")) if may_write else None
    return Discussion(
        subject=subject,
        area=area_of(actor).namespace,
        url=area_of(actor).url(f"{subject_field(subject)}-discussion", subject.key),
        reading_url=discussion_url(actor, subject),
        page=page,
        rows=_post_rows(actor, subject, rows),
        newest_key=str(rows[0].newest_key or "") if rows else "",
        may_write=may_write,
        form=form or post_form(actor, subject, parent=answering) if may_write else PostForm(),
        answered_question=answering,
        is_open=isinstance(subject, WorkingGroup) or subject.label in OPEN_LABELS,
    )


def discussion_url(actor: Actor, subject: DiscussionSubject) -> str:
    """The page with the whole discussion."""
    return area_of(actor).url(discussion_route(subject), subject.key)


def post_url(actor: Actor, post: Post) -> str:
    """The URL of the post in its discussion."""
    return f"{discussion_url(actor, post.subject)}?post={post.key}#post-{post.key}"


def post_form(
    actor: Actor, subject: DiscussionSubject, data: QueryDict | None = None, *, parent: Post | None = None
) -> PostForm:
    """The field at the foot, with those whom the actor may mention."""
    people = [
        (mentionable_person.key, f"{mentionable_person.name}, {mentionable_person.organisation}")
        for mentionable_person in mentionable_people(actor, subject)
    ]
    return PostForm(
        data,
        people=people,
        initial={"parent": parent.key if parent else ""},
        subject=None if isinstance(subject, WorkingGroup) else subject,
    )


def _answered_question(posts: Any, key: str) -> Post | None:
    """The question that is being answered."""
    roots = [row for row in posts.filter(parent=None, removed_at=None) if str(row.key) == key] if key else []
    return roots[0] if roots else None


def _with_subject(subject: DiscussionSubject, post: Post) -> Post:
    """Set the post's subject from what is loaded, so that it costs no query."""
    setattr(post, subject_field(subject), subject)
    return post


def _post_rows(actor: Actor, subject: DiscussionSubject, rows: Sequence[Post]) -> list[PostRow]:
    names = known_names(actor, subject, {key for row in rows for key in row.mentions})
    thanks = thanks_for_posts(actor, [row.pk for row in rows])
    post_rows = [_post_row(actor, subject, row, names, thanks) for row in rows]
    first = rows[0].parent if rows else None
    if first is not None:
        question = _post_row(actor, subject, _with_subject(subject, first), names, thanks)
        post_rows.insert(0, PostRow(question.post, question.role, (), {}, is_continued=True))
    return post_rows


def _post_row(
    actor: Actor,
    subject: DiscussionSubject,
    post: Post,
    names: Mapping[str, str],
    thanks: Mapping[int, ThanksCount],
) -> PostRow:
    mentions = [names[key] for key in post.mentions if key in names]
    thanked = thanks[post.pk]
    may_thank = not thanked.mine and may_thank_for_answer(actor, post)
    return PostRow(post, _role(subject, post), mentions, allowed_actions(actor, post), thanked, may_thank)


def _role(subject: DiscussionSubject, post: Post) -> str:
    """The tag next to a name: an author of the practice or request, or a colleague at the source of the practice."""
    if isinstance(subject, WorkingGroup):
        return ""
    if person_token(post.person_id, post.organisation_id) in subject.author_people:
        return _("author")
    if isinstance(subject, Request) or post.organisation_id != subject.organisation_id:
        return ""
    return _("Source")
