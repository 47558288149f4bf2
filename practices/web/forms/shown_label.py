"""Forms whose writer has a practice's label before their eyes: what they write, they write for its readers."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from portal.kernel.web import StrictForm
from practices.enums import Label


class ShownLabelForm(StrictForm):
    """Refuses once where the label is another than the page showed, and takes the same words when they are sent again.

    `current_label` is the label now; empty where the form is about no practice, and has no such field. The service
    compares it under a lock.
    """

    shown_label = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, current_label: str = "", **options: Any) -> None:
        options["initial"] = {**(options.get("initial") or {}), "shown_label": current_label}
        super().__init__(*args, **options)
        self._current_label = current_label
        if not current_label:
            del self.fields["shown_label"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        shown = cleaned.pop("shown_label", "")
        if shown and shown != self._current_label:
            data = cast("QueryDict", self.data).copy()
            data["shown_label"] = self._current_label
            self.data = data
            raise forms.ValidationError(
                _(
                    "Since you opened this page, the practice has become %(label)s, so its readers have changed. "
                    "Check your text, then send it again."
                )
                % {"label": Label(self._current_label).label}
            )
        return cleaned
