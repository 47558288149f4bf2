"""The state table of a file case; the steps of the virus scan are taken by the portal itself."""

from django.utils.translation import gettext_lazy

from portal.kernel.files.models import FileState
from portal.kernel.workflow import Step, Workflow

_UNDECIDED = (FileState.FETCHED, FileState.FLAGGED, FileState.UNSCANNED)

FILE_WORKFLOW = Workflow(
    "file",
    (
        Step("await_scan", (FileState.FETCHED,), FileState.UNSCANNED),
        Step("pass_scan", (FileState.UNSCANNED,), FileState.FETCHED),
        Step("flag", (FileState.FETCHED,), FileState.FLAGGED, gettext_lazy("Report a file")),
        Step("dismiss", (FileState.FLAGGED,), FileState.FETCHED, gettext_lazy("Nothing is wrong")),
        Step("quarantine", _UNDECIDED, FileState.QUARANTINED, gettext_lazy("Withhold for checking")),
        Step(
            "release",
            (FileState.QUARANTINED, FileState.UNSCANNED),
            FileState.FETCHED,
            gettext_lazy("Release"),
        ),
        Step("purge", (*_UNDECIDED, FileState.QUARANTINED), FileState.PURGED, gettext_lazy("Purge for good")),
    ),
)
