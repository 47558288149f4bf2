"""The kernel's own kinds of job."""

from portal.kernel import documents, notices, stored_files
from portal.kernel.outbox import handles, when_given_up

handles("build_document")(documents.build)
handles("discard_file")(stored_files.discard_file)
handles("route_event")(notices.route_event)
handles("send_delivery")(notices.send_delivery)

when_given_up("build_document", documents.give_up)
