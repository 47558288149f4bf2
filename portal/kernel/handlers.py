"""The kernel's own kinds of job."""

from portal.kernel import documents, notices
from portal.kernel.outbox import handles

handles("build_document")(documents.build)
handles("route_event")(notices.route_event)
handles("send_delivery")(notices.send_delivery)
