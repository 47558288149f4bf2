"""The archive of a person's data, for themselves: a zip of JSON files and a page that explains them."""

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from alliance.queries.personal_archives import person_behind
from alliance.queries.personal_data import actors_of_person
from alliance.queries.site import load_site
from portal.kernel.access import Actor
from portal.kernel.documents import Built, Document, Progress
from portal.kernel.errors import DomainError
from portal.kernel.privacy import PersonalDataRow, RetentionRule, personal_data_of, retention_table

_ZIP_TIMESTAMP = (1980, 1, 1, 0, 0, 0)  # the same facts give the same bytes


@dataclass(frozen=True, slots=True)
class ArchiveSection:
    """One file of the archive: what is in it, and its rows as JSON keeps them."""

    name: str
    title: str
    rows: Sequence[PersonalDataRow]


@dataclass(frozen=True, slots=True)
class PersonalData:
    person: str
    site: str
    sections: Sequence[ArchiveSection]
    retention_rules: Sequence[RetentionRule]


def collect(actor: Actor, document: Document) -> PersonalData:
    """The personal data of the person who asked, as far as they may read it for the organisation they act for."""
    del actor
    person = person_behind(document)
    if person is None:
        raise DomainError(_("Only the person concerned can request their data."))
    parts = personal_data_of(actors_of_person(person.pk))
    sections = [ArchiveSection(part.name, str(part.title), rows) for part, rows in parts]
    return PersonalData(person.name, load_site().name, sections, retention_table())


def render(data: PersonalData, progress: Progress) -> Built:
    """Pack a readable page, and a JSON file for each part."""
    progress(60, _("Packing the files"))
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        sections = []
        for section in data.sections:
            # the page shows the rows as the JSON writes them
            plain = json.loads(json.dumps(list(section.rows), cls=DjangoJSONEncoder))
            sections.append((section, [[_cell(value) for value in row.values()] for row in plain]))
        context = {"data": data, "sections": sections, "language": get_language()}
        _write(archive, "index.html", render_to_string("alliance/documents/personal_data.html", context))
        for section in data.sections:
            _write(
                archive,
                f"{section.name}.json",
                json.dumps(section.rows, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2) + "\n",
            )
    return Built(buffer.getvalue(), "personal-data.zip", "application/zip")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _write(archive: zipfile.ZipFile, name: str, text: str) -> None:
    entry = zipfile.ZipInfo(name, _ZIP_TIMESTAMP)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, text)
