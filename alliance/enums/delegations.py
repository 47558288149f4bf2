"""What a member divides up among its own people while it writes a report."""

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class DelegationState(TextChoices):
    """Each language writes a state in the gender of its word for a section."""

    OPEN = "open", pgettext_lazy("section", "Being written")
    DONE = "done", pgettext_lazy("section", "Handed back")
    TAKEN_BACK = "taken_back", pgettext_lazy("section", "Taken back")


# somebody has the section, or has handed it back
LIVE_DELEGATION_STATES = (DelegationState.OPEN, DelegationState.DONE)


class CommentState(TextChoices):
    """Of the first message of a conversation: whether it still waits for something."""

    OPEN = "open", pgettext_lazy("conversation", "Open")
    SETTLED = "settled", pgettext_lazy("conversation", "Settled")
