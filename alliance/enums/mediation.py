"""Comments that partners are invited to give."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class InvitedCommentState(TextChoices):
    """What became of an invitation to comment on one measure."""

    OPEN = "open", pgettext_lazy("invited comment", "Invited")
    ANSWERED = "answered", pgettext_lazy("invited comment", "Given")
    DECLINED = "declined", pgettext_lazy("invited comment", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("invited comment", "Withdrawn")
