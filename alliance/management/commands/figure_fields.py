"""`manage.py figure_fields`: prints the fields of a figure, as docs/figure-fields.md has them."""

from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from alliance.enums import ValueType
from alliance.figure_fields import ALL_TYPES, FIELDS

_COLUMNS = ("field", "holds", "in forms", "over a column", "at most", "asked of", "when withheld")


class Command(BaseCommand):
    help = "Print the fields of a figure as a table in Markdown."

    def handle(self, *args: Any, **options: Any) -> None:
        self._write_row(_COLUMNS)
        self._write_row(["---"] * len(_COLUMNS))
        with translation.override("en"):
            for name, spec in FIELDS.items():
                types = ", ".join(f"`{value}`" for value in ValueType.values if value in spec.value_types)
                self._write_row(
                    [
                        f"`{name}`",
                        spec.kind.value,
                        str(spec.label),
                        str(spec.heading),
                        f"{spec.max_length:,} characters" if spec.max_length else "",
                        "all" if spec.value_types == ALL_TYPES else types,
                        "published" if spec.survives_withholding else "not published",
                    ]
                )

    def _write_row(self, cells: Iterable[str]) -> None:
        self.stdout.write(f"| {' | '.join(cells)} |")
