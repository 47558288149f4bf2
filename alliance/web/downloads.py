"""Downloads as attachments that no browser runs: private ones, which no proxy caches, and public files."""

from django.http import FileResponse, HttpResponse
from django.utils.http import quote_etag

from alliance.models import Report, Submission
from portal.kernel import files
from portal.kernel.documents import Document, open_document
from portal.kernel.web import attachment_response, stored_file_response

_PRIVATE = "private, no-store"


def attachment(content: bytes, name: str, media_type: str) -> HttpResponse:
    """A private file."""
    response = attachment_response(content, name, media_type)
    response["Cache-Control"] = _PRIVATE
    return response


def document_attachment(document: Document) -> FileResponse:
    """The finished bytes of a document that is its requester's alone."""
    response = stored_file_response(open_document(document), document.file_name, document.media_type)
    response["Cache-Control"] = _PRIVATE
    return response


def public_file(path: str, name: str, media_type: str, sha256: str) -> FileResponse:
    """A public file; asked for again each time, so that a purge works at once."""
    response = stored_file_response(files.open_file(path, sha256), name, media_type)
    response["ETag"] = quote_etag(sha256)
    response["Cache-Control"] = "public, max-age=0, must-revalidate"
    return response


def submission_attachment(report: Report, submission: Submission) -> HttpResponse:
    """The exact bytes that were filed."""
    name = f"{report.organisation.slug}-{report.cycle.slug}-{submission.number}.json"
    return attachment(bytes(submission.body), name, "application/json")
