"""The kernel's own kinds of job."""

from portal.kernel import documents, file_cases, notices, retention, stored_files
from portal.kernel.outbox import handles

handles("build_document")(documents.build)
handles("discard_file")(stored_files.discard_file)
handles("erase_file")(file_cases.erase_file)
handles("purge_expired")(retention.purge_expired)
handles("route_event")(notices.route_event)
handles("send_delivery")(notices.send_delivery)
