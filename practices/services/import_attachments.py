"""Files that an import keeps as they are: what the work would refuse in them is refused by the dry run."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _

from portal.kernel import files
from portal.kernel.errors import DomainError
from practices.enums import ImportChoice, Label
from practices.models import ImportedFile
from practices.packs.folder_texts import check_text
from practices.packs.markings import wider_marking
from practices.services.import_proposals import PlannedFile
from practices.services.markings import marking_text


def check_attachment(planned: PlannedFile, *policies: PlannedFile) -> None:
    """Raise DomainError for what cannot be kept beside these policies.

    An object that is marked wider than the label which its draft gets, where the policy states none, is left out until
    somebody chooses otherwise.
    """
    if files.is_checked_kind(planned.name):
        files.check_upload(SimpleUploadedFile(planned.short_name, planned.raw))
    else:
        check_text(planned.raw)
    for policy in policies:
        stated = stated_label(policy)
        label = stated or Label.AMBER_STRICT
        marked = wider_marking(planned.raw, label)
        if marked is None:
            continue
        if stated or marked.unknown:
            raise DomainError(marking_text(marked, label))
        planned.choice = ImportChoice.LEAVE_OUT
        planned.note(marking_text(marked, label))
        planned.note(
            _("Chosen all the same, it keeps the practice from being shared under a narrower label.")
        )


def stated_label(policy: PlannedFile | ImportedFile) -> str:
    """The label of the shared practice that the policy changes, else the one that its file states; may be empty."""
    return str(policy.report.get("label_of_practice") or policy.report.get("label", ""))
