"""Uploads: what is taken, what is refused, and in which words."""

import io
import zipfile
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from portal.kernel.errors import DomainError
from portal.kernel.files import check_upload


def sent(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def pdf(change: Callable[[PdfWriter], object] = lambda writer: None) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    change(writer)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


def add_script(writer: PdfWriter) -> None:
    action = {
        NameObject("/S"): NameObject("/JavaScript"),
        NameObject("/JS"): TextStringObject("app.alert(1)"),
    }
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(action)


def workbook(**parts: bytes) -> bytes:
    """A real workbook with further parts (`__` stands for a slash) put into its archive."""
    book, stream = Workbook(), io.BytesIO()
    book.active["A1"] = "weeks"
    book.save(stream)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def picture(form: str, size: tuple[int, int] = (8, 8), mode: str = "RGB") -> bytes:
    stream = io.BytesIO()
    Image.new(mode, size).save(stream, form)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("log.pdf", pdf(), "application/pdf"),
        ("log.XLSX", workbook(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("Журнал.csv", "неделя;штук\n1;5\n".encode(), "text/csv"),
        ("screen.png", picture("PNG"), "image/png"),
        ("screen.jpg", picture("JPEG"), "image/jpeg"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_check_upload_takes_what_is_on_the_list(name: str, content: bytes, media_type: str) -> None:
    checked = check_upload(sent(name, content))

    assert (checked.name, checked.media_type, checked.size) == (name, media_type, len(checked.content))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("run.exe", b"MZ", "Files of this type"),
        ("page.svg", b"<svg/>", "Files of this type"),
        ("macro.xlsm", workbook(), "Files of this type"),
        ("empty.csv", b"", "empty"),
        ("text.pdf", b"hello", "does not match its name"),
        ("drawing.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "does not match its name"),
        ("page.csv", b"<script>alert(1)</script>", "does not match its name"),
        ("book.csv", workbook(), "does not match its name"),
        ("torn.pdf", pdf()[:60], "cannot be read"),
        ("torn.xlsx", workbook()[:400], "cannot be read"),
        ("latin.csv", "человек".encode("cp1251"), "UTF-8"),
        ("locked.pdf", pdf(lambda writer: writer.encrypt("secret")), "password"),
        ("acts.pdf", pdf(add_script), "program"),
        ("parcel.pdf", pdf(lambda writer: writer.add_attachment("a.txt", b"a")), "contains other files"),
        ("macro.xlsx", workbook(xl__vbaProject__bin=b"x", **{"xl__vbaProject.bin": b"x"}), "macros"),
        ("links.xlsx", workbook(**{"xl__externalLinks__externalLink1.xml": b"<x/>"}), "other files"),
        ("bomb.xlsx", workbook(**{"xl__bomb.xml": b"0" * 20_000_000}), "suspicious"),
        (
            "parts.xlsx",
            workbook(**{f"xl__part{number}.xml": b"" for number in range(1001)}),
            "too many parts",
        ),
        ("huge.png", picture("PNG", (8000, 5001), "1"), "40 million"),
        ("hidden\u202efdp.csv", b"a;b", "invisible"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_check_upload_refuses_in_words(name: str, content: bytes, words: str) -> None:
    with pytest.raises(DomainError, match=words) as refusal:
        check_upload(sent(name, content))

    assert refusal.value.field == "file"


def test_check_upload_refuses_what_is_over_25_mb() -> None:
    with pytest.raises(DomainError, match="25 MB"):
        check_upload(sent("large.csv", b"a" * (25 * 1024 * 1024 + 1)))


def test_check_upload_keeps_no_path_and_no_hidden_data_of_a_picture() -> None:
    stream = io.BytesIO()
    Image.new("RGB", (8, 8)).save(stream, "JPEG", comment=b"canary")

    checked = check_upload(sent("C:\\photos\\../me.jpg", stream.getvalue()))

    assert checked.name == "me.jpg"
    assert b"canary" not in checked.content


def test_check_upload_gives_a_pdf_back_as_it_was() -> None:
    content = pdf()

    assert check_upload(sent("log.pdf", content)).content == content
    assert len(PdfReader(io.BytesIO(content)).pages) == 1


def test_a_scanner_that_is_configured_and_away_refuses_everything(settings: object) -> None:
    settings.CLAMAV = "127.0.0.1:9"
    with pytest.raises(DomainError, match="cannot be checked at the moment"):
        check_upload(sent("log.csv", b"a;b"))
