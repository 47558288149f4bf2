"""The archive of a person's data, for themselves: a zip of lists, each as JSON and as a page that can be read.

It grows with the years, so it is built in steps: file after file, each with a part of a list, which is read when its
turn comes. All of it is read with the same rights: where those of the person change meanwhile, it is built anew.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from alliance.documents.archives import WRITTEN, build_archive, rights_of
from alliance.documents.zip_writer import ZipWriter
from alliance.queries.personal_archives import person_behind
from alliance.queries.personal_data import actors_of_person
from portal.kernel.access import Actor
from portal.kernel.documents import Built, Document, EarlierParts, Paused, Progress, Reading
from portal.kernel.errors import DomainError
from portal.kernel.privacy import PersonalDataPart, personal_data_parts, read_page, retention_table
from portal.kernel.text import format_figure

# what one file holds at most, but for the last rows that were read; a page of as many rows still opens in any browser
FILE_ROWS, FILE_BYTES = 5_000, 4 * 1024 * 1024
PAGE_ROWS = 250  # read at once
_FIRST = 5  # per cent, before the first list


@dataclass(slots=True)
class _ListPosition:
    """How far a list is written: its rows, its files, the number of the last row; None once all are there."""

    rows: int = 0
    files: int = 0
    after: int | None = 0


@dataclass(frozen=True, slots=True)
class _ListFile:
    """Some rows of a list, as JSON has them, and the number after which the next ones are."""

    texts: Sequence[str]
    after: int | None

    @property
    def rows(self) -> list[dict[str, Any]]:
        """As the JSON says them: the page shows the same."""
        return [json.loads(text) for text in self.texts]


def build_step(
    reading: Reading, document: Document, earlier: EarlierParts, progress: Progress
) -> Built | Paused:
    """Everything about the person who asked, as far as they may read it; refuses anybody else."""
    del reading  # the lists are read as whomever the person may act for, organisation by organisation
    person = person_behind(document)
    if person is None:
        raise DomainError(_("Only the person concerned can request their data."))
    actors = actors_of_person(person.pk)
    return build_archive(
        lambda archive: _write_lists(archive, actors, progress),
        earlier,
        progress,
        rights_of(actors),
        lambda: rights_of(actors_of_person(person.pk)),
        template="alliance/documents/personal_data.html",
        context=lambda archive: {
            "person": person.name,
            "lists": [_index_row(part, archive) for part in personal_data_parts()],
            "retention_rules": retention_table(),
        },
        file_name="personal-data.zip",
    )


def _write_lists(archive: ZipWriter, actors: Sequence[Actor], progress: Progress) -> Iterator[None]:
    parts = personal_data_parts()
    for place, part in enumerate(parts):
        position = _position_in(archive, part)
        while position.after is not None:
            percent = _FIRST + (WRITTEN - _FIRST) * place // len(parts)
            progress(percent, _step_text(part, position))
            _write_file(archive, part, position, _read_file(actors, part, position.after))
            archive.positions[part.name] = asdict(position)
            yield


def _position_in(archive: ZipWriter, part: PersonalDataPart) -> _ListPosition:
    return _ListPosition(**archive.positions.get(part.name, {}))


def _step_text(part: PersonalDataPart, position: _ListPosition) -> str:
    if not position.rows:
        return str(part.title)
    facts = {"title": part.title, "count": format_figure(position.rows)}
    return _("%(title)s. Entries so far: %(count)s") % facts


def _read_file(actors: Sequence[Actor], part: PersonalDataPart, after: int) -> _ListFile:
    """As many of the next rows as a file holds."""
    texts: list[str] = []
    size, place = 0, after
    while len(texts) < FILE_ROWS and size < FILE_BYTES:
        page = read_page(part.rows, actors, place, PAGE_ROWS)
        texts += [json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False) for row in page.rows]
        size += sum(len(text.encode()) for text in texts[len(texts) - len(page.rows) :])
        if page.after is None:
            return _ListFile(texts, None)
        place = page.after
    is_more = bool(read_page(part.rows, actors, place, 1).rows)
    return _ListFile(texts, place if is_more else None)


def _write_file(archive: ZipWriter, part: PersonalDataPart, position: _ListPosition, file: _ListFile) -> None:
    """Add the rows as JSON, a row to a line, and as a page; of an empty list there is no page.

    The last file of several may be empty, where its rows went before its turn: the page before leads to it.
    """
    number = position.files + 1
    is_alone = number == 1 and file.after is None
    name = part.name if is_alone else f"{part.name}-{number}"
    archive.add(f"{name}.json", str(part.title), _json_list(file.texts).encode())
    rows = file.rows
    if rows or number > 1:
        page = render_to_string(
            "alliance/documents/personal_data_list.html",
            {
                "title": part.title,
                "columns": list(rows[0]) if rows else [],
                "rows": [[_cell(value) for value in row.values()] for row in rows],
                "first": position.rows + 1,
                "last": position.rows + len(rows),
                "json": f"{name}.json",
                "previous": f"{part.name}-{number - 1}.html" if number > 1 else "",
                "next": "" if file.after is None else f"{part.name}-{number + 1}.html",
                "language": get_language(),
            },
        )
        archive.add(f"{name}.html", str(part.title), page.encode())
    position.rows, position.files, position.after = position.rows + len(file.texts), number, file.after


def _json_list(texts: Sequence[str]) -> str:
    return "[\n" + ",\n".join(texts) + "\n]\n" if texts else "[]\n"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _index_row(part: PersonalDataPart, archive: ZipWriter) -> Mapping[str, Any]:
    """A list as the index names it, with the names of its files without what they end with."""
    position = _position_in(archive, part)
    numbers = range(1, position.files + 1)
    names = [part.name] if position.files == 1 else [f"{part.name}-{number}" for number in numbers]
    return {"title": part.title, "rows": position.rows, "names": names}
