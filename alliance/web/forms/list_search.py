"""Words that a list is searched by and the column that orders it, in the view that is open."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance.web.forms.sorting import order_field


class ListSearchForm(forms.Form):
    """Words to look for, and the order: `first` where none is chosen; `show`, the view of the list, stays."""

    only_narrows = True

    show = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    q = forms.CharField(
        label=_("Words, member"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    def __init__(self, data: Any, first: str | Promise, orders: Mapping[str, str | Promise]) -> None:
        super().__init__(data)
        self.fields["sort"] = order_field(first, orders)
        self.is_valid()  # what cannot be looked for, or ordered by, is left out

    def words(self) -> str:
        """What is looked for; empty where nothing is."""
        words: str = self.cleaned_data.get("q", "")
        return words

    def order(self) -> str:
        """The column, with a minus backwards; empty for the list’s own order."""
        order: str = self.cleaned_data.get("sort", "")
        return order
