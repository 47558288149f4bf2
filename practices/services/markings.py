"""Files that say themselves to whom they may be passed on: no object in them wider than the label of the practice.

A file is checked when it comes and before a version is shared. A label can be narrowed at once, whatever the files say:
from then on those that say more are not handed out.
"""

from django.utils.translation import gettext as _

from portal.kernel import files
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError
from practices.enums import AttachmentKind, Label, PracticeState
from practices.models import Attachment, Practice
from practices.packs.markings import MarkedObject, wider_marking

_UNSHARED_STATES = (PracticeState.DRAFT, PracticeState.IN_MODERATION)


def refuse_wider_marking(raw: bytes, label: str) -> None:
    """Raise DomainError, with the object, where a bundle or event says more than this label, or what nobody knows."""
    if marked := wider_marking(raw, label):
        raise DomainError(marking_text(marked, label), field="file")


def marking_text(marked: MarkedObject, label: str) -> str:
    """What is wrong with the marking of an object."""
    if marked.unknown:
        message = _(
            "“%(name)s” bears the marking “%(marking)s”, which is no TLP label that the portal knows."
        )
        return message % {"name": marked.name, "marking": marked.unknown}
    message = _("“%(name)s” is marked %(marking)s, which is wider than %(label)s, the label of the practice.")
    return message % {"name": marked.name, "marking": Label(marked.label).label, "label": Label(label).label}


def refuse_wider_files(practice: Practice, label: str) -> None:
    """Raise DomainError for the first file of the working copy that says more than this label."""
    with acting_as(SYSTEM):  # it may be a moderator who shares them
        rows = list(Attachment.objects.filter(practice=practice, removed_at=None, kind=AttachmentKind.FILE))
    for row in rows:
        if _may_be_marked(row) and (marked := wider_marking(files.read(row.file), label)):
            message = _(
                "The file “%(file)s” cannot be shared: %(reason)s Take it out, or mark its objects anew."
            )
            raise DomainError(message % {"file": row.title, "reason": marking_text(marked, label)})


def download_refusal(row: Attachment, content: bytes) -> str:
    """Why a file of a shared practice is not handed out; empty where it is. In a draft all are."""
    practice = row.practice
    if not _may_be_marked(row) or practice.state in _UNSHARED_STATES:
        return ""
    marked = wider_marking(content, practice.label)
    return marking_text(marked, practice.label) if marked else ""


def _may_be_marked(row: Attachment) -> bool:
    return row.kind == AttachmentKind.FILE and row.media_type.startswith("text/")
