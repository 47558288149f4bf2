"""Charters, accessions and pledges."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CharterState(TextChoices):
    DRAFT = "draft", _("Draft")
    IN_FORCE = "in_force", _("In force")
    SUPERSEDED = "superseded", _("Superseded")


class AccessionState(TextChoices):
    DRAFT = "draft", _("Draft")
    SIGNED = "signed", _("Signed")
    PUBLISHED = "published", _("Published")
    ENDED = "ended", _("Ended")


class PledgeState(TextChoices):
    DRAFT = "draft", _("Draft")
    SIGNED = "signed", _("Signed")
    PUBLISHED = "published", _("Published")
    REVISED = "revised", _("Replaced by a later revision")
    FULFILLED = "fulfilled", _("Fulfilled")
    WITHDRAWN = "withdrawn", _("Withdrawn")


OPEN_PLEDGE_STATES = (PledgeState.DRAFT, PledgeState.SIGNED, PledgeState.PUBLISHED)
