"""What is filled in about charters: the file, and what the keys of the version before became."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from alliance.charter_file.texts import LANGUAGES, KeyChange
from alliance.enums import SignatureRule
from alliance.services.charter_mapping import MappingDraft
from alliance.web.forms.days import DayField
from alliance.web.forms.reasons import ReasonForm
from alliance.web.forms.renewable import SeenForm
from portal.kernel.web import StrictForm

CONTINUES, BREAKS, UNDECIDED = "", "breaks", "undecided"


class CharterFileForm(StrictForm):
    """A charter file."""

    file = forms.FileField(
        label=_("Charter file"),
        help_text=_("YAML in UTF-8, up to 2 MB: English and Russian side by side."),
        widget=forms.ClearableFileInput(attrs={"accept": ".yaml,.yml"}),
    )


class ErrataForm(SeenForm, ReasonForm):
    """Why translations are corrected, for everybody to read, and the text that the page has compared the file with."""


class CharterCheckedForm(StrictForm):
    """The dry run that the page has shown; what is confirmed is what it has counted."""

    checked_at = forms.DateTimeField(widget=forms.HiddenInput, required=False)


class CharterAnnounceForm(CharterCheckedForm):
    """How the signatures under the version in force carry over to the one that is announced.

    Initially as that version provides; where it does not provide for carrying over, nothing else can be chosen.
    """

    signatures = forms.ChoiceField(
        label=_("Signatures"),
        help_text=_("Signatures carry over only where the version in force provides for it."),
        choices=SignatureRule.choices,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.initial.get("signatures") != SignatureRule.CARRY_OVER:
            rule = SignatureRule.SIGN_ANEW
            self.fields["signatures"].choices = [(rule.value, rule.label)]  # type: ignore[attr-defined]  # a choice


class CharterPlanForm(SeenForm, CharterCheckedForm):
    """The day on which a charter comes into force, and the one that was set when the page was opened."""

    planned_on = DayField(
        label=_("In force from"),
        help_text=_(
            "At the beginning of this day, in the alliance’s time zone; best the first day of a cycle."
        ),
    )


@dataclass(frozen=True)
class MappedKey:
    """One key of the version before as the form asks for it: how it is called, and what it may become."""

    key: str
    code: str
    label: str
    choices: Sequence[tuple[str, str]]
    is_figure: bool
    later_keys: Sequence[str]


class MappingForm(StrictForm):
    """What became of some keys: several keys, none, or nothing decided yet; with reasons for breaks."""

    edited_at = forms.DateTimeField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, keys: Sequence[MappedKey], stored: Sequence[KeyChange], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.keys = list(keys)
        by_key: dict[str, list[KeyChange]] = {}
        for change in stored:
            by_key.setdefault(change.earlier, []).append(change)
        for place, row in enumerate(self.keys):
            self._add_row(place, row, by_key.get(row.key, []))

    def _add_row(self, place: int, row: MappedKey, changes: Sequence[KeyChange]) -> None:
        is_undecided = any(not change.later for change in changes)
        reason = next((change.reason for change in changes if change.reason is not None), None)
        self.fields[f"later_{place}"] = forms.MultipleChoiceField(
            label=gettext("%(key)s becomes") % {"key": row.label},
            help_text=_later_help(row),
            choices=row.choices,
            initial=list(row.later_keys),
            required=False,
            widget=forms.SelectMultiple(attrs={"size": "4"}),
        )
        self.fields[f"series_{place}"] = forms.ChoiceField(
            label=gettext("Its series") if row.is_figure else gettext("State"),
            choices=[
                (
                    CONTINUES,
                    gettext("continues where one key became one") if row.is_figure else gettext("decided"),
                ),
                *([(BREAKS, gettext("breaks"))] if row.is_figure else []),
                (UNDECIDED, gettext("to decide")),
            ],
            initial=UNDECIDED if is_undecided else BREAKS if reason else CONTINUES,
            required=False,
        )
        if row.is_figure:
            for language in LANGUAGES:
                self.fields[f"reason_{language}_{place}"] = forms.CharField(
                    label=_REASON_LABELS[language] % {"code": row.code},
                    initial=getattr(reason, language) if reason else "",
                    max_length=2000,
                    required=False,
                )

    def rows(self) -> list[tuple[MappedKey, list[forms.BoundField]]]:
        """The keys with their fields, in order."""
        return [
            (row, [self[name] for name in self.fields if name.endswith(f"_{place}")])
            for place, row in enumerate(self.keys)
        ]

    def stored_words(self) -> list[tuple[str, str]]:
        """Each key with what is stored of it: what it becomes, and why its series breaks."""
        rows = []
        for place, row in enumerate(self.keys):
            titles = dict(row.choices)
            becomes = ", ".join(titles.get(key, key) for key in row.later_keys)
            is_undecided = self.fields[f"series_{place}"].initial == UNDECIDED
            reasons = [
                self.fields[f"reason_{language}_{place}"].initial for language in LANGUAGES if row.is_figure
            ]
            words = [gettext("to decide"), becomes] if is_undecided else [becomes or gettext("ends")]
            rows.append((row.label, " · ".join(filter(None, (*words, *reasons)))))
        return rows

    def drafts(self) -> list[MappingDraft]:
        """What was filled in, for the service."""
        return [self._draft(place, row, self.cleaned_data) for place, row in enumerate(self.keys)]

    def _draft(self, place: int, row: MappedKey, values: Mapping[str, Any]) -> MappingDraft:
        series = values[f"series_{place}"]
        reason = {language: values.get(f"reason_{language}_{place}", "") for language in LANGUAGES}
        return MappingDraft(
            row.key,
            tuple(values[f"later_{place}"]),
            is_undecided=series == UNDECIDED,
            breaks=series == BREAKS,
            reason=reason,
        )


_REASON_LABELS = {
    "en": _("Why %(code)s breaks, in English"),
    "ru": _("Why %(code)s breaks, in Russian"),
}


def _later_help(row: MappedKey) -> str:
    """How the list is used, and what is chosen now: more than the list shows at once."""
    how = gettext("Several where it is split; none where it ends.")
    titles = dict(row.choices)
    chosen = ", ".join(titles.get(key, key) for key in row.later_keys)
    return how + " " + gettext("Now: %(chosen)s") % {"chosen": chosen} if chosen else how
