"""Fields for why something is done: an empty one is refused in these words at every desk."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ReasonField(forms.CharField):
    """A reason; the page, or its help text, says who reads it."""

    default_error_messages = {"required": _("Give a reason.")}  # noqa: RUF012 - as Django names them


class PublicReasonField(ReasonField):
    """A reason that everybody reads."""

    default_error_messages = {"required": _("Give a reason: it is published.")}  # noqa: RUF012 - as Django names them
