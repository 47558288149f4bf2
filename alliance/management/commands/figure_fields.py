"""`manage.py figure_fields`: prints the fields of a figure, as docs/figure-fields.md has them."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from alliance.enums import ValueType
from alliance.figure_fields import ALL_TYPES, FIELDS, FieldSpec

_COLUMNS = ("field", "holds", "in forms", "over a column", "at most", "asked of", "when withheld")


class Command(BaseCommand):
    help = "Print the fields of a figure as a table in Markdown."

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"):
            for row in (_COLUMNS, ["---"] * len(_COLUMNS), *_rows()):
                self.stdout.write(f"| {' | '.join(row)} |")


def _rows() -> Iterator[tuple[str, ...]]:
    for name, spec in FIELDS.items():
        limit = f"{spec.max_length:,} characters" if spec.max_length else ""
        published = "published" if spec.survives_withholding else "not published"
        yield f"`{name}`", spec.kind.value, str(spec.label), str(spec.heading), limit, _types(spec), published


def _types(spec: FieldSpec) -> str:
    """The types of the indicators that have the field."""
    if spec.value_types == ALL_TYPES:
        return "all"
    return ", ".join(f"`{value}`" for value in ValueType.values if value in spec.value_types)
