"""The documents of this app, as the kernel's worker knows them."""

from django.utils.translation import gettext_lazy as _

from portal.kernel.documents import DocumentKind, register
from practices.documents import archive, brief
from practices.services.documents import ARCHIVE_KIND, BRIEF_KIND


def register_kinds() -> None:
    """Hand the kinds to the kernel; called once, when the app is ready."""
    register(
        DocumentKind(
            BRIEF_KIND,
            brief.collect,
            brief.render,
            brief.visible_briefs,
            brief.log_brief_download,
            label=_("Practice brief"),
        )
    )
    register(
        DocumentKind(
            ARCHIVE_KIND,
            archive.collect,
            archive.render,
            archive.visible_archives,
            label=_("Practices of your organisation (Markdown)"),
        )
    )
