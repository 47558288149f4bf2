"""What a practice has to do with another one."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.kernel.web import StrictForm
from practices.enums import RelationKind


class RelationForm(StrictForm):
    """The kind, and the other practice by its key."""

    kind = forms.ChoiceField(label=_("Kind of relation"), choices=RelationKind.choices)
    target = forms.UUIDField(label=_("Other practice"))
