"""What is filled in about people: invitations and roles."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from alliance.enums import ROLES_BY_KIND, OrganisationKind, Role
from alliance.web.forms.addresses import AddressField
from alliance.web.forms.reason_fields import ReasonField
from alliance.web.forms.renewable import SeenValuesForm
from portal.kernel.web import StrictForm, set_choices

ROLE_LABELS = {
    Role.READER: _("reads everything that the organisation may read"),
    Role.EDITOR: _("drafts pledges and reports, answers questions"),
    Role.SIGNATORY: _("signs pledges and accessions, submits reports, replies to verdicts"),
    Role.ADMINISTRATOR: _("invites people and sets their rights"),
    Role.AUDITOR: _("reads everything that the secretariat may read, and the journal"),
    Role.REVIEWER: _("reviews reports and gives verdicts"),
    Role.MANAGER: _("manages charters, cycles and members; publishes reports, pledges and accessions"),
}


def role_choices(kind: str) -> list[tuple[str, Any]]:
    """The roles of this kind of organisation, each with what it allows."""
    possible: Iterable[Role] = ROLES_BY_KIND[OrganisationKind(kind)]
    return [
        (role.value, format_lazy("{role}: {words}", role=role.label, words=ROLE_LABELS[role]))
        for role in possible
    ]


class RolesForm(StrictForm):
    """What a person may do, and the office that their signature names."""

    roles = forms.MultipleChoiceField(
        label=_("Rights"),
        choices=Role.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Rights can be combined; each of them includes reading."),
    )
    office = forms.CharField(
        label=_("Job title"),
        max_length=150,
        required=False,
        help_text=_("Required for signatories: it is published beside the name."),
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_choices(self, "roles", role_choices(kind))


class GrantForm(SeenValuesForm, RolesForm):
    """The same of somebody who has rights already."""


class AppointForm(GrantForm):
    """The same, changed by the secretariat in somebody else's organisation."""

    reason = ReasonField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The person and the organisation’s signatories and administrators will read it."),
    )


class InviteForm(RolesForm):
    """Whom to invite, and for what."""

    name = forms.CharField(label=_("Full name"), max_length=150)
    email = AddressField(label=_("E-mail"))
    language = forms.ChoiceField(label=_("Language of the e-mail"), choices=settings.LANGUAGES)
    field_order = ("name", "email", "office", "language", "roles")
