"""Practices that stand in the library: shared, with a version, written straight into the tables."""

from typing import Any

from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from practices.enums import Label, PracticeState
from practices.models import Author, Practice, Version
from tests.factories.practices import CONTENT
from tests.factories.relations import ReaderRelations


def make_library_practice(
    relations: ReaderRelations,
    label: str = Label.GREEN,
    state: str = PracticeState.SHARED,
    *,
    organisation: int | None = None,
    **content: Any,
) -> Practice:
    """A practice of Aurora's by Alice, or of another organisation, with this content; for the audience's readers."""
    alice = relations.actors["author"]
    with acting_as(SYSTEM):
        practice = relations.practice(label, state)
        practice.organisation_id = organisation or practice.organisation_id
        practice.shared_at = clock.now()
        practice.save(update_fields=["organisation", "shared_at"])
        Author.objects.create(
            practice=practice, person_id=alice.person_id, organisation_id=practice.organisation_id
        )
        add_version(practice, alice.person_id, **content)
    return practice


def add_version(practice: Practice, writer: int | None, **content: Any) -> Version:
    full_content = {key: value for key, value in {**CONTENT, **content}.items() if value is not None}
    with acting_as(SYSTEM):
        return Version.objects.create(
            practice=practice,
            number=practice.versions.count() + 1,
            content=full_content,
            sha256="0" * 64,
            written_by_id=writer,
        )
