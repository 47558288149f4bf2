"""What care is taken of: cases of files in each state, and an archive that Alice has had built about herself."""

import hashlib
from typing import Any

from alliance.queries.personal_archives import PERSONAL_DATA_KIND
from portal.kernel import files
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents import Document, DocumentState
from portal.kernel.files import CaseNote, FileCase, FileState
from tests.factories import Cast
from tests.support.canaries import canary

UrlKwargs = dict[str, Any]
FLAGGED, QUARANTINED, FREE = "1" * 64, "2" * 64, "3" * 64


def make_file_cases(cast: Cast) -> dict[str, UrlKwargs]:
    """The places by name. None of these digests is that of a file that stands somewhere."""
    for sha256, state in ((FLAGGED, FileState.FLAGGED), (QUARANTINED, FileState.QUARANTINED)):
        case = FileCase.objects.create(sha256=sha256, state=state, concern="illegal")
        with acting_as(SYSTEM):
            CaseNote.objects.create(
                case=case,
                action="flag",
                text=canary("file-reason"),
                person_id=cast.bob.pk,
                tenant_id=cast.aurora.pk,
            )
    _archive(cast)
    return {
        "file.quarantined": {"sha256": QUARANTINED},
        "file.flag": {"sha256": FREE, "action": "flag"},
        "file.dismiss": {"sha256": FLAGGED, "action": "dismiss"},
        "file.quarantine": {"sha256": FLAGGED, "action": "quarantine"},
        "file.release": {"sha256": QUARANTINED, "action": "release"},
        "file.purge": {"sha256": QUARANTINED, "action": "purge"},
        "journal.csv": {"kind": "csv"},
        "journal.jsonl": {"kind": "jsonl"},
        "job.kind": {"kind": "send_delivery"},
    }


def _archive(cast: Cast) -> None:
    content = canary("personal-archive").encode()
    Document.objects.create(
        kind=PERSONAL_DATA_KIND, target_id=cast.alice.pk, language="en", title="About Alice", requested_by=cast.alice,
        state=DocumentState.READY, file=files.store_at("documents/alice", content), size=len(content),
        file_name="personal-data.zip", media_type="application/zip", sha256=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
