"""The kernel's own kinds of job."""

from portal.kernel import documents, file_cases, outbox_admin, retention, stored_files
from portal.kernel.models import Delivery, DeliveryState, Job
from portal.kernel.notices import digests, routing, sending
from portal.kernel.outbox import handles, when_given_up

handles("build_document")(documents.build)
handles("discard_file")(stored_files.discard_file)
handles("erase_file")(file_cases.erase_file)
handles("purge_expired")(retention.purge_expired)
handles("route_event")(routing.route_event)
handles("route_part")(routing.route_part)
handles("send_delivery", outward=True)(sending.send_delivery)
handles("send_digest", outward=True)(digests.send_digest)

when_given_up("build_document", documents.give_up)


@outbox_admin.when_cancelled("build_document")
def _say_not_built(job: Job) -> None:
    """Whoever waits for a document learns that nobody builds it."""
    documents.give_up(job.payload)


@outbox_admin.when_cancelled("send_delivery")
def _say_given_up(job: Job) -> None:
    """A message that somebody has given up says so wherever it is listed."""
    waiting = Delivery.objects.filter(pk=job.payload.get("delivery"), state=DeliveryState.PENDING)
    waiting.update(state=DeliveryState.GIVEN_UP)
