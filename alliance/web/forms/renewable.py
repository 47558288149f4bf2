"""Forms that know what their page has shown, so that nobody decides about what they have not seen."""

from typing import ClassVar

from django import forms

from portal.kernel.web import StrictForm


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

    shown_fields = ("seen",)

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput, empty_value=None)


class SeenVersionForm(RenewableForm):
    """The version of a draft that the page of an act has shown: a later one is not signed, sent or deleted unread."""

    shown_fields = ("version",)

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
