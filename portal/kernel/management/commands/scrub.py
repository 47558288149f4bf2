"""`manage.py scrub`: reads every stored file and publication now, in addition to the regular reading by the worker."""

from collections.abc import Sequence
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.kernel import files
from portal.kernel.files import ReadRefused, Scrub
from portal.kernel.publishing import check_all_publications

_LINE_SECONDS = 30.0  # between two lines on how far it has come
_MOST_NAMED = 20
_STOPPED = (
    "Stopped. What was read until a moment ago counts: call `scrub --continue` to go on from there. Until then "
    "the workers go on, a part at a time."
)


class Command(BaseCommand):
    help = (
        "Read every stored file and compare it with its digest, name those that are damaged, missing, or not used; "
        "then the bytes and the chain of all publications. Exits with 2 when something is damaged."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--continue",
            action="store_true",
            dest="goes_on",
            help="go on where the last reading of files stopped",
        )
        parser.add_argument(
            "--after",
            type=int,
            default=0,
            metavar="NUMBER",
            help="read the publications after this one alone",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self._line_at, self._number = monotonic() + _LINE_SECONDS, options["after"]
        scrub = self._read_files(goes_on=options["goes_on"])
        self.stdout.write(f"{scrub.files} files with {scrub.bytes} bytes were read.")
        broken_at, altered = self._read_publications(options["after"])
        faults = [f"{scrub.damaged} files are damaged or missing."] if scrub.damaged else []
        if broken_at:
            faults.append(f"Publication {broken_at} is not what was published.")
        if others := [number for number in altered if number != broken_at]:
            named = ", ".join(map(str, others[:_MOST_NAMED]))
            more = f" and {len(others) - _MOST_NAMED} more" if len(others) > _MOST_NAMED else ""
            faults.append(f"Nor are these: {named}{more}.")
        if faults:
            raise CommandError(" ".join(faults), returncode=2)
        self.stdout.write("Every file and every publication is whole.")

    def _read_files(self, *, goes_on: bool) -> Scrub:
        try:
            return files.scrub_now(self.stdout.write, goes_on=goes_on, progress=self._say_files)
        except ReadRefused as refusal:
            raise CommandError(f"The storage of files does not answer: {refusal}") from refusal
        except KeyboardInterrupt as end:
            raise CommandError(_STOPPED, returncode=130) from end

    def _read_publications(self, after: int) -> tuple[int | None, Sequence[int]]:
        try:
            check, count, altered = check_all_publications(after, self._say_publications)
        except KeyboardInterrupt as end:
            how = f"scrub --continue --after {self._number}"
            raise CommandError(f"Stopped. Call `{how}` to go on from there.", returncode=130) from end
        self.stdout.write(f"{count} publications were read.")
        return check.broken_at, altered

    def _say_files(self, scrub: Scrub) -> None:
        self._say(f"{scrub.files} files with {scrub.bytes} bytes so far …")

    def _say_publications(self, number: int, last: int) -> None:
        self._number = number
        self._say(f"{number} of {last} publications so far …")

    def _say(self, line: str) -> None:
        if monotonic() > self._line_at:
            self._line_at = monotonic() + _LINE_SECONDS
            self.stdout.write(line)
