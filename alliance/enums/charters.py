"""Charters, accessions and pledges."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CharterState(TextChoices):
    DRAFT = "draft", _("Draft")
    IN_FORCE = "in_force", _("In force")
    SUPERSEDED = "superseded", _("Superseded")


class SignatureRule(TextChoices):
    """How the signatures under a version carry over to its later versions."""

    SIGN_ANEW = "sign_anew", _("Each member signs a later version anew")
    CARRY_OVER = "carry_over_unless_objected", _("Signatures carry over unless the member objects")


class CharterChange(TextChoices):
    """What became of a commitment or a measure from one version to the next."""

    ADDED = "added", _("Added")
    REMOVED = "removed", _("Removed")
    REWORDED = "reworded", _("Reworded")
    RENAMED = "renamed", _("Renamed")
    SPLIT = "split", _("Split")
    MERGED = "merged", _("Merged")
    REGROUPED = "regrouped", _("Split and merged")
    UNCHANGED = "unchanged", _("Unchanged")


class SeriesChange(TextChoices):
    """What becomes of an indicator's series of figures in the next version."""

    CONTINUES = "continues", _("continues")
    BREAKS = "breaks", _("breaks")
    ENDS = "ends", _("ends")
    BEGINS = "begins", _("begins")
    UNDECIDED = "undecided", _("to decide")
    TEXT = "text", _("a text, no series")


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


class TargetState(TextChoices):
    """What became of a target of a pledge that has a day: by the published figure that it names, else by decision."""

    DUE = "due", pgettext_lazy("target", "Due")
    KEPT = "kept", pgettext_lazy("target", "Kept")
    MISSED = "missed", pgettext_lazy("target", "Missed")
    LATE = "late", pgettext_lazy("target", "Overdue")
    WITHDRAWN = "withdrawn", pgettext_lazy("target", "Withdrawn")


# What the secretariat can decide of a target that no figure can decide.
DECIDED_TARGET_STATES = (TargetState.KEPT, TargetState.MISSED, TargetState.LATE)

OPEN_PLEDGE_STATES = (PledgeState.DRAFT, PledgeState.SIGNED, PledgeState.PUBLISHED)
