"""A public practice as something that readers follow by e-mail."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy

from alliance.models import TimelineEntry
from alliance.queries.public.followed import FollowedSubject, Span, SubjectKind, entries_in
from alliance.queries.public.summaries import Summary, summaries_of
from practices.queries.public import published_practice


def _practice(key: str) -> FollowedSubject | None:
    try:
        practice = published_practice(UUID(key))
    except ValueError:
        return None
    if practice is None or not practice.is_public:
        return None
    url = reverse("public:practice", args=[practice.record])
    return FollowedSubject("practice", str(practice.record), practice.title, url)


def _changes(key: str, span: Span) -> Sequence[Summary]:
    entries = TimelineEntry.objects.current().filter(kind="practice", detail__practice=key)
    return summaries_of(list(entries_in(entries, span)))


PRACTICES = SubjectKind(gettext_lazy("Practice"), _practice, _changes)
