"""Files with answers that are uploaded to a report."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class UploadKind(TextChoices):
    """What the file is: the report's form as a workbook, or a table of figures."""

    FORM = "form", _("Form of the report, XLSX")
    FIGURES = "figures", _("Table of figures, CSV")
    TABLE = "table", _("Table of one’s own")


class UploadState(TextChoices):
    """Each language writes a state in the gender of its word for a file."""

    READING = "reading", pgettext_lazy("file", "Being read")
    MAPPING = "mapping", pgettext_lazy("file", "Waits for what its columns are")
    READY = "ready", pgettext_lazy("file", "Waits for you to decide")
    SAVED = "saved", pgettext_lazy("file", "Saved")
    TAKEN_BACK = "taken_back", pgettext_lazy("file", "Taken back")
    FAILED = "failed", pgettext_lazy("file", "Cannot be taken")
    CANCELLED = "cancelled", pgettext_lazy("file", "Thrown away")
    EXPIRED = "expired", pgettext_lazy("file", "Deleted unused")


class UploadStage(TextChoices):
    """How far the reading of a file has come."""

    RECEIVED = "received", _("Received")
    READING = "reading", _("Reading")
    COMPARING = "comparing", _("Comparing with the report")


OPEN_UPLOAD_STATES = (UploadState.READING, UploadState.MAPPING, UploadState.READY)
