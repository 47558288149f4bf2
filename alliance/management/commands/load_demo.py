"""`manage.py load_demo`: fills an empty portal with the demonstration alliance, or with an example."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from alliance.demo.alliance import DemonstrationAlliance
from alliance.demo.disclosures import DisclosuresExample
from alliance.models import Organisation
from portal.kernel import files
from portal.kernel.access import SYSTEM, acting_as

NOT_EMPTY = 3  # the exit code; the launcher knows it
EXAMPLES = {"disclosures": DisclosuresExample}


class Command(BaseCommand):
    help = "Fill an empty portal with the demonstration alliance, or with an example; all of it or nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--data-file", type=Path, help="where to write who can sign in, as JSON")
        parser.add_argument("--example", metavar="NAME", help="an example instead of the demonstration")

    def handle(self, *args: Any, data_file: Path | None, example: str | None, **options: Any) -> None:
        if example and example not in EXAMPLES:
            raise CommandError(f"There is no example “{example}”; there are: {', '.join(EXAMPLES)}.")
        story = EXAMPLES[example] if example else DemonstrationAlliance
        with transaction.atomic(), acting_as(SYSTEM):
            if Organisation.objects.exists():
                text = "There are organisations in the database already: nothing was loaded."
                raise CommandError(text, returncode=NOT_EMPTY)
            try:
                files.prepare_storage()
            except files.StorageError as refusal:
                raise CommandError(str(refusal)) from refusal
            people = story(timezone.now()).load()
            if data_file:  # before the commit: where the data are, the file is too, whatever is killed when
                facts = {"example": example, "people": [person.as_json() for person in people]}
                data_file.write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        for person in people:
            roles = ", ".join(person.roles)
            self.stdout.write(f"{person.email}  {person.name}, {person.organisation} ({roles})")
