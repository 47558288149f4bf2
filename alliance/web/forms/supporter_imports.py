"""What is filled in about an import of supporters: the file, corrections for many rows, likely twins, how to begin."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliance.enums import SupporterKind, TwinDecision
from alliance.models import SupporterImportRow
from alliance.queries.supporter_imports import FaultyRows
from alliance.services.supporter_rows import DAY_FIRST, MONTH_FIRST, can_be_replaced
from alliance.web.forms.renewable import SeenForm
from alliance.web.supporter_wording import emptied_text, fault_text, heading_of
from portal.kernel.web import StrictForm

_MOST_CELL = 300
_EMPTIED = "empty"  # the choice that leaves cells empty


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
SHOWN = "shown_"  # before it: what the page has shown there, so that one knows what was typed
REGION_NAME = "all_region_empty"  # of the one text that is typed for many rows


class CorrectionsForm(StrictForm):
    """One choice for all dates of unclear order, one for each unknown word for a kind and each kind of fault whose
    cells may all hold the same, and single cells.

    A cell is shown as it stands in the file. The page posts beside them which check of the file found these rows; a
    button of another form on it posts which stored choice is taken back.
    """

    also_posted = ("round", "take_back")
    only_narrows = True  # nothing has to be chosen, and its labels are sentences that the choice ends

    def __init__(
        self,
        *args: Any,
        faulty: FaultyRows,
        rows: Sequence[SupporterImportRow],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.words, self.rows = list(faulty.words), list(rows)
        if faulty.dates:
            label = gettext("Dates like 03/04/25 (%(count)s)") % {"count": faulty.dates}
            choices = [("", "—"), (DAY_FIRST, gettext("day first")), (MONTH_FIRST, gettext("month first"))]
            self.fields["date_order"] = forms.ChoiceField(label=label, required=False, choices=choices)
        for number, (word, count) in enumerate(faulty.words.items()):
            label = gettext("“%(word)s” (%(count)s) is") % {"word": word, "count": count}
            self.fields[f"kind_{number}"] = forms.ChoiceField(
                label=label, required=False, choices=[("", "—"), *SupporterKind.choices]
            )
        self.replaceable = {
            f"all_{column}_{fault.replace('-', '_')}": (column, fault, count)
            for column, fault, count in faulty.by_fault
            if count > 1 and can_be_replaced(column, fault)
        }
        for name, place in self.replaceable.items():
            self.fields[name] = _field_for_all(*place)
        for row in self.rows:
            cell = _cell_of(row)
            shown = cell if len(cell) <= _MOST_CELL else ""
            label = gettext("Row %(number)s") % {"number": row.number}
            self.fields[_cell_name(row)] = forms.CharField(
                label=label, required=False, max_length=_MOST_CELL, initial=shown
            )
            self.fields[f"{SHOWN}{_cell_name(row)}"] = forms.CharField(
                required=False, initial=shown, widget=forms.HiddenInput
            )

    def corrections(self) -> dict[str, Any]:
        """The values as `correct_rows` takes them; cells that were left empty, or as they are, are not corrected."""
        cleaned = self.cleaned_data
        kinds = {word: cleaned[f"kind_{number}"] for number, word in enumerate(self.words)}
        cells = {
            row.number: (row.fault_column, cleaned[_cell_name(row)])
            for row in self.rows
            if cleaned[_cell_name(row)] not in ("", _cell_of(row).strip())
        }
        return {
            "date_order": cleaned.get("date_order", ""),
            "kinds": {word: kind for word, kind in kinds.items() if kind},
            "cells": cells,
            "replacements": {
                (column, fault): "" if cleaned[name] == _EMPTIED else cleaned[name]
                for name, (column, fault, _count) in self.replaceable.items()
                if cleaned[name]
            },
        }


def _field_for_all(column: str, fault: str, count: int) -> forms.Field:
    """What may stand in all cells of a column that are wrong in the same way."""
    facts = {"column": heading_of(column), "fault": fault_text(fault), "count": count}
    label = gettext("%(column)s, in all %(count)s rows: %(fault)s") % facts
    if column == "region":
        return forms.CharField(label=label, required=False, max_length=100)
    if column == "kind":
        choices = [("", "—"), *SupporterKind.choices]
        return forms.ChoiceField(label=label, required=False, choices=choices)
    choices = [("", "—"), (_EMPTIED, emptied_text(column))]
    return forms.ChoiceField(label=label, required=False, choices=choices)


def _cell_of(row: SupporterImportRow) -> str:
    """The faulty cell as it stands in the file."""
    return str(row.values.get(row.fault_column, ""))


def _cell_name(row: SupporterImportRow) -> str:
    return f"cell_{row.number}_{row.fault_column}"


class TwinsForm(StrictForm):
    """What each row on the page is that may be an entry that is here; nothing is chosen beforehand.

    One of its buttons also decides the likely rows of all pages. The page posts beside each row what it showed: so a
    row that was left as it was undoes nobody's decision, and one that two have decided is known.
    """

    def __init__(self, *args: Any, rows: Sequence[SupporterImportRow], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for row in rows:
            self.fields[f"twin_{row.number}"] = forms.ChoiceField(
                label=gettext("Row %(number)s") % {"number": row.number},
                required=False,
                choices=[("", gettext("Not decided")), *TwinDecision.choices],
                initial=row.decision,
                show_hidden_initial=True,
            )
        self.also_posted = ["likely", *(self.add_initial_prefix(name) for name in self.fields)]

    def decisions(self) -> dict[int, str]:
        """What was changed on the page; empty for a row that is not decided any more."""
        shown = self.shown()
        decided = {_row_of(name): value for name, value in self.cleaned_data.items()}
        return {number: value for number, value in decided.items() if value != shown[number]}

    def shown(self) -> dict[int, str]:
        """What the page said of each row."""
        return {_row_of(name): self.data.get(self.add_initial_prefix(name), "") for name in self.fields}


def _row_of(name: str) -> int:
    return int(name.removeprefix("twin_"))


class ConfirmImportForm(SeenForm):
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
