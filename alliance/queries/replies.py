"""Replies of members to the verdicts on their reports: which of them stand."""

from django.db.models import F, Q, QuerySet

from alliance.enums import ReportState
from alliance.models import Response


def standing_replies() -> QuerySet[Response]:
    """Those that were signed since their review was last concluded; once it is published, all that are public.

    Of a review that was reopened the earlier ones stay on record, and can be signed anew.
    """
    is_signed_since = Q(signed_at__gte=F("report__concluded_at")) | Q(report__concluded_at=None)
    rows: QuerySet[Response] = Response.objects.filter(replaced_at=None)
    return rows.filter(is_signed_since | ~Q(report__state=ReportState.CONCLUDED))
