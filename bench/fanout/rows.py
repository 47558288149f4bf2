"""From one act to an inbox item and a letter for each: the portal's own routing, beside as many rows written raw."""

import json

from django.db import connection, transaction
from psycopg2.extras import execute_values

from alliance.models import Cycle
from bench.fanout.recipients import publish_again
from bench.processor_time import ProcessorTime
from portal.kernel import jobs
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.jobs import Job, JobState
from portal.kernel.journal import Event
from portal.kernel.notices import Delivery

_DELIVERY = "portal_delivery (event_id, channel, recipient_id, tenant_id, state, quotes, subject, url, code)"
_JOB = "portal_job (kind, dedupe_key, payload, state, attempts, last_error, cancel_reason, request_id)"


def route(manager: Actor, cycle: Cycle, people: int) -> float:
    """Processor time of routing one act to all of them, in parts, in milliseconds. Fails when somebody is left out."""
    job = publish_again(manager, cycle)
    before = _delivery_count()
    with ProcessorTime() as spent:
        jobs.run_job(job)
        with acting_as(SYSTEM):
            parts = list(
                Job.objects.filter(kind="route_part", state=JobState.READY).values_list("pk", flat=True)
            )
        for part in parts:
            jobs.run_job(part)
    delivery_count = _delivery_count() - before
    with acting_as(SYSTEM):
        state = Job.objects.get(pk=job).state
    if delivery_count != 2 * people or state != JobState.DONE:
        raise ValueError(f"{delivery_count} lines and letters instead of {2 * people}; the job is {state}")
    return spent.ms


def _delivery_count() -> int:
    with acting_as(SYSTEM):
        return Delivery.objects.count()


def insert(cycle: Cycle, people: int) -> float:
    """Beside it: the same rows, known beforehand, in a few large statements; they are taken back."""
    with acting_as(SYSTEM):
        event = Event.objects.filter(target_id=cycle.pk, kind="cycle.publish").latest("pk").pk
        rows = Delivery.objects.filter(event_id=event, channel="inbox")
        recipients = list(rows.values_list("recipient_id", "tenant_id", "url"))
    quoted = json.dumps({"cycle.title": {"en": "First half of 2026", "ru": "Первое полугодие 2026 года"}})
    deliveries = []
    for person, tenant, url in recipients:
        deliveries.append((event, "inbox", person, tenant, "sent", quoted, "", url, ""))
        deliveries.append((event, "email", person, tenant, "pending", "{}", "", "", ""))
    jobs = [
        ("send_delivery", f"bench:{number}", json.dumps({"delivery": number}), "ready", 0, "", "", "")
        for number in range(people)
    ]
    with acting_as(SYSTEM), transaction.atomic(), connection.cursor() as cursor:
        Delivery.objects.filter(event_id=event).delete()
        with ProcessorTime() as spent:
            execute_values(cursor.cursor, f"INSERT INTO {_DELIVERY} VALUES %s", deliveries, page_size=1000)
            execute_values(cursor.cursor, f"INSERT INTO {_JOB} VALUES %s", jobs, page_size=1000)
        transaction.set_rollback(True)
    return spent.ms
