"""`manage.py scrub`: reads every stored file and publication now, in addition to the regular reading by the worker."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.kernel import files
from portal.kernel.files import ReadRefused
from portal.kernel.publishing import check_all_publications


class Command(BaseCommand):
    help = (
        "Read every stored file and compare it with its digest, name those that are damaged, missing, or not used; "
        "then the bytes and the chain of all publications. Exits with 2 when something is damaged."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            scrub = files.scrub_now(self.stdout.write)
        except ReadRefused as refusal:
            raise CommandError(f"The storage of files does not answer: {refusal}") from refusal
        self.stdout.write(f"{scrub.files} files with {scrub.bytes} bytes were read.")
        check, publications = check_all_publications()
        self.stdout.write(f"{publications} publications were read.")
        faults = [f"{scrub.damaged} files are damaged or missing."] if scrub.damaged else []
        if check.broken_at:
            faults.append(f"Publication {check.broken_at} is not what was published.")
        if faults:
            raise CommandError(" ".join(faults), returncode=2)
        self.stdout.write("Every file and every publication is whole.")
