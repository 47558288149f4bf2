"""The documents of this floor, as the kernel's worker knows them."""

from django.utils.translation import gettext_lazy as _

from portal.kernel.documents import Kind, register
from practices.documents import archive, brief
from practices.services.documents import ARCHIVE, BRIEF


def register_kinds() -> None:
    """Hand the kinds to the kernel; called once, when the app is ready."""
    register(Kind(BRIEF, brief.collect, brief.render, brief.sight, brief.fetched, words=_("Practice brief")))
    register(
        Kind(
            ARCHIVE,
            archive.collect,
            archive.render,
            archive.sight,
            words=_("Practices of your organisation (Markdown)"),
        )
    )
