"""Files of people in answers: saved, or shown as pictures, and never run by a browser."""

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from portal.kernel.files import VerifiedFile


def _with_charset(media_type: str) -> str:
    """All text here is UTF-8; uploads are refused when theirs is not."""
    is_text = media_type.startswith("text/") and "charset" not in media_type
    return f"{media_type}; charset=utf-8" if is_text else media_type


def attachment_response(content: bytes, name: str, media_type: str) -> HttpResponse:
    """The bytes as a file to be saved under this name."""
    response = HttpResponse(content, content_type=_with_charset(media_type))
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    sandbox(response)
    return response


class _StoredFileResponse(FileResponse):
    block_size = 64 * 1024


def stored_file_response(stored: VerifiedFile, name: str, media_type: str) -> FileResponse:
    """A stored file to be saved under this name. One that turns out to be damaged on the way is never finished.

    The length is announced, so that every client and every proxy sees that it got less.
    """
    response = _StoredFileResponse(
        stored, as_attachment=True, filename=name, content_type=_with_charset(media_type)
    )
    response["Content-Length"] = str(stored.size)
    sandbox(response)
    return response


def sandbox(response: HttpResponseBase) -> None:
    """Add headers under which a browser runs nothing of the file, whatever is in it, and asks nobody for anything."""
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
