"""A practice with its authors, its newest version, its working copy, as the actor may see them."""

from django.db.models import Prefetch, QuerySet

from portal.kernel.access import Actor, can
from practices.models import Author, Draft, Practice, Version


def practices_with_authors() -> QuerySet[Practice]:
    """All practices, each with its source and authors; the caller filters by actor."""
    authors = Prefetch("authors", Author.objects.select_related("person", "organisation"))
    rows: QuerySet[Practice] = Practice.objects.select_related("organisation").prefetch_related(authors)
    return rows


def is_writer(actor: Actor, practice: Practice) -> bool:
    """Whether the actor is one of those at its source who write it."""
    return can(actor, "practice.edit", practice)


def latest_version(actor: Actor, practice: Practice) -> Version | None:
    """What it says now; None before it is shared."""
    version: Version | None = Version.objects.visible_to(actor).filter(practice=practice).first()
    return version


def working_copy(actor: Actor, practice: Practice) -> Draft | None:
    """The working copy; None when the actor may not read it."""
    draft: Draft | None = Draft.objects.visible_to(actor).filter(practice=practice).first()
    return draft
