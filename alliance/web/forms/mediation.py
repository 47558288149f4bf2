"""What is filled in about comments that partners are invited to give."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.models import Organisation
from alliance.queries.mediation import invitable_partners
from alliance.services.mediation import MAX_COMMENT, MAX_QUESTION
from alliance.web.forms.days import DayField
from alliance.web.forms.languages import LanguageField
from portal.kernel.access import ANYONE
from portal.kernel.web import StrictForm


class InviteCommentForm(StrictForm):
    """Which partner is asked what, and until when."""

    partner: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Partner"),
        queryset=Organisation.objects.none(),
        empty_label=_("Choose one"),
    )
    question = forms.CharField(
        label=_("What you ask"), max_length=MAX_QUESTION, widget=forms.Textarea(attrs={"rows": 5})
    )
    language = LanguageField()
    due_on = DayField(label=_("Answer by"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = invitable_partners(ANYONE)  # type: ignore[attr-defined]  # a choice of rows


class GiveCommentForm(StrictForm):
    """The comment of the partner, and whether it may be public."""

    text = forms.CharField(
        label=_("Comment"), max_length=MAX_COMMENT, widget=forms.Textarea(attrs={"rows": 10})
    )
    language = LanguageField()
    agrees = forms.BooleanField(label=_("The comment may be public"), required=False)
