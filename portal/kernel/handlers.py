"""The kernel's own kinds of job."""

from portal.kernel import documents, notices, stored_files
from portal.kernel.outbox import handles

handles("build_document")(documents.build)
handles("discard_file")(stored_files.discard_file)
handles("route_event")(notices.route_event)
handles("send_delivery", outward=True)(notices.send_delivery)
