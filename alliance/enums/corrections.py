"""Corrections and withdrawals of what is published."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Side(TextChoices):
    """The two sides of a correction."""

    MEMBER = "member", _("The member")
    SECRETARIAT = "secretariat", _("The secretariat")


class CorrectionFinder(TextChoices):
    """Who found what is wrong."""

    MEMBER = "member", pgettext_lazy("found by", "the member")
    SECRETARIAT = "secretariat", pgettext_lazy("found by", "the secretariat")
    SOMEBODY = "somebody", pgettext_lazy("found by", "somebody else")


class CorrectionSubject(TextChoices):
    """What is corrected; a verdict stands for its reason too."""

    FIGURE = "figure", _("Figure")
    TEXT = "text", _("Text")
    VERDICT = "verdict", _("Verdict and reason")
    RESPONSE = "response", _("Reply")
    TARGET = "target", _("Target of a pledge")
    STANDING = "standing", _("Filing of the report")


class CorrectionState(TextChoices):
    """Each language writes a state in the gender of its word for a correction."""

    DRAFT = "draft", pgettext_lazy("correction", "Draft")
    PROPOSED = "proposed", pgettext_lazy("correction", "Proposed")
    AGREED = "agreed", pgettext_lazy("correction", "Agreed")
    OBJECTED = "objected", pgettext_lazy("correction", "Objected")
    PUBLISHED = "published", pgettext_lazy("correction", "Published")
    DROPPED = "dropped", pgettext_lazy("correction", "Dropped")
    WITHDRAWN = "withdrawn", pgettext_lazy("correction", "Withdrawn")


# Between the proposal and its end: no other correction of the same value can be proposed.
OPEN_CORRECTION_STATES = (CorrectionState.PROPOSED, CorrectionState.AGREED, CorrectionState.OBJECTED)


class WithdrawalState(TextChoices):
    """Each language writes a state in the gender of its word for a withdrawal."""

    ASKED = "asked", pgettext_lazy("withdrawal", "Waiting for a second person")
    PUBLISHED = "published", pgettext_lazy("withdrawal", "Withdrawn")
    REFUSED = "refused", pgettext_lazy("withdrawal", "Refused")
    TAKEN_BACK = "taken_back", pgettext_lazy("withdrawal", "Taken back")
    UNDONE = "undone", pgettext_lazy("withdrawal", "Published again")
