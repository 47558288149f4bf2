"""The field at the foot of a discussion, and the form that edits a post."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kernel.web import StrictForm
from practices.services.texts import MAX_LENGTH
from practices.web.forms.shown_readers import ShownReadersForm


class PostEditForm(StrictForm):
    """A post, for editing it."""

    text = forms.CharField(
        label=_("Message"),
        max_length=MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Markdown: lists, **bold**, links"),
    )


class PostForm(ShownReadersForm):
    """A question or an answer, and who is mentioned."""

    text = forms.CharField(
        label=_("Message"), max_length=MAX_LENGTH, widget=forms.Textarea(attrs={"rows": 2})
    )
    mention = forms.MultipleChoiceField(
        label=_("Mention"), required=False, widget=forms.CheckboxSelectMultiple
    )
    parent = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["mention"]
        assert isinstance(chosen, forms.MultipleChoiceField)
        chosen.choices = list(people)
        if not people:
            del self.fields["mention"]
