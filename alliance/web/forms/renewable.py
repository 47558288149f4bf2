"""Forms that know what their page has shown: nobody decides about what they have not seen, or writes over it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _

from portal.kernel.errors import Conflict
from portal.kernel.text import format_date, values_key
from portal.kernel.web import StrictForm, refusals_on


class RenewableForm(StrictForm):
    """A form that knows a version; after a refusal it knows the present one, so that it is sent again knowingly.

    `shown_fields` are those that `confirm` renews from the initial values.
    """

    shown_fields: ClassVar[tuple[str, ...]] = ()

    def renew(self, **values: int | str) -> None:
        data = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict
        for name, value in values.items():
            data[name] = str(value)
        self.data = data


class SeenForm(RenewableForm):
    """What the page of an act was about, as a text: the number of a request or of a submission, a planned moment."""

    shown_fields: ClassVar[tuple[str, ...]] = ("seen",)

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput, empty_value=None)


class SeenValuesForm(SeenForm):
    """What is changed of a record as a whole, with the key of the values that the page has shown of it.

    Where somebody has saved others since, nothing is written: `stored` then says what the record has where the form
    has something else, and the form sent again knows these.
    """

    def __init__(self, *args: Any, record_values: Mapping[str, object] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored: list[tuple[str, str]] | None = None
        if record_values is not None:
            self.initial = {**self.initial, "seen": values_key(record_values)}

    @property
    def status(self) -> int:
        """As of other forms; 409 where somebody has saved meanwhile."""
        return 409 if self.stored is not None else super().status

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """As `refusals_on`; after a Conflict the form has what is stored by now."""
        with refusals_on(self):
            try:
                yield
            except Conflict:
                self.stored = [
                    (str(self.fields[name].label), _words_of(self.fields[name], self.initial[name]))
                    for name in self.changed_data
                    if name in self.initial and name not in self.shown_fields
                ]
                self.renew(seen=self.initial["seen"])
                raise


def _words_of(field: forms.Field, value: Any) -> str:
    """What a record has in a field, in words; a dash for nothing."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, date):
        return format_date(value)
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        choices: Any = field.choices  # pairs, of fields without groups
        labels = {str(key): str(label) for key, label in choices}
        values = value if isinstance(value, (list, tuple)) else [value]
        return ", ".join(labels.get(str(each), str(each)) for each in values) or "–"
    return "–" if value in (None, "") else str(value)


class SeenVersionForm(RenewableForm):
    """The version of a draft that the page of an act has shown: a later one is not signed, sent or deleted unread."""

    shown_fields = ("version",)

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
