"""From an event to its recipients: a few are notified at once, many in parts, with a job for each part."""

from portal.kernel.jobs import Claim, enqueue_all, handles
from portal.kernel.journal import Event, is_known, run_routing_hooks
from portal.kernel.notices.fan_out import notify_recipients
from portal.kernel.notices.registry import Notice, Recipient, find_notice, find_recipients

PART_SIZE = 500  # recipients; so many are notified well within a lease


@handles("route_event")
def route_event(claim: Claim) -> None:
    """Notify each recipient of the event, or queue a job for each part of them when there are many."""
    with claim.finishing():
        event, notice = _event_and_notice(claim)
        if not is_known(event.kind):
            claim.leave_to_newer()
        run_routing_hooks(event, quiet="quiet" in claim.payload)
        if notice is None:
            return
        recipients = list(notice.recipients(event))
        if len(recipients) > PART_SIZE:
            _enqueue_parts(claim, recipients)
        else:
            notify_recipients(notice, event, recipients, quiet="quiet" in claim.payload)


@handles("route_part")
def route_part(claim: Claim) -> None:
    """Notify the people of one part who still have access."""
    with claim.finishing():
        event, notice = _event_and_notice(claim)
        if notice is None:
            claim.leave_to_newer()
            return
        pairs = [pair.split(".") for pair in str(claim.payload["people"]).split()]
        recipients = find_recipients((int(person), int(tenant)) for person, tenant in pairs)
        notify_recipients(notice, event, recipients, quiet="quiet" in claim.payload)


def _event_and_notice(claim: Claim) -> tuple[Event, Notice | None]:
    """The event, and its notice; None when nobody is notified of such events any more."""
    event = Event.objects.get(pk=claim.payload["event"])
    return event, find_notice(event.kind)


def _enqueue_parts(claim: Claim, recipients: list[Recipient]) -> None:
    """The keys name the job, so that each part is queued once, however often the job is tried."""
    people = list(dict.fromkeys(f"{recipient.person_id}.{recipient.tenant_id}" for recipient in recipients))
    parts = {
        f"part:{claim.job_id}:{start}": {
            **claim.payload,
            "people": " ".join(people[start : start + PART_SIZE]),
        }
        for start in range(0, len(people), PART_SIZE)
    }
    enqueue_all("route_part", parts)
