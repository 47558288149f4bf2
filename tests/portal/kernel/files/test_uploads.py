"""Uploads: what is taken, what is refused, and in which words; through the process of its own."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from portal.kernel import inspection
from portal.kernel.errors import DomainError
from portal.kernel.files import check_upload
from portal.kernel.files.uploads.refusals import refusal_text
from portal.kernel.inspection import Place
from tests.support.uploads import pdfs, pictures, workbooks, zips

pytestmark = pytest.mark.django_db
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PHOTO, DRAWING = (pictures.HARMLESS[name]()[0] for name in ("photo", "drawing"))


def sent(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("log.pdf", pdfs.HARMLESS["by-typst"](), "application/pdf"),
        ("log.XLSX", workbooks.by_xlsxwriter(), XLSX),
        ("Журнал.csv", "неделя;штук\n1;5\n".encode(), "text/csv"),
        ("screen.png", DRAWING, "image/png"),
        ("screen.jpg", PHOTO, "image/jpeg"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_check_upload_takes_what_is_on_the_list(name: str, content: bytes, media_type: str) -> None:
    checked = check_upload(sent(name, content))

    assert (checked.name, checked.media_type, checked.size) == (name, media_type, len(checked.content))
    assert (checked.content == content) == (
        checked.sides == (0, 0)
    )  # pictures are encoded anew, nothing else is
    assert pictures.CANARY not in checked.content


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("run.exe", b"MZ", "Files of this type"),
        ("page.svg", b"<svg/>", "Files of this type"),
        ("macro.xlsm", workbooks.plain(), "Files of this type"),
        ("empty.csv", b"", "empty"),
        ("text.pdf", b"hello", "does not match its name"),
        ("drawing.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "does not match its name"),
        ("page.csv", b"<script>alert(1)</script>", "does not match its name"),
        ("book.csv", workbooks.plain(), r"it is XLSX, not CSV.* let its name end in \.xlsx"),
        ("print.csv", pdfs.pdf(), r"it is PDF, not CSV.* let its name end in \.pdf"),
        ("print.xlsx", pdfs.pdf(), "it is PDF, not XLSX"),
        ("packed.csv", zips.archive({"a.txt": b"a"}), "does not match its name. Save it again as CSV"),
        ("packed.xlsx", zips.archive({"a.txt": b"a"}), "This is not an XLSX workbook"),
        ("locked.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "locked with a password, or of the old kind"),
        ("hidden\u202efdp.csv", b"a;b", "invisible"),
        ("torn.pdf", pdfs.pdf()[:60], "cannot be read: it is damaged"),
        ("latin.csv", "weeks\nчеловек".encode("cp1251"), r"not UTF-8 \(row 2\)"),
        ("acts.pdf", pdfs.HOSTILE["launch-of-page"][2](), r"starts something by itself \(page 1\)"),
        (
            "dde.xlsx",
            workbooks.changed(workbooks.HOSTILE["dde-formula"][2]),
            r"data \(DDE\) \(sheet “Counts”, cell B3\)",
        ),
        ("links.xlsx", workbooks.changed(workbooks.HOSTILE["external-link"][2]), r"\(part “xl/data9.xml”\)"),
        ("bomb.xlsx", zips.HOSTILE["bomb"][2](), r"suspicious way \(part “xl/bomb.xml”\)"),
        ("huge.png", pictures.huge(), "40 million"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_check_upload_refuses_in_words(name: str, content: bytes, words: str) -> None:
    with pytest.raises(DomainError, match=words) as refusal:
        check_upload(sent(name, content))

    assert refusal.value.field == "file"


def test_check_upload_refuses_what_is_over_25_mb() -> None:
    with pytest.raises(DomainError, match="25 MB"):
        check_upload(sent("large.csv", b"a" * (25 * 1024 * 1024 + 1)))


def test_check_upload_keeps_no_path() -> None:
    assert check_upload(sent("C:\\photos\\../me.csv", b"a;b")).name == "me.csv"


def _codes() -> Iterator[str]:
    """The codes that inspections refuse with, as they stand in their source."""
    zip_only = {"zip-name", "zip-path", "zip-link"}
    for module in Path(inspection.__file__).parent.glob("*.py"):
        text = module.read_text(encoding="utf-8")
        yield from set(re.findall(r"Refusal\(\s*\"([a-z0-9-]+)\"", text)) - zip_only
    for corpus in (workbooks.HOSTILE, zips.HOSTILE, pdfs.HOSTILE):
        yield from (row[0] for row in corpus.values())


def test_every_refusal_has_its_sentence_in_both_languages() -> None:
    place = Place(sheet="Counts", cell="B3")
    for code in {*_codes(), "old-workbook", "too-slow"}:
        with translation.override("en"):
            english, other = refusal_text(code, place), refusal_text("no such code", place)
        with translation.override("ru"):
            russian = refusal_text(code, place)
        assert (english == other) == (code == "unreadable"), code
        assert re.search("[а-я]", russian), code
        assert "%(" not in english + russian
