"""`manage.py load_charter FILE [--in-force]`: checks a charter file and loads it, or names every fault."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from alliance.charter_file import MAX_FILE_SIZE, CharterFaults
from alliance.enums import CharterState, IndicatorType
from alliance.models import Charter
from alliance.queries.supersession import Supersession, supersession_of
from alliance.services.charters import LoadResult, check_charter, load_charter, put_charter_in_force
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError


class Command(BaseCommand):
    help = "Check a charter file and load it as a draft: all of it, or nothing and every fault with its line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", type=Path, help="the charter, in the format of docs/how-to/charter-format.md"
        )
        parser.add_argument("--in-force", action="store_true", help="also put it in force and publish it")

    def handle(self, *args: Any, file: Path, in_force: bool, **options: Any) -> None:
        try:
            with acting_as(SYSTEM):
                result = load_charter(SYSTEM, _read(file))
                pledges = _pledges(supersession_of(result.charter), in_force=in_force)
            with acting_as(SYSTEM):
                if in_force and result.charter.state != CharterState.IN_FORCE:
                    check_charter(SYSTEM, result.charter)
                    put_charter_in_force(SYSTEM, result.charter)
                summary = _summary(result)
        except CharterFaults as refusal:
            for fault in refusal.faults:
                self.stderr.write(f"{file}:{fault}")
            raise CommandError(str(refusal)) from refusal
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(summary + pledges)


def _read(file: Path) -> bytes:
    """The bytes of the file; of one that is too large only so many as show that it is."""
    try:
        with file.open("rb") as source:
            return source.read(MAX_FILE_SIZE + 1)
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from error


def _pledges(supersession: Supersession | None, *, in_force: bool) -> str:
    """Print what becomes of the pledges to the version before, for a draft before it is put in force."""
    if supersession is None or supersession.charter.state == CharterState.SUPERSEDED:
        return ""
    if supersession.mapping is None:
        return f"\nIts mapping speaks of another version than {supersession.superseded.version}, which is in force."
    returning = supersession.returning
    summary = f"{len(supersession.following)} pledges follow, {len(returning)} return for signing."
    if supersession.known_staying:
        summary = (
            f"{summary} {len(supersession.known_staying)} stay on version {supersession.superseded.version}."
        )
    names = [f"  {pledge.organisation.name}: {pledge.commitment_key}" for pledge in returning]
    return "\n".join(["", summary if in_force else f"In force: {summary}", *names])


def _summary(result: LoadResult) -> str:
    charter = Charter.objects.get(pk=result.charter.pk)
    figures = charter.indicators.filter(type=IndicatorType.FIGURE).count()
    counts = (
        _count_text(charter.commitments.count(), "commitment"),
        _count_text(charter.measures.count(), "measure"),
        f"{_count_text(charter.indicators.count(), 'indicator')} ({_count_text(figures, 'figure')})",
        _count_text(charter.harms.count(), "harm"),
    )
    state = charter.get_state_display().lower()
    return f"{charter.key}, version {charter.version}: {result.outcome.value}, {state}. {', '.join(counts)}."


def _count_text(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
