"""What goes from the practices when a person is erased; what they wrote stays under a neutral name."""

from portal.kernel import clock, stored_files
from portal.kernel.personal import Leaver, forgets
from practices.models import ArchiveEntry, GroupMembership, ImportedFile, PracticeImport


@forgets()
def forget_groups(leaver: Leaver) -> None:
    """Whoever is erased is in no working group any more."""
    held = GroupMembership.objects.filter(person_id=leaver.person_id, ended_at=None)
    held.update(ended_at=clock.now())


@forgets("practices.PracticeImport.person")
def forget_imports(leaver: Leaver) -> None:
    """Their imports go, with the files; the practices that came of them stay."""
    own = PracticeImport.objects.filter(person_id=leaver.person_id)
    for row in ImportedFile.objects.filter(upload__in=own).exclude(file=""):
        stored_files.remove(row.file)
    own.delete()


@forgets("practices.ArchiveEntry.person")
def forget_archives(leaver: Leaver) -> None:
    """What was in archives of theirs; the archives themselves are documents, and go with those."""
    ArchiveEntry.objects.filter(person_id=leaver.person_id).delete()
