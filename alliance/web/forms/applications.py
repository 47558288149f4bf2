"""What is filled in about applications for membership: by applicants on public pages, and by the secretariat."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from alliance.enums import APPLYING_KINDS, OrganisationKind
from alliance.services.applications import ApplicationFacts
from alliance.web.forms.addresses import AddressField
from alliance.web.forms.languages import LanguageField, text_fields
from alliance.web.forms.organisations import WebsiteField
from alliance.web.forms.person_check import PersonCheckForm
from alliance.web.forms.reasons import ReasonForm
from alliance.web.forms.renewable import SeenForm
from portal.kernel.web import StrictForm

_KINDS = [choice for choice in OrganisationKind.choices if choice[0] in APPLYING_KINDS]


class ApplicationForm(PersonCheckForm):
    """An organisation applies for membership; with the check that a person fills this in."""

    name = forms.CharField(
        label=_("Organisation"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    kind = forms.ChoiceField(
        label=_("Joins as"),
        choices=[("", "—"), *_KINDS],
        help_text=_(
            "Members and associates sign the charter, make pledges and report; associates have no vote. "
            "Partners, such as education centres and researchers, share and comment, and file no reports."
        ),
    )
    sector = forms.CharField(label=_("What it does"), max_length=120, required=False)
    website = WebsiteField()
    services = forms.CharField(
        label=_("Services"),
        required=False,
        max_length=2000,
        help_text=_("The products that reports would be about, one a line."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    reason = forms.CharField(
        label=_("Why it wants to join"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6})
    )
    applicant_name = forms.CharField(
        label=_("Your full name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    applicant_office = forms.CharField(
        label=_("Your job title"),
        max_length=150,
        help_text=_("If the organisation is admitted, you are the first to be invited to it."),
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    email = AddressField(
        label=_("E-mail"),
        help_text=_("A link to confirm goes there. The secretariat alone sees it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def facts(self) -> ApplicationFacts:
        """The values as the services take them."""
        names = (
            "kind", "name", "reason", "applicant_name", "applicant_office", "email", "sector", "website", "services",
        )  # fmt: skip
        return ApplicationFacts(**{name: self.cleaned_data[name] for name in names})


class ApplicationAnswerForm(StrictForm):
    """The applicant's answer."""

    text = forms.CharField(label=_("Answer"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))


class ApplicationQuestionForm(SeenForm):
    """What the secretariat asks an applicant, and the application that the page has shown."""

    text = forms.CharField(
        label=_("Question"),
        max_length=4000,
        help_text=_("The applicant is sent it and answers by a link."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    language = LanguageField()


class DeclineForm(SeenForm, ReasonForm):
    """Why an application is declined, and the application that the page has shown."""


class AdmitForm(SeenForm):
    """The organisation that is made of an application: its names, what it does, its address."""

    slug = forms.SlugField(
        label=_("Address"),
        required=False,
        max_length=60,
        help_text=_(
            "The last part of the public address; it never changes. If left empty, it is made from "
            "the English name."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(text_fields("name", _("Name")))
        self.fields.update(text_fields("sector", _("What it does"), required=False, max_length=120))
        self.order_fields([name for name in self.fields if name.startswith(("name_", "sector_"))])
