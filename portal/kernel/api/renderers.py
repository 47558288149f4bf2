"""Files as answers: sent in their own media type, and described so in the schema."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework.renderers import BaseRenderer


class FileRenderer(BaseRenderer):
    """Sends a file in its own media type, whatever format was requested; the view writes the answer itself."""

    media_type = "application/octet-stream"
    format = "file"


# what a view with that renderer says of its answers; the first is what generated clients read
FILE_RESPONSES = {
    (200, media_type): OpenApiResponse(
        OpenApiTypes.BINARY, "The file, as an attachment, with its own media type."
    )
    for media_type in (FileRenderer.media_type, "*/*")
}
