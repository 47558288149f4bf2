"""Who has opened a practice: for its source alone."""

from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, Min

from portal.kernel.access import Actor
from practices.models import AccessLog, Practice


def accesses_by_person(actor: Actor, practice: Practice) -> Any:
    """One row for each person of each organisation, latest access first."""
    return (
        AccessLog.objects.visible_to(actor)
        .filter(practice=practice)
        .values("person_id", "person__name", "organisation_id")
        .annotate(
            first=Min("opened_at"),
            last=Max("opened_at"),
            times=Count("pk"),
            channels=ArrayAgg("channel", distinct=True),
        )
        .order_by("-last", "person_id", "organisation_id")
    )


def access_log_rows(actor: Actor, practice: Practice) -> Any:
    """Every line of the log, the newest first."""
    rows = AccessLog.objects.visible_to(actor).filter(practice=practice)
    return rows.select_related("person", "organisation").order_by("-pk")


def access_person_count(actor: Actor, practice: Practice) -> int:
    rows = AccessLog.objects.visible_to(actor).filter(practice=practice)
    return int(rows.aggregate(people=Count("person_id", distinct=True))["people"])
