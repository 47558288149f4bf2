"""A practice as it is exported: what this reader may take away, and how it is handled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.text import slugify

from alliance.models import Organisation, Person
from portal.kernel.access import Actor, can
from practices.audiences import by_kind
from practices.content import in_field_order
from practices.enums import Attribution
from practices.files import FileRelation, Handling
from practices.files.model import FileReaders
from practices.models import ArchiveEntry, Practice, Relation
from practices.queries.affiliations import affiliations_in_effect
from practices.queries.directory import groups_named
from practices.queries.practices import latest_version


@dataclass(frozen=True, slots=True)
class Export:
    """What a practice says now: its last version, or the working copy while there is none (`number` is 0).

    `content_digest` changes whenever the content does.
    """

    practice: Practice
    content: Mapping[str, Any]
    number: int
    note: str
    document_date: datetime
    content_digest: str
    handling: Handling

    @property
    def source(self) -> str:
        """Whom what is passed on may name as its source; empty where the practice asks that nobody is named."""
        return self.handling.source


def export_of(actor: Actor, practice: Practice) -> Export:
    """The practice, read through `visible_to`; relations only to what they see too."""
    version = latest_version(actor, practice)
    if version is not None:
        content, number, note, dated = version.content, version.number, version.note, version.shared_at
        stamp = f"v{number}"
    else:
        draft = practice.draft
        content, number, note, dated = draft.content, 0, "", draft.updated_at
        stamp = f"d{draft.version}"
    return Export(
        practice,
        in_field_order(content),
        number,
        note,
        dated,
        stamp,
        _handling(actor, practice, number, content),
    )


def unreadable_archive_entries(actor: Actor) -> QuerySet[ArchiveEntry]:
    """What is in archives and the actor may not read any more, or not under the label that it has there.

    Entries of all people: whether an archive may be downloaded is checked before anybody sees it.
    """
    practices = Practice.objects.visible_to(actor).filter(pk=OuterRef("practice_id"), label=OuterRef("label"))
    return ArchiveEntry.objects.filter(~Exists(practices))


def _handling(actor: Actor, practice: Practice, number: int, content: Mapping[str, Any]) -> Handling:
    # the file bears the practice's label: what only earlier readers see stays out of it
    relations: Any = Relation.objects.visible_to(actor).filter(
        practice=practice, earlier_readers__isnull=True
    )
    return Handling(
        label=practice.label,
        language=practice.language,
        key=str(practice.key),
        version=number or None,
        source="" if content.get("attribution") == Attribution.NONE else practice.organisation.name,
        expires_on=practice.expires_on.isoformat() if practice.expires_on else "",
        readers=_readers(practice) if can(actor, "practice.edit", practice) else FileReaders(),
        relations=tuple(
            FileRelation(row.kind, str(row.target.key)) for row in relations.select_related("target")
        ),
    )


def _readers(practice: Practice) -> FileReaders:
    """Whom the practice names, for those who choose its readers; no other reader learns who else reads."""
    if not practice.is_named:
        return FileReaders()
    organisations = Organisation.objects.filter(pk__in=practice.reader_organisations).order_by("slug")
    people = Person.objects.filter(
        pk__in=[int(reader_person.partition(".")[0]) for reader_person in practice.reader_people]
    )
    return FileReaders(
        tuple(organisations.values_list("slug", flat=True)),
        tuple(row.name for row in groups_named(practice.reader_groups)),
        tuple(people.order_by("name").values_list("name", flat=True)),
        tuple(
            f"{row.affiliate.slug}, through {row.organisation.slug}"
            for row in affiliations_in_effect(
                [int(pk) for pk in by_kind(practice.reader_tokens).get("client", ())]
            )
        ),
    )


def file_stem(export: Export) -> str:
    """The name of the file: the title in letters that every file system takes, and the version."""
    return file_stem_of(export.content.get("title", ""), export.number)


def file_stem_of(title: str, number: int) -> str:
    """The same for a title and a version; 0 is a working copy."""
    name = slugify(title, allow_unicode=True)[:80].strip("-") or "practice"
    return f"{name}-v{number}" if number else f"{name}-draft"
