"""The discussion beneath a practice, a request or a working group, as pages include it: `practices/_talk.html`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page
from django.http import QueryDict
from django.utils.translation import gettext as _

from alliance.web.desk import desk_of
from portal.kernel.access import Actor
from practices.access import named
from practices.enums import OPEN_LABELS
from practices.models import Post, Practice, Request, Thing, WorkingGroup, place_of
from practices.queries.discussion import page_of_posts, page_of_talk, posts_beneath
from practices.queries.mentions import known_names, mentionable
from practices.services.discussion import acts_on, may_write_beneath
from practices.web.forms.discussion import PostForm

_TONES = 5  # of the faces


@dataclass(frozen=True, slots=True)
class Line:
    """One post: what of it this reader is shown, and may do with it."""

    post: Post
    role: str
    mentions: Sequence[str]
    may: Mapping[str, bool]
    continued: bool = False  # the question of an earlier page, repeated above its answers

    @property
    def tone(self) -> int:
        return self.post.organisation_id % _TONES + 1


@dataclass(frozen=True)
class Talk:
    """A page of a discussion, and the field at its foot."""

    thing: Thing
    face: str
    url: str  # where something is said
    reading_url: str
    page: Page
    lines: Sequence[Line]
    newest: str
    may_write: bool
    form: PostForm
    answering: Post | None = None
    is_open: bool = field(default=False)  # the community reads it, so its people can be called by name

    @property
    def place(self) -> str:
        return place_of(self.thing)


def talk_of(actor: Actor, thing: Thing, asked: QueryDict | None = None, form: PostForm | None = None) -> Talk:
    """The discussion beneath a thing that the actor sees. As many queries for two hundred posts as for two.

    `asked` is the query of the page: which page (`talk`) or post (`post`) is to be shown, what is answered (`answer`).
    """
    query = asked or QueryDict()
    posts = posts_beneath(actor, thing)
    page = page_of_posts(posts, number=query.get("talk", ""), post=query.get("post", ""))
    rows: list[Any] = [_beneath(thing, row) for row in page.object_list]
    may_write = may_write_beneath(actor, thing)
    answering = _answering(posts, query.get("answer", "")) if may_write else None
    return Talk(
        thing=thing,
        face=desk_of(actor).namespace,
        url=desk_of(actor).url(f"{place_of(thing)}-talk", thing.key),
        reading_url=reading_url(actor, thing),
        page=page,
        lines=_lines(actor, thing, rows),
        newest=str(rows[0].newest or "") if rows else "",
        may_write=may_write,
        form=form or post_form(actor, thing, parent=answering) if may_write else PostForm(),
        answering=answering,
        is_open=isinstance(thing, WorkingGroup) or thing.label in OPEN_LABELS,
    )


def reading_url(actor: Actor, thing: Thing) -> str:
    """Where all that was said is read."""
    return desk_of(actor).url(page_of_talk(thing), thing.key)


def post_url(actor: Actor, post: Post) -> str:
    """Where the post stands in its discussion."""
    return f"{reading_url(actor, post.thing)}?post={post.key}#post-{post.key}"


def post_form(
    actor: Actor, thing: Thing, data: QueryDict | None = None, *, parent: Post | None = None
) -> PostForm:
    """The field at the foot, with those whom the actor may mention."""
    people = [(one.key, f"{one.name}, {one.organisation}") for one in mentionable(actor, thing)]
    return PostForm(data, people=people, initial={"parent": parent.key if parent else ""})


def _answering(posts: Any, key: str) -> Post | None:
    """The question that is being answered."""
    roots = [row for row in posts.filter(parent=None, removed_at=None) if str(row.key) == key] if key else []
    return roots[0] if roots else None


def _beneath(thing: Thing, post: Post) -> Post:
    """Tell the post what it stands beneath, so that nobody has to ask the database."""
    setattr(post, place_of(thing), thing)
    return post


def _lines(actor: Actor, thing: Thing, rows: Sequence[Post]) -> list[Line]:
    names = known_names(actor, thing, {key for row in rows for key in row.mentions})
    lines = [_line(actor, thing, row, names) for row in rows]
    first = rows[0].parent if rows else None
    if first is not None:
        question = _line(actor, thing, _beneath(thing, first), names)
        lines.insert(0, Line(question.post, question.role, (), {}, continued=True))
    return lines


def _line(actor: Actor, thing: Thing, post: Post, names: Mapping[str, str]) -> Line:
    mentions = [names[key] for key in post.mentions if key in names]
    return Line(post, _role(thing, post), mentions, acts_on(actor, post))


def _role(thing: Thing, post: Post) -> str:
    """The tag beside a name: who wrote the thing, or asked, or stands for its source."""
    if isinstance(thing, WorkingGroup):
        return ""
    if named(post.person_id, post.organisation_id) in thing.author_people:
        return _("author") if isinstance(thing, Practice) else _("asked this")
    if isinstance(thing, Request) or post.organisation_id != thing.organisation_id:
        return ""
    return _("Source")
