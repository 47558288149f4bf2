"""Words that a list is searched by, in the view that is open."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ListSearchForm(forms.Form):
    """Words to look for; `show`, the view of the list, stays."""

    only_narrows = True

    show = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    q = forms.CharField(
        label=_("Words, member"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )

    def words(self) -> str:
        """What is looked for; what cannot be looked for narrows nothing."""
        self.is_valid()
        words: str = self.cleaned_data.get("q", "")
        return words
