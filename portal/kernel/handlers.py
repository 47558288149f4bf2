"""The kernel's own kinds of job."""

from portal.kernel import documents, stored_files
from portal.kernel.notices import digests, routing, sending
from portal.kernel.outbox import handles

handles("build_document")(documents.build)
handles("discard_file")(stored_files.discard_file)
handles("route_event")(routing.route_event)
handles("send_delivery")(sending.send_delivery)
handles("send_digest")(digests.send_digest)
