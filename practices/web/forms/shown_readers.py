"""Forms whose writer has the label of a practice or a request before their eyes: they write for its readers."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from portal.kernel.web import StrictForm
from practices.enums import Label
from practices.models import Practice, Request
from practices.services.parts import shown_readers


class ShownReadersForm(StrictForm):
    """Refuses once where the readers are others than the page showed, and takes the same words when they come again.

    `subject` is what is written about, as it is now; None where that has no label, and the form no such field. The
    service compares its readers under a lock.
    """

    shown_readers = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, subject: Practice | Request | None = None, **options: Any) -> None:
        self._subject = subject
        self._current = shown_readers(subject) if subject else ""
        options["initial"] = {**(options.get("initial") or {}), "shown_readers": self._current}
        super().__init__(*args, **options)
        if subject is None:
            del self.fields["shown_readers"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        shown = cleaned.pop("shown_readers", "")
        if self._subject and shown and shown != self._current:
            data = cast("QueryDict", self.data).copy()
            data["shown_readers"] = self._current
            self.data = data
            raise forms.ValidationError(_refusal(self._subject))
        return cleaned


def _refusal(subject: Practice | Request) -> str:
    label = Label(subject.label).label
    if isinstance(subject, Practice):
        return _(
            "Since you opened this page, the practice has become %(label)s, so its readers have changed. "
            "Check your text, then send it again."
        ) % {"label": label}
    return _(
        "Since you opened this page, the readers of the request have changed: its label is %(label)s now. "
        "Check your text, then send it again."
    ) % {"label": label}
