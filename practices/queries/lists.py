"""What somebody may read of practices, as whole lists that can be cut into pages: for programs."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from portal.kernel.access import Actor
from practices.enums import UNRELEASED_STATES, AdoptionState
from practices.models import (
    Adoption,
    Author,
    DiscussionSubject,
    Draft,
    ModelRun,
    Post,
    Practice,
    Request,
    Version,
    subject_field,
)
from practices.queries.adoptions import adoption_rows
from practices.queries.groups import own_groups
from practices.queries.practices import practices_with_authors


def library(actor: Actor) -> QuerySet[Practice]:
    """Every practice that was shared and that the actor may read, as the index has it, with its authors."""
    authors = Prefetch("authors", Author.objects.select_related("organisation"))
    rows: Any = Practice.objects.visible_to(actor).filter(search_entry__isnull=False)
    practices: QuerySet[Practice] = rows.select_related("organisation", "search_entry").prefetch_related(
        authors
    )
    return practices


def drafts(actor: Actor) -> QuerySet[Draft]:
    """What the actor's own organisation is writing and has not shared yet."""
    rows: Any = Draft.objects.visible_to(actor).filter(practice__organisation_id=actor.tenant_id)
    query_set: QuerySet[Draft] = rows.filter(practice__state__in=UNRELEASED_STATES).select_related(
        "practice__organisation"
    )
    return query_set


def versions(actor: Actor, practice: Practice) -> QuerySet[Version]:
    """Every version of a practice that the actor has found, without what it says."""
    rows: Any = Version.objects.visible_to(actor).filter(practice=practice)
    query_set: QuerySet[Version] = rows.select_related("practice").defer("content", "attachments")
    return query_set


def uses(actor: Actor, practice: Practice) -> QuerySet[Adoption]:
    """Who uses it, as far as the actor may know, each with its history and its results."""
    adoptions: QuerySet[Adoption] = adoption_rows(actor).filter(practice=practice)
    return adoptions


def posts(actor: Actor, subject: DiscussionSubject) -> QuerySet[Post]:
    """The posts beneath a practice, a request or a working group, oldest first."""
    return all_posts(actor).filter(**{subject_field(subject): subject})


def all_posts(actor: Actor) -> QuerySet[Post]:
    """Every post that the actor may read, each with what it is about."""
    rows: QuerySet[Post] = Post.objects.visible_to(actor).select_related(
        "practice", "request", "group", "parent", "person", "organisation"
    )
    return rows


def discussion_subjects(actor: Actor, kind: str) -> Any:
    """What may be discussed and followed, of one kind, for `get_visible_or_404`; of working groups the actor's own."""
    rows: Any = {
        "group": own_groups(actor),
        "request": Request.objects.select_related("organisation"),
        "practice": practices_with_authors(),
    }
    return rows[kind]


def runs(actor: Actor, practice: Practice) -> QuerySet[ModelRun]:
    """What was answered to its test sets, as far as the actor sees these."""
    rows: Any = ModelRun.objects.visible_to(actor).filter(practice=practice)
    query_set: QuerySet[ModelRun] = rows.select_related("practice", "attachment", "organisation")
    return query_set


def use_counts_by_state(actor: Actor, practices: Sequence[Practice]) -> dict[int, dict[str, int]]:
    """How many use each of these practices, and how many try it, as far as the actor may see. One query."""
    rows: Any = (
        Adoption.objects.visible_to(actor).filter(practice__in=[row.pk for row in practices]).order_by()
    )
    counts = rows.values_list("practice_id").annotate(
        in_use=Count("pk", filter=Q(state=AdoptionState.IN_USE)),
        on_trial=Count("pk", filter=Q(state=AdoptionState.TRIAL)),
    )
    return {pk: {"in_use": in_use, "on_trial": on_trial} for pk, in_use, on_trial in counts}
