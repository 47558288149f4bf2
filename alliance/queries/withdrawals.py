"""What was done with a withdrawal, step by step."""

from alliance.models import Withdrawal
from alliance.queries.journal import JournalRow, journal_rows
from portal.kernel.access import Actor
from portal.kernel.journal import Event


def withdrawal_moves(actor: Actor, withdrawal: Withdrawal) -> list[JournalRow]:
    """Who asked for it, who consented or refused, who published it again: its row names the last of them alone.

    The caller has found it through `visible_to`. A few queries.
    """
    rows = Event.objects.filter(target_type=withdrawal._meta.label_lower, target_id=withdrawal.pk)
    return journal_rows(actor, list(rows.order_by("pk")))
