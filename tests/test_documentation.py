"""What the documents name in the source is there."""

import re

from portal.kernel.documents.kinds import KINDS
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


def test_every_page_of_the_documentation_is_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        page = page / "README.md" if page.is_dir() else page
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        links = re.findall(r"\]\((?!\w+:)([^)#\s]+)", page.read_text(encoding="utf-8"))
        waiting += [(page.parent / link).resolve() for link in links]
    assert {
        page.relative_to(ROOT).as_posix() for page in set((ROOT / "docs").rglob("*.md")) - reached
    } == set()


def test_every_decision_is_listed_by_subject() -> None:
    folder = ROOT / "docs/decisions"
    listed = re.findall(
        r"^- \[\d{4}\]\(([^)]+)\)", (folder / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert sorted(listed) == sorted(path.name for path in folder.glob("0*.md"))


def test_every_kind_of_document_has_its_row() -> None:
    text = (ROOT / "docs/how-to/documents.md").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in text.partition("\n\n## ")[0].splitlines() if line.startswith("| ")]
    kinds = re.findall(r"`([\w.]+)`", " ".join(row[1] for row in rows))
    assert sorted(kinds) == sorted(KINDS)
