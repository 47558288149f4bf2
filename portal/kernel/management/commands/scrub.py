"""`manage.py scrub`: reads every stored file now, in addition to the weekly reading by the worker."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.kernel import files
from portal.kernel.files import ReadRefused


class Command(BaseCommand):
    help = (
        "Read every stored file and compare it with its digest; name those that are damaged, missing, or not used. "
        "Exits with 2 when files are damaged."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            scrub = files.scrub_now(self.stdout.write)
        except ReadRefused as refusal:
            raise CommandError(f"The storage of files does not answer: {refusal}") from refusal
        self.stdout.write(f"{scrub.files} files with {scrub.bytes} bytes were read.")
        if scrub.damaged:
            raise CommandError(f"{scrub.damaged} files are damaged or missing.", returncode=2)
        self.stdout.write("Every file is whole.")
