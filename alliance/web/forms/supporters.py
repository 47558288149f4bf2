"""What is filled in about supporters: by themselves on public pages, and by the secretariat."""

from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from alliance.enums import SupporterKind, SupporterState
from alliance.queries.supporters import SupporterFilter
from alliance.services.supporters import Signatory, SupporterFacts
from alliance.web.forms.addresses import AddressField
from alliance.web.forms.organisations import WebsiteField
from alliance.web.forms.person_check import PersonCheckForm
from alliance.web.forms.renewable import SeenValuesForm
from alliance.web.forms.sorting import order_field
from portal.kernel.web import StrictForm, set_choices

_ANY = ("", _("All"))


class SupporterFactsForm(StrictForm):
    """What the directory says of a supporter."""

    name = forms.CharField(
        label=_("Organisation"),
        max_length=200,
        help_text=_("As it should stand in the directory."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", "—"), *SupporterKind.choices])
    region = forms.CharField(
        label=_("Region"),
        max_length=100,
        help_text=_("Region, republic or territory; for organisations abroad the country."),
        widget=forms.TextInput(attrs={"list": "regions"}),
    )
    town = forms.CharField(label=_("Town"), required=False, max_length=100)
    website = WebsiteField()

    def facts(self) -> SupporterFacts:
        """The values as the services take them."""
        cleaned = self.cleaned_data
        return SupporterFacts(
            **{name: cleaned[name] for name in ("name", "kind", "region", "town", "website")}
        )


class SupporterEditForm(SeenValuesForm, SupporterFactsForm):
    """The same of one that is there."""


def _agreement() -> forms.BooleanField:
    return forms.BooleanField(
        label=_("I agree to this for my organisation"),
        error_messages={"required": _("Without this agreement nobody can accede.")},
    )


class AgreementForm(StrictForm):
    """The agreement of an organisation whose entry was imported; `consent_revision` is the text that it has read."""

    agreed = _agreement()
    consent_revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class AccedeForm(SupporterFactsForm, PersonCheckForm):
    """An organisation accedes as a supporter; with the check that a person fills this in."""

    signatory_name = forms.CharField(
        label=_("Who signs"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    signatory_office = forms.CharField(
        label=_("Office"),
        max_length=150,
        help_text=_("For example head teacher or director. The directory shows neither name nor office."),
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
    )
    email = AddressField(
        label=_("E-mail"),
        help_text=_("A link to confirm goes there. The secretariat alone sees it."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    agreed = _agreement()
    consent_revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def signatory(self, language: str) -> Signatory:
        """The values as the services take them."""
        cleaned = self.cleaned_data
        return Signatory(cleaned["email"], cleaned["signatory_name"], cleaned["signatory_office"], language)


class LinkRequestForm(StrictForm):
    """The e-mail of a supporter that wants to change its entry."""

    email = AddressField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))


class DirectoryForm(forms.Form):
    """What the public directory is narrowed to."""

    only_narrows = True

    q = forms.CharField(label=_("Name or place"), required=False, max_length=100)
    region = forms.ChoiceField(label=_("Region"), required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("Every kind")), *SupporterKind.choices]
    )

    def __init__(self, *args: Any, regions: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(
            self, "region", [("", gettext("Every region")), *((region, region) for region in regions)]
        )


class SupporterFilterForm(forms.Form):
    """What the secretariat's list of supporters is narrowed to."""

    only_narrows = True  # all of it is optional: its fields need no mark

    words = forms.CharField(label=_("Name or place"), required=False, max_length=100)
    region = forms.CharField(label=_("Region"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[_ANY, *SupporterKind.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[_ANY, *SupporterState.choices])
    twins = forms.BooleanField(label=_("Perhaps twice"), required=False)
    returned = forms.BooleanField(label=_("E-mail returned"), required=False)
    sort = order_field(
        pgettext_lazy("order of a list", "The newest first"),
        {
            "name": pgettext_lazy("order of a list", "By name"),
            "kind": pgettext_lazy("order of a list", "By kind"),
            "region": pgettext_lazy("order of a list", "By region"),
            "state": pgettext_lazy("order of a list", "By state"),
            "acceded": pgettext_lazy("order of a list", "By day of accession"),
        },
    )

    def filters(self) -> SupporterFilter:
        """What was chosen; an invalid field narrows nothing."""
        self.is_valid()
        return SupporterFilter(**self.cleaned_data)


class SupportersCharterForm(StrictForm):
    """The charter that supporters accede to by the public form."""

    key = forms.ChoiceField(label=_("Charter"), required=False)
    expected_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, charters: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "key", [("", gettext("None: the form is closed")), *charters])
