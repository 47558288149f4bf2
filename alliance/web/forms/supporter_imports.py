"""What is filled in about an import of supporters: the file, corrections for many rows, likely twins, how to begin."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliance.enums import SupporterKind, TwinDecision
from alliance.models import SupporterImportRow
from alliance.services.supporter_rows import DAY_FIRST, MONTH_FIRST
from portal.kernel.web import StrictForm

_MOST_CELL = 300


class SupporterFileForm(StrictForm):
    """A file of supporters."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "XLSX or CSV. The first row holds the headings: name, kind, region, e-mail; if there are such "
            "columns also town, website, acceded on, signatory, office."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )


CELL_NAME = re.compile(r"cell_(?P<row>\d{1,9})_[a-z_]+")  # of the field of a cell


class CorrectionsForm(StrictForm):
    """One choice for all dates of unclear order, one for each unknown word for a kind, and single cells.

    The page posts beside them which check of the file found these rows.
    """

    also_posted = ("round",)

    def __init__(
        self,
        *args: Any,
        dates: int,
        words: Mapping[str, int],
        rows: Sequence[SupporterImportRow],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.words, self.rows = list(words), list(rows)
        if dates:
            label = gettext("Dates like 03/04/25 (%(count)s)") % {"count": dates}
            choices = [("", "—"), (DAY_FIRST, gettext("day first")), (MONTH_FIRST, gettext("month first"))]
            self.fields["date_order"] = forms.ChoiceField(label=label, required=False, choices=choices)
        for number, (word, count) in enumerate(words.items()):
            label = gettext("“%(word)s” (%(count)s) is") % {"word": word, "count": count}
            self.fields[f"kind_{number}"] = forms.ChoiceField(
                label=label, required=False, choices=[("", "—"), *SupporterKind.choices]
            )
        for row in self.rows:
            self.fields[_cell_name(row)] = forms.CharField(
                label=gettext("Row %(number)s") % {"number": row.number},
                required=False,
                max_length=_MOST_CELL,
            )

    def corrections(self) -> dict[str, Any]:
        """The values as `correct_rows` takes them; cells that were left empty are not corrected."""
        cleaned = self.cleaned_data
        kinds = {word: cleaned[f"kind_{number}"] for number, word in enumerate(self.words)}
        cells = {row.number: (row.fault_column, cleaned[_cell_name(row)]) for row in self.rows}
        return {
            "date_order": cleaned.get("date_order", ""),
            "kinds": {word: kind for word, kind in kinds.items() if kind},
            "cells": {number: cell for number, cell in cells.items() if cell[1]},
        }


def _cell_name(row: SupporterImportRow) -> str:
    return f"cell_{row.number}_{row.fault_column}"


class TwinsForm(StrictForm):
    """What each row on the page is that may be an entry that is here; nothing is chosen beforehand."""

    def __init__(self, *args: Any, rows: Sequence[SupporterImportRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in rows:
            self.fields[f"twin_{row.number}"] = forms.ChoiceField(
                label=gettext("Row %(number)s") % {"number": row.number},
                required=False,
                choices=[("", gettext("Not decided")), *TwinDecision.choices],
                initial=row.decision,
            )

    def decisions(self) -> dict[int, str]:
        """The decision of each row that has one."""
        return {int(name.removeprefix("twin_")): value for name, value in self.cleaned_data.items() if value}


class ConfirmImportForm(StrictForm):
    """Whether the entries are public at once or each is asked by e-mail."""

    is_public_at_once = forms.TypedChoiceField(
        label=_("The new entries"),
        coerce=lambda value: value == "yes",
        choices=[
            ("no", _("Ask each by e-mail to confirm: a link, 30 days; until then an entry is not public")),
            ("yes", _("Public at once: whoever sent the file vouches in writing for each")),
        ],
        initial="no",
        widget=forms.RadioSelect,
    )
