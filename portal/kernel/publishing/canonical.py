"""A publication as bytes: canonical JSON, digest, and the document read back from them."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import rfc8785

from portal.kernel.publishing.models import Publication

PublicationContent = Mapping[str, Any]


def canonical(document: PublicationContent) -> bytes:
    """The RFC 8785 bytes; figures are decimal strings, so no publication ever contains a float."""
    return rfc8785.dumps(dict(document))


def digest(raw: bytes) -> str:
    """The SHA-256 of the bytes, in hexadecimal: what pages and documents call the digest."""
    return hashlib.sha256(raw).hexdigest()


def read_publication(publication: Publication) -> dict[str, Any]:
    """The document of a publication, from its stored bytes."""
    return json.loads(bytes(publication.body))["document"]
