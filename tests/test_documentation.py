"""What the documents name in the source is there."""

import re

from portal.local.environment import ROOT


def test_every_test_that_a_document_names_exists() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    existing = set(re.findall(r"def (test_\w+)\(", source))
    missing = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
        for name in re.findall(r"`(test(?:_\w+){2,})`", path.read_text(encoding="utf-8"))
        if name not in existing
    }
    assert missing == set()
