"""`manage.py page_table`: every page with its view, query or service, rule and tests, as the documents have it."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from portal.kernel.management.page_table import page_table, update_pages

DOCUMENTS = ("docs/ARCHITECTURE.md", "docs/pages.md")


class Command(BaseCommand):
    help = "Print the table of all pages in Markdown; with --write bring the documents up to date."
    requires_system_checks = ()  # it reads the source, no database

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help=f"write it into {' and '.join(DOCUMENTS)}")

    def handle(self, *args: Any, write: bool, **options: Any) -> None:
        if not write:
            self.stdout.write(page_table())
            return
        for path in (settings.BASE_DIR / name for name in DOCUMENTS):
            path.write_text(update_pages(path.read_text(encoding="utf-8")), encoding="utf-8")
            self.stdout.write(str(path.relative_to(settings.BASE_DIR)))
