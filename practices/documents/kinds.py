"""The documents of this floor, as the kernel's worker knows them."""

from portal.kernel.documents import Kind, register
from practices.documents import archive, brief
from practices.services.documents import ARCHIVE, BRIEF


def register_kinds() -> None:
    """Hand the kinds to the kernel; called once, when the app is ready."""
    register(Kind(BRIEF, brief.collect, brief.render, brief.sight, brief.fetched))
    register(Kind(ARCHIVE, archive.collect, archive.render, archive.sight))
