"""What the archives have in common: how they are built; an organisation's facts, what was published of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from alliance.documents.zip_writer import ZipWriter
from alliance.queries.own_archives import publication_bodies
from alliance.queries.site import load_site
from portal.kernel import clock
from portal.kernel.access import Actor
from portal.kernel.documents import Built, EarlierParts, PartsLost, Paused, Progress, Reading
from portal.kernel.text import format_moment

WRITTEN = 90  # per cent, once all files are there
_PUBLICATIONS = 20  # read at once

FileByFile = Callable[[ZipWriter], Iterator[None]]  # adds what is not there yet, and stops after each file
IndexContext = Callable[[ZipWriter], Mapping[str, Any]]
Rights = Sequence[Sequence[Any]]


def rights_of(actors: Sequence[Actor]) -> Rights:
    """On what it depends which rows they see, as JSON keeps it: organisations, roles, whom they may not review."""
    return sorted(
        [actor.tenant_id or 0, str(actor.tenant_kind), sorted(actor.roles), sorted(actor.conflicts)]
        for actor in actors
    )


def present_rights(reading: Reading) -> Rights:
    """Those that its requester has now."""
    with reading() as actor:
        return rights_of([actor])


def reading_with(rights: Rights, reading: Reading) -> Reading:
    """Readings with these rights alone. Each raises PartsLost where its requester has others by then."""

    @contextmanager
    def read() -> Iterator[Actor]:
        with reading() as actor:
            if rights_of([actor]) != rights:
                raise PartsLost
            yield actor

    return read


def build_archive(
    write_files: FileByFile,
    earlier: EarlierParts,
    progress: Progress,
    rights: Rights,
    ending_rights: Callable[[], Rights],
    *,
    template: str,
    context: IndexContext,
    file_name: str,
) -> Built | Paused:
    """A step of the zip, or all of it; `template` is its index, of which `context` says what is in the zip.

    All of it is read with the same rights: those with which `write_files` reads must be those of the earlier parts, and
    of its requester at the end. Raises PartsLost where they are not: what was read with several might lack what the one
    saw and hold what the other must not see.
    """
    archive = ZipWriter(earlier)
    with archive.closed_on_failure():
        if earlier.parts and archive.rights != rights:
            raise PartsLost
        archive.rights = rights
        part = archive.write_part(write_files(archive))
        if part is not None:
            return part
        progress(WRITTEN, _("Packing the files"))
        made_at = format_moment(clock.now())
        zipped = archive.finish(
            template,
            **context(archive),
            site=load_site().name,
            made_at=made_at,
            language=get_language(),
        )
        if ending_rights() != rights:
            raise PartsLost
    return Built(b"", file_name, "application/zip", made_at, zipped)


def write_facts(archive: ZipWriter, facts: Mapping[str, Any]) -> None:
    """Add each of `archive_facts` as a file."""
    titles = {
        "organisation": _("The organisation, its names and services"),
        "people": _("Its people, with their rights"),
        "accessions": _("Its accessions"),
        "pledges": _("Its pledges: each version with its targets, services, measures and publications"),
    }
    for name, rows in facts.items():
        archive.add_json(f"{name}.json", titles[name], rows)


def write_publications(archive: ZipWriter, reading: Reading, numbers: Sequence[int]) -> Iterator[None]:
    """Add the exact bytes of those that are not there yet, some at a time."""
    for start in range(0, len(numbers), _PUBLICATIONS):
        names = {number: f"publications/{number}.json" for number in numbers[start : start + _PUBLICATIONS]}
        wanted = [number for number, name in names.items() if not archive.names(name)]
        if wanted:
            with reading():
                for number, body in publication_bodies(wanted):
                    title = _("Publication No. %(number)s: the exact bytes") % {"number": number}
                    archive.add(names[number], title, body)
        yield
