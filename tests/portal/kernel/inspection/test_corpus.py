"""What each hostile file is refused for, and where; and that its harmless twin is taken. Parsed in this process."""

from collections.abc import Callable

import pytest

from portal.kernel.inspection import Place, Refusal, packed_texts, pdf, pictures, tables, workbook
from portal.kernel.inspection.answer import Answer
from tests.support.uploads import pdfs, workbooks, zips
from tests.support.uploads import pictures as images


def refusal(inspect: Callable[[bytes], Answer], content: bytes) -> tuple[str, Place]:
    with pytest.raises(Refusal) as refused:
        inspect(content)
    return refused.value.code, refused.value.place


@pytest.mark.parametrize("name", workbooks.HOSTILE)
def test_a_workbook_that_acts_or_reaches_out_is_refused(name: str) -> None:
    code, word, change = workbooks.HOSTILE[name]

    refused, place = refusal(workbook.inspect, workbooks.changed(change))

    assert refused == code
    assert word in f"{place.sheet} {place.cell} {place.part}"


@pytest.mark.parametrize("name", zips.HOSTILE)
def test_a_zip_that_lies_or_swells_is_refused(name: str) -> None:
    code, word, make = zips.HOSTILE[name]

    refused, place = refusal(workbook.inspect, make())

    assert (refused, word in place.part) == (code, True)


@pytest.mark.parametrize("name", pdfs.HOSTILE)
def test_a_pdf_that_acts_or_reaches_out_is_refused(name: str) -> None:
    code, page, make = pdfs.HOSTILE[name]

    assert refusal(pdf.inspect, make()) == (code, Place(page=page))


def test_plain_workbooks_are_taken() -> None:
    for change in workbooks.HARMLESS.values():
        workbook.inspect(workbooks.changed(change))
    for write in (*workbooks.WRITERS, *zips.HARMLESS.values()):
        workbook.inspect(write())


@pytest.mark.parametrize("name", pdfs.HARMLESS)
def test_plain_pdfs_are_taken(name: str) -> None:
    assert pdf.inspect(pdfs.HARMLESS[name]()).files == ()


@pytest.mark.parametrize(
    ("content", "code", "row"),
    [
        ("a;b\n1;человек\n".encode("cp1251"), "not-utf8", 2),
        ("a;b\n".encode("utf-16"), "not-utf8", 0),
        (b"a;b\n1;\x00\n", "csv-binary", 2),
        (b'a;b\n1;2\n"' + b"x" * 140_000, "csv-cell", 3),
    ],
    ids=["encoding", "utf-16", "binary", "cell"],
)
def test_a_table_that_cannot_be_read_is_refused_with_its_row(content: bytes, code: str, row: int) -> None:
    assert refusal(tables.inspect, content) == (code, Place(row=row))


def test_a_table_may_have_formulas_and_any_sign() -> None:
    tables.inspect("\ufeffстрана;сумма\r\n=1+1;😀\n".encode())


@pytest.mark.parametrize("name", images.HARMLESS)
def test_nothing_but_the_picture_is_kept(name: str) -> None:
    content, form, mode, size = images.HARMLESS[name]()

    ((_name, encoded),) = pictures.inspect(content).files

    assert images.CANARY not in encoded
    assert images.described(encoded) == (form, mode, size, 1)


def test_a_picture_of_too_many_pixels_is_refused() -> None:
    assert refusal(pictures.inspect, images.huge())[0] == "image-too-large"


def test_of_a_zip_of_texts_no_more_than_the_wanted_is_unpacked() -> None:
    bomb = b"0" * 3_000_000
    content = workbooks.packed({"a.md": b"# A", "picture.png": bomb, "b.txt": b"b"})

    answer = packed_texts.inspect(content, endings=[".md"], files=5, unpacked=1000, file_size=100)

    assert answer.files == [("a.md", b"# A")]
