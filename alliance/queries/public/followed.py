"""What readers can follow: kinds of subjects, each with how one is named now and what is new about it.

An upper layer, or another part of this one, adds a kind with `register_subject_kind`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from alliance.enums import OrganisationState
from alliance.models import Organisation, PublicQuestion, TimelineEntry
from alliance.queries.public import charters, members
from alliance.queries.public.commitment_places import commitment_places
from alliance.queries.public.cycles import cycle as find_cycle
from alliance.queries.public.data_tables import DataScope
from alliance.queries.public.overdue import overdue_summaries
from alliance.queries.public.record_data import entries_about
from alliance.queries.public.summaries import Summary, question_summaries, summaries_of
from alliance.queries.public_questions import published_questions
from portal.kernel.text import LANGUAGES, Texts

RECORD = "record"
WHOLE = "all"  # the key of the record, which is one


@dataclass(frozen=True, slots=True)
class Span:
    """What is new: publications after one number up to another, and what happened without one between two moments."""

    after: int
    until: int
    since: datetime
    to: datetime


@dataclass(frozen=True, slots=True)
class FollowedSubject:
    """A subject as it is now; `key` may be another one than it was asked for by, where it was renamed.

    `successor` is the key of what has taken its place, such as the member that it merged into.
    """

    kind: str
    key: str
    title: str
    url: str
    successor: str = ""


@dataclass(frozen=True, slots=True)
class SubjectKind:
    """A kind of subject: its name; a subject by its key, None where it is public no more; what is new about it.

    Both are called in the language of the reader.
    """

    label: str | Promise
    find: Callable[[str], FollowedSubject | None]
    changes: Callable[[str, Span], Sequence[Summary]]


_KINDS: dict[str, SubjectKind] = {}


def register_subject_kind(kind: str, subject_kind: SubjectKind) -> None:
    """Let subjects of this kind be followed."""
    _KINDS[kind] = subject_kind


def find_subject(kind: str, key: str) -> FollowedSubject | None:
    """The subject in the active language, under the key that it has now; None of what there is not."""
    return _KINDS[kind].find(key) if kind in _KINDS else None


def successor_of(subject: FollowedSubject) -> FollowedSubject | None:
    """What has taken its place in the end; None where nothing has."""
    now, known = subject, {subject.key}
    while now.successor and now.successor not in known:
        known.add(now.successor)
        following = find_subject(now.kind, now.successor)
        if following is None:
            break
        now = following
    return None if now is subject else now


def kind_label(kind: str) -> str:
    """What subjects of this kind are called."""
    return str(_KINDS[kind].label) if kind in _KINDS else kind


def changes_about(kind: str, key: str, span: Span) -> Sequence[Summary]:
    """What is new about a subject, the latest first, in the active language."""
    changes = _KINDS[kind].changes(key, span) if kind in _KINDS else ()
    return sorted(changes, key=lambda each: each.at, reverse=True)


def titles_of(subject: FollowedSubject) -> Texts:
    """The title of a subject in each language."""
    titles = {}
    for language in LANGUAGES:
        with translation.override(language):
            now = find_subject(subject.kind, subject.key)
        titles[language] = now.title if now else subject.title
    return titles


def entries_in(entries: QuerySet[TimelineEntry], span: Span) -> QuerySet[TimelineEntry]:
    """The entries of the public timeline that are new, the latest first."""
    rows = entries.filter(valid_from__gt=span.after, valid_from__lte=span.until)
    return rows.select_related("organisation", "cycle").order_by("-valid_from")


def _questions_in(rows: QuerySet[PublicQuestion], span: Span) -> list[Summary]:
    return question_summaries(rows.filter(published_at__gt=span.since, published_at__lte=span.to))


# --- The kinds of this layer -------------------------------------------------------------------


def _record(key: str) -> FollowedSubject | None:
    if key not in ("", WHOLE):
        return None
    return FollowedSubject(
        RECORD, WHOLE, _("Everything that is published"), reverse("public:publication-list")
    )


def _record_changes(key: str, span: Span) -> Sequence[Summary]:
    del key
    entries = entries_in(TimelineEntry.objects.current(), span)
    return [
        *summaries_of(list(entries)),
        *overdue_summaries(span.since, span.to),
        *_questions_in(published_questions(), span),
    ]


def _find_member(key: str) -> Organisation | None:
    rows = members.members().select_related("successor")
    return rows.filter(slug=key).first() or rows.filter(slug=members.moved_member(key) or "").first()


def _member(key: str) -> FollowedSubject | None:
    organisation = _find_member(key)
    if organisation is None:
        return None
    successor = organisation.successor if organisation.state == OrganisationState.FORMER else None
    url = reverse("public:member", args=[organisation.slug])
    return FollowedSubject(
        "member", organisation.slug, organisation.name, url, successor.slug if successor else ""
    )


def _member_changes(key: str, span: Span) -> Sequence[Summary]:
    organisation = _find_member(key)
    if organisation is None:
        return ()
    entries = entries_in(entries_about(DataScope(member=organisation.slug)), span)
    questions = published_questions(organisation=organisation)
    overdue = overdue_summaries(span.since, span.to, member=organisation.slug)
    return [*summaries_of(list(entries)), *overdue, *_questions_in(questions, span)]


def _commitment(key: str) -> FollowedSubject | None:
    commitment = charters.current_commitment(key)
    if commitment is None:
        return None
    title = f"{commitment.code} {commitment.title}"
    return FollowedSubject(
        "commitment", commitment.key, title, reverse("public:commitment", args=[commitment.key])
    )


def _commitment_changes(key: str, span: Span) -> Sequence[Summary]:
    entries = list(entries_in(entries_about(DataScope(commitment=key)), span))
    questions = published_questions(commitments=commitment_places(key).names)
    overdue = overdue_summaries(span.since, span.to, commitment=key)
    return [*summaries_of(entries, commitment=key), *overdue, *_questions_in(questions, span)]


def _cycle(key: str) -> FollowedSubject | None:
    cycle = find_cycle(key)
    if cycle is None:
        return None
    title = cycle.title[:1].upper() + cycle.title[1:]
    return FollowedSubject("cycle", cycle.slug, title, reverse("public:cycle", args=[cycle.slug]))


def _cycle_changes(key: str, span: Span) -> Sequence[Summary]:
    return summaries_of(list(entries_in(entries_about(DataScope(cycle=key)), span)))


_OWN: Mapping[str, SubjectKind] = {
    RECORD: SubjectKind(gettext_lazy("The record"), _record, _record_changes),
    "member": SubjectKind(gettext_lazy("Member"), _member, _member_changes),
    "commitment": SubjectKind(gettext_lazy("Commitment"), _commitment, _commitment_changes),
    "cycle": SubjectKind(gettext_lazy("Cycle"), _cycle, _cycle_changes),
}
for _kind, _subject_kind in _OWN.items():
    register_subject_kind(_kind, _subject_kind)
