"""Archives whose manifest says something else, sealed as well as a forger can."""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from portal.kernel.backups.archive import MANIFEST, SEAL


def forge(archive: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """A copy of the archive with another manifest."""
    forged = archive.with_name("forged.tar")
    with tarfile.open(archive) as old, tarfile.open(forged, "w") as new:
        for entry in old:
            content = old.extractfile(entry)
            assert content is not None
            raw = content.read()
            if entry.name == MANIFEST:
                facts = json.loads(raw)
                change(facts)
                manifest = raw = json.dumps(facts).encode()
            elif entry.name == SEAL:
                raw = hashlib.sha256(manifest).hexdigest().encode()
            entry.size = len(raw)
            new.addfile(entry, io.BytesIO(raw))
    return forged
