"""What verdicts and the replies to them are about, in words: a measure, a commitment, a pledge beyond the charter."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from alliance.models import Commitment, Pledge, Response, Verdict
from portal.kernel.access import Actor


def pledge_titles(actor: Actor, verdicts: Sequence[Verdict]) -> dict[UUID, str]:
    """The titles of the pledges beyond the charter that are judged. One query, none where there are none."""
    records = [row.pledge_record for row in verdicts if row.pledge_record]
    if not records:
        return {}
    rows = Pledge.objects.visible_to(actor).filter(record__in=records).order_by("revision")
    return dict(rows.values_list("record", "title"))


def reply_subject(commitment: Commitment | None) -> str:
    """The verdicts that a reply is to: those of a commitment, or all (no commitment), within a sentence."""
    return commitment_code(commitment) if commitment else _("all verdicts")


def commitment_code(commitment: Commitment) -> str:
    """The commitment by its code, within a sentence: the code alone reads like one of a measure."""
    return _("commitment %(code)s") % {"code": commitment.code}


def reply_subjects(actor: Actor, numbers: Collection[int]) -> dict[int, str]:
    """The verdicts that these replies are to, by the number of the reply. One query, none where there are none."""
    if not numbers:
        return {}
    rows = Response.objects.visible_to(actor).filter(pk__in=numbers).select_related("commitment")
    return {row.pk: reply_subject(row.commitment) for row in rows}
