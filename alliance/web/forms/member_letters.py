"""The form of a letter to a member."""

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.services.member_letters import MAX_SUBJECT, MAX_TEXT
from alliance.web.forms.languages import LanguageField
from portal.kernel.web import StrictForm


class MemberLetterForm(StrictForm):
    """What is written, about what, in which language."""

    subject = forms.CharField(
        label=_("Subject"),
        max_length=MAX_SUBJECT,
        error_messages={"required": _("Write what the letter is about.")},
    )
    text = forms.CharField(
        label=_("Text"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": _("Write the letter.")},
    )
    language = LanguageField()
