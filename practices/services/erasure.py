"""What goes from the practices when a person is erased; what they wrote stays under a neutral name."""

from portal.kernel import clock, files
from portal.kernel.privacy import Erasure, on_erasure
from practices.models import ArchiveEntry, GroupMembership, ImportedFile, PracticeImport


@on_erasure()
def erase_group_memberships(erasure: Erasure) -> None:
    """End an erased person's memberships of working groups."""
    group_memberships = GroupMembership.objects.filter(person_id=erasure.person_id, ended_at=None)
    group_memberships.update(ended_at=clock.now())


@on_erasure("practices.PracticeImport.person")
def erase_imports(erasure: Erasure) -> None:
    """Their imports go, with the files; the practices that came of them stay."""
    own = PracticeImport.objects.filter(person_id=erasure.person_id)
    for row in ImportedFile.objects.filter(upload__in=own).exclude(file=""):
        files.discard_soon(row.file, key=f"import:{row.pk}:erased")
    own.delete()


@on_erasure("practices.ArchiveEntry.person")
def erase_archive_entries(erasure: Erasure) -> None:
    """The contents lists of their archives; the archives themselves are documents, and go with those."""
    ArchiveEntry.objects.filter(person_id=erasure.person_id).delete()
