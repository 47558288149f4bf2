"""Downloads for an actor who passed the gate: attachments that no browser runs and no proxy caches."""

from django.http import FileResponse, HttpResponse

from portal.kernel.documents import Document, open_document
from portal.kernel.web import attachment_response, sandbox

_PRIVATE = "private, no-store"


def attachment(content: bytes, name: str, media_type: str) -> HttpResponse:
    """A private file."""
    response = attachment_response(content, name, media_type)
    response["Cache-Control"] = _PRIVATE
    return response


def document_attachment(document: Document) -> FileResponse:
    """The finished bytes of a document that is its requester's alone."""
    response = FileResponse(
        open_document(document),
        as_attachment=True,
        filename=document.file_name,
        content_type=document.media_type,
    )
    sandbox(response)
    response["Cache-Control"] = _PRIVATE
    return response
