"""What readers without an account follow by e-mail."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class LetterPace(TextChoices):
    """How often a letter says what is new."""

    DAILY = "daily", _("At most once a day")
    WEEKLY = "weekly", _("At most once a week, on Mondays")
