"""What was sent, in one digest: the same for the same request, whatever boundary its parts were sent with."""

import hashlib
from collections.abc import Collection

from django.http import HttpRequest


def add_form(digest: "hashlib._Hash", request: HttpRequest, *, without: Collection[str] = ()) -> None:
    """Add the fields of a form, those named apart, and the bytes of its files."""
    for name, values in sorted(request.POST.lists()):
        if name not in without:
            digest.update(repr((name, values)).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            digest.update(repr((name, file.name, file.size)).encode())
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
