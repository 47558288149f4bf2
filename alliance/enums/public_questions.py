"""Questions and complaints of the public."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PublicQuestionKind(TextChoices):
    """What somebody from the public sends: both are answered alike, and counted apart."""

    QUESTION = "question", _("Question")
    COMPLAINT = "complaint", _("Complaint")


class PublicQuestionState(TextChoices):
    """Until its e-mail is confirmed nobody reads it."""

    UNCONFIRMED = "unconfirmed", pgettext_lazy("public question", "Not confirmed")
    OPEN = "open", pgettext_lazy("public question", "Open")
    ANSWERED = "answered", pgettext_lazy("public question", "Answered")
    CLOSED = "closed", pgettext_lazy("public question", "Closed")
