"""The columns of a figure's values, which the working copy and the published figures share."""

from collections.abc import Mapping
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import models

from alliance.enums import FigureStatus
from alliance.figure_fields import FIELDS, ValueKind


class FigureColumns(models.Model):
    """One column for each field of `alliance.figure_fields`; a system check compares the two."""

    status = models.CharField(max_length=14, choices=FigureStatus.choices)
    value = models.DecimalField(max_digits=39, decimal_places=15, null=True)
    choice = models.SlugField(max_length=60, blank=True, default="")
    numerator = models.DecimalField(max_digits=39, decimal_places=15, null=True)
    denominator = models.DecimalField(max_digits=39, decimal_places=15, null=True)
    lower = models.DecimalField(max_digits=39, decimal_places=15, null=True)
    upper = models.DecimalField(max_digits=39, decimal_places=15, null=True)
    estimate = models.BooleanField(default=False)
    method = models.TextField(blank=True, default="")
    note = models.TextField(blank=True, default="")
    reason = models.CharField(max_length=500, blank=True, default="")
    definition_changed = models.BooleanField(default=False)
    definition_note = models.TextField(blank=True, default="")

    class Meta:
        abstract = True

    @classmethod
    def check(cls, **kwargs: Any) -> list[CheckMessage]:
        return [*super().check(**kwargs), *_mismatches(cls)]


_COLUMNS: "Mapping[ValueKind, type[models.Field[Any, Any]]]" = {
    ValueKind.STATUS: models.CharField,
    ValueKind.NUMBER: models.DecimalField,
    ValueKind.FLAG: models.BooleanField,
    ValueKind.CHOICE: models.SlugField,
    ValueKind.LINE: models.CharField,
    ValueKind.TEXT: models.TextField,
}
_LIMITED = (ValueKind.CHOICE, ValueKind.LINE)  # whose column is as long as the table allows


def _mismatches(model: type[models.Model]) -> list[CheckMessage]:
    """An error for each field without its column, and for each column without its field."""
    columns = {column.name: column for column in FigureColumns._meta.local_fields}
    hint = "Make alliance/models/figures.py and alliance/figure_fields.py say the same."
    return [
        Error(
            f"The column `{name}` is not as the table of fields says.",
            hint=hint,
            obj=model,
            id="alliance.E001",
        )
        for name in sorted({*columns, *FIELDS})
        if not _is_as_specified(name, columns.get(name))
    ]


def _is_as_specified(name: str, column: Any) -> bool:
    spec = FIELDS.get(name)
    if spec is None or column is None or type(column) is not _COLUMNS[spec.kind]:
        return False
    return spec.kind not in _LIMITED or column.max_length == spec.max_length
