"""Filters about services: since when one is whose."""

from django import template
from django.utils.translation import gettext as _

from alliance.models import Ownership
from alliance.queries.local_dates import today
from portal.kernel.text import format_date

register = template.Library()


@register.filter
def owned_since(ownership: Ownership) -> str:
    """“Since” its first day, and “from” one that is still to come."""
    message = _("From %(day)s") if ownership.starts_on > today() else _("Since %(day)s")
    return message % {"day": format_date(ownership.starts_on)}
