"""Finding practices and their versions, as the actor may see them."""

from typing import Any
from uuid import UUID

from django.db.models import Prefetch

from portal.kernel.access import Actor, can
from portal.kernel.web import get_visible_or_404
from practices.models import Author, Draft, Practice, Version


def find_practice(actor: Actor, key: UUID, rule: str = "") -> Practice:
    """The practice with its source and authors; what the actor may not see does not exist (404).

    With a rule, one that it allows: raises Forbidden.
    """
    authors = Prefetch("authors", Author.objects.select_related("person", "organisation"))
    rows: Any = Practice.objects.select_related("organisation").prefetch_related(authors)
    practice: Practice = get_visible_or_404(rows, actor, rule=rule, key=key)
    return practice


def is_writer(actor: Actor, practice: Practice) -> bool:
    """Whether the actor is one of those at its source who write it."""
    return can(actor, "practice.edit", practice)


def latest_version(actor: Actor, practice: Practice) -> Version | None:
    """What it says now; None before it is shared."""
    version: Version | None = Version.objects.visible_to(actor).filter(practice=practice).first()
    return version


def working_copy(actor: Actor, practice: Practice) -> Draft | None:
    """The working copy; None for who may not read it."""
    draft: Draft | None = Draft.objects.visible_to(actor).filter(practice=practice).first()
    return draft
