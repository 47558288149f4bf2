"""What is filled in about questions of the public: by their askers, and by those who answer."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.enums import PublicQuestionKind
from alliance.queries.public.charters import public_charters_in_force
from alliance.queries.public.members import member_choices
from alliance.services.public_questions import MAX_LENGTH, AskedQuestion
from alliance.web.forms.addresses import AddressField
from alliance.web.forms.languages import LanguageField
from alliance.web.forms.person_check import PersonCheckForm
from alliance.web.forms.reasons import ReasonInLanguagesForm
from portal.kernel.web import StrictForm

# in which language the asker wrote, and so gets letters
_ASKERS = {
    "en": _("The asker wrote in English, and gets letters in English."),
    "ru": _("The asker wrote in Russian, and gets letters in Russian."),
}


class PublicQuestionForm(PersonCheckForm):
    """A question or complaint about a commitment or a member; nothing can be attached."""

    kind = forms.ChoiceField(
        label=_("What do you want to send?"),
        choices=PublicQuestionKind.choices,
        initial=PublicQuestionKind.QUESTION,
        widget=forms.RadioSelect,
    )
    member = forms.ChoiceField(label=_("Member"), required=False)
    commitment = forms.ChoiceField(label=_("Commitment"), required=False)
    text = forms.CharField(
        label=_("Your question or complaint"),
        max_length=MAX_LENGTH,
        help_text=_("No links to illegal content, and no names of children."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    email = AddressField(
        label=_("E-mail"),
        help_text=_("A link to confirm goes there, and the answer. The secretariat alone sees it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    name = forms.CharField(
        label=_("Name to be shown"),
        max_length=100,
        required=False,
        help_text=_(
            "Whoever answers reads it, and everybody if your question is published. Leave it empty to stay unnamed."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    agrees = forms.BooleanField(
        label=_("My question may be published with its answer"),
        required=False,
        help_text=_("You can change this later by the link in the e-mail."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = member_choices()
        commitments = [
            (commitment.key, f"{commitment.code} {commitment.title}")
            for charter in public_charters_in_force()
            for chapter in charter.chapters
            for commitment in chapter.commitments.all()
        ]
        self.fields["member"].choices = [("", "—"), *members]  # type: ignore[attr-defined]  # a choice
        self.fields["commitment"].choices = [("", "—"), *commitments]  # type: ignore[attr-defined]  # a choice

    def asked(self, language: str) -> AskedQuestion:
        """The values as the service takes them."""
        names = ("kind", "text", "member", "commitment", "name", "agrees")
        return AskedQuestion(language=language, **{name: self.cleaned_data[name] for name in names})


class PublicAnswerForm(StrictForm):
    """The answer of the secretariat, or of the member to whom a question is forwarded."""

    text = forms.CharField(
        label=_("Answer"),
        max_length=MAX_LENGTH,
        help_text=_("It goes to the asker, and may be published."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    language = LanguageField()

    def __init__(self, *args: Any, asker_language: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        if asker_language:
            self.fields["language"].initial = asker_language
            self.fields["language"].help_text = _ASKERS.get(asker_language, "")


class ClosingReasonForm(ReasonInLanguagesForm):
    """Why a question is closed: first in the language of its asker, who is sent it in that where it is given in it."""

    def __init__(self, *args: Any, asker_language: str, **options: Any) -> None:
        super().__init__(*args, **options)
        own = f"reason_{asker_language}"
        self.order_fields([own])
        self.fields[own].help_text = _ASKERS[asker_language]
