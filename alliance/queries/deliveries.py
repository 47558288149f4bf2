"""Reads of what was sent to whom: the secretariat's list, and one's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Func, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from alliance.enums import OrganisationKind
from alliance.models import Organisation
from portal.kernel import journal, notices
from portal.kernel.access import Actor, can
from portal.kernel.jobs import Job, JobState
from portal.kernel.notices import Channel, Delivery, DeliveryState, Group, event_kinds_in, group_of, notice_of

FAILED = "failed"  # on its way, and at least one try went wrong
_MAX_OWN = 30


def deliveries(actor: Actor, filters: Mapping[str, Any]) -> QuerySet[Any]:
    """Deliveries of events that the actor may see, newest first; empty for an actor without `operations.read`.

    `filters`: person (a part of the name), group, channel, state, day; an empty value does not filter.
    """
    if not can(actor, "operations.read"):
        return Delivery.objects.none()
    rows = Delivery.objects.filter(event__in=journal.entries_visible_to(actor))
    if filters.get("person"):
        rows = rows.filter(recipient__name__icontains=filters["person"])
    if filters.get("group"):
        rows = rows.filter(event__kind__in=event_kinds_in(filters["group"]))
    if filters.get("channel"):
        rows = rows.filter(channel=filters["channel"])
    if filters.get("day"):
        rows = rows.filter(created_at__date=filters["day"])
    selection: QuerySet[Any] = _with_jobs(rows)
    state = filters.get("state")
    if state == FAILED:
        failures = selection.filter(state=DeliveryState.PENDING).exclude(job_error="")
        selection = failures.filter(job_state__in=(JobState.READY, JobState.DEAD, JobState.CANCELLED))
    elif state:
        selection = selection.filter(state=state)
    return selection.order_by("-created_at", "-pk")


def _with_jobs(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate each delivery with the state and the last error of its own sending job."""
    # not by Concat, whose COALESCE PostgreSQL compares only after the policy of jobs, and so with every job
    key = Func(OuterRef("pk"), template="('delivery:' || %(expressions)s)", output_field=CharField())
    job = Job.objects.filter(dedupe_key=key)
    return rows.select_related("event", "recipient").annotate(
        job_state=Subquery(job.values("state")[:1]), job_error=Subquery(job.values("last_error")[:1])
    )


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One delivery in words: of which sort, for which organisation, and what became of it."""

    delivery: Any
    group: Group | None
    organisation: str = ""
    subject: str = ""

    @property
    def kind_name(self) -> str:
        """Of which sort it is; what happened, where that sort has no group that can be turned off."""
        return str(self.group.name) if self.group else journal.sentence_for(self.delivery.event.kind)

    @property
    def outcome(self) -> str:
        """What became of it; of what is on its way, whether that goes wrong."""
        if self.delivery.state != DeliveryState.PENDING:
            return str(self.delivery.get_state_display())
        if self.delivery.job_state == JobState.DEAD:
            return _("Failed: a manager must decide")
        if self.delivery.job_state == JobState.CANCELLED:
            return _("Cancelled")
        return _("Failed: will be tried again") if self.is_failing else str(self.delivery.get_state_display())

    @property
    def is_failing(self) -> bool:
        return self.delivery.state == DeliveryState.PENDING and bool(self.delivery.job_error)

    @property
    def has_failed(self) -> bool:
        """Whether somebody did not get what they should."""
        undelivered = (DeliveryState.REFUSED, DeliveryState.BOUNCED, DeliveryState.SUPPRESSED)
        return self.delivery.state in undelivered or self.is_failing


def delivery_rows(actor: Actor, rows: Sequence[Any]) -> list[DeliveryRow]:
    """The rows in words. One query, however many rows."""
    tenants = Organisation.objects.visible_to(actor).in_bulk({row.tenant_id for row in rows})
    rows_in_words = []
    for row in rows:
        tenant = tenants.get(row.tenant_id)
        to_host = tenant is not None and tenant.kind == OrganisationKind.SECRETARIAT
        group = _group(row, to_host=to_host)
        rows_in_words.append(DeliveryRow(row, group, tenant.name if tenant else ""))
    return rows_in_words


def _group(row: Any, *, to_host: bool) -> Group | None:
    """The group under which the recipient got it; None for events without a notice any more."""
    if row.event.kind not in notices.notice_kinds():
        return None
    return group_of(notice_of(row.event.kind).group_at(to_host))


def own_delivery_rows(actor: Actor) -> list[DeliveryRow]:
    """What was last sent by e-mail to the actor, as who they act, with the words of the inbox. A few queries."""
    if not actor.is_person:
        return []
    deliveries = Delivery.objects.filter(
        channel=Channel.EMAIL, recipient_id=actor.person_id or 0, tenant_id=actor.tenant_id or 0
    )
    rows = list(_with_jobs(deliveries).order_by("-pk")[:_MAX_OWN])
    items = list(notices.inbox_items(actor).filter(event__in=[row.event_id for row in rows]))
    notices.attach_names(actor, items)
    subjects = {item.event_id: notices.subject_of(item) for item in items}
    return [
        DeliveryRow(row, _group(row, to_host=actor.is_host), subject=subjects.get(row.event_id, ""))
        for row in rows
    ]
