"""PDFs from a real compiler: literal text, the same bytes, accessible, Cyrillic that can be copied out."""

import io
import shutil
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from django.utils.translation import gettext_lazy
from pypdf import PdfReader

from portal.kernel.documents import TypesettingError, render_pdf, templates_root, typesetting
from tests.portal.kernel.documents.typesetting_sample import chart, english, russian

DATED = datetime(2026, 9, 18, 12, 0, tzinfo=UTC)
MARKUP = "#panic() $x$ *bold* _em_ @ref <label> \\ // /* ~ --- `raw` [x] = y"
PAGE = (
    '#import "/lib/report-style.typ": *\n#show: report-page.with(name: "House")\n#opening("1", "Opening")\n'
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The Typst library next to the sample, in a folder whose name needs escaping."""
    folder = tmp_path / "корень с пробелом"
    shutil.copytree(templates_root() / "lib", folder / "lib")
    shutil.copy(Path(__file__).with_name("typesetting_sample.typ"), folder / "sample.typ")
    return folder


def render(root: Path, data: dict[str, object], language: str = "en", dated: datetime = DATED) -> bytes:
    assets = {"chart.svg": chart()}
    return render_pdf(
        "sample.typ", data, language=language, title="Sample", dated=dated, assets=assets, root=root
    )


def render_body(root: Path, body: str, **data: object) -> bytes:
    (root / "body.typ").write_text(PAGE + body, encoding="utf-8")
    return render_pdf("body.typ", data, language="en", title="Body", dated=DATED, root=root)


def text_of(pdf: bytes) -> str:
    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(words.replace("\u200b", "").split())


def test_the_sample_is_one_page_with_all_its_words(root: Path) -> None:
    pdf = render(root, english())
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1
    for words in ("Find harmful content ourselves", "1,286,365", "Withheld", "Substantial", "1 of 1"):
        assert words in text_of(pdf)


def test_cyrillic_can_be_copied_out(root: Path) -> None:
    text = text_of(render(root, russian(), "ru"))
    for words in ("Находить и ограничивать", "Секретариат, 10 сентября 2026 г.", "1 из 1"):
        assert words in text


def test_what_a_person_wrote_stays_literal(root: Path) -> None:
    assert MARKUP in text_of(render_body(root, "#data.words", words=MARKUP))


def test_paragraphs_and_line_feeds_are_kept(root: Path) -> None:
    pdf = render_body(root, "#prose(data.words)", words="one\r\ntwo\n\nthree")
    lines = [line.strip() for line in PdfReader(io.BytesIO(pdf)).pages[0].extract_text().splitlines()]
    assert [line for line in lines if line in {"one", "two", "three"}] == ["one", "two", "three"]


def test_the_same_input_gives_the_same_bytes(root: Path) -> None:
    moscow = DATED.astimezone(timezone(timedelta(hours=3)))
    assert render(root, english()) == render(root, english(), dated=moscow)


def test_another_date_gives_other_bytes(root: Path) -> None:
    assert render(root, english()) != render(root, english(), dated=DATED + timedelta(days=1))


def test_it_is_an_accessible_pdf_that_says_so(root: Path) -> None:
    reader = PdfReader(io.BytesIO(render(root, russian(), "ru")))
    catalogue = reader.trailer["/Root"]
    marker = b"<pdfuaid:part>1</pdfuaid:part>"

    assert marker in reader.xmp_metadata.stream.get_data()
    assert (catalogue["/Lang"], catalogue["/MarkInfo"]["/Marked"]) == ("ru", True)
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.creation_date) == ("Sample", DATED)


def test_the_header_of_a_long_table_is_repeated_and_marked_as_header(root: Path) -> None:
    rows = [{"name": f"Row {index}", "cells": [str(index)]} for index in range(90)]
    pdf = render_body(
        root, '#section("Figures", figures(("Indicator", "Total column"), data.rows))', rows=rows
    )
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]

    assert len(pages) > 1
    assert ["Total column" in page for page in pages] == [True] * len(pages)
    assert b"/S/TH" in pdf.replace(b" ", b"")


def test_a_drawing_without_alternative_text_is_refused(root: Path) -> None:
    body = '#image(bytes("<svg xmlns=\\"http://www.w3.org/2000/svg\\"/>"), format: "svg")'
    with pytest.raises(TypesettingError, match="alt"):
        render_body(root, body)


def test_a_warning_is_an_error(root: Path) -> None:
    with pytest.raises(TypesettingError, match="unknown font family"):
        render_body(root, '#text(font: "No Such Font")[x]')


def test_a_mistake_in_a_template_is_reported_with_its_place(root: Path) -> None:
    with pytest.raises(TypesettingError, match=r"body\.typ"):
        render_body(root, "#data.missing")


def test_nothing_above_the_root_can_be_read(root: Path) -> None:
    (root.parent / "secret.txt").write_text("secret", encoding="utf-8")
    with pytest.raises(TypesettingError):
        render_body(root, '#read("../secret.txt")')


def test_packages_from_outside_are_not_fetched(root: Path) -> None:
    with pytest.raises(TypesettingError):
        render_body(root, '#import "@preview/no-such-package:0.0.0": *')


def test_what_no_font_can_draw_is_replaced_and_the_rest_stays(root: Path) -> None:
    text = text_of(render_body(root, "#data.words", words="smile 😀 and 漢字, bell\x07, ₽ ≥ →"))
    assert "smile � and ��, bell, ₽ ≥ →" in text


def test_half_a_character_is_left_out(root: Path) -> None:
    assert "left right" in text_of(render_body(root, "#data.words", words="left \ud83dright"))


def test_a_compiler_that_takes_too_long_is_stopped(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "_TIMEOUT", 0.001)
    with pytest.raises(TypesettingError, match="not done after"):
        render_body(root, "words")


def test_lazy_texts_appear_in_the_language_of_the_document(root: Path) -> None:
    assert "English" in text_of(render_body(root, "#data.words", words=gettext_lazy("English")))


def test_what_is_not_for_display_is_refused(root: Path) -> None:
    with pytest.raises(TypeError, match="format it first"):
        render_body(root, "#data.day", day=DATED)


def test_a_date_without_a_zone_is_refused(root: Path) -> None:
    with pytest.raises(ValueError, match="time zone"):
        render(root, english(), dated=datetime(2026, 9, 18))


def test_every_part_of_the_library_compiles(root: Path) -> None:
    body = """
#cover(kicker: "Kicker", lead: "Lead", facts: (("Signed", "M. O."), ("Dated", "18 September")))
#for level in range(6) { chip(level, "Level " + str(level)) }
#history(range(6).map(level => (level: level, text: str(level))))
#notice("Correction", [was 1, is 2])
#data-table(("What", "Who"), (("a", "b"), ("c", [d])), widths: (1fr, 2cm))
#legend((("c", "corrected"),))
#citation(([Cite this], link("https://record.example/")[record.example]))
"""
    text = text_of(render_body(root, body))
    assert [words in text for words in ("Kicker", "Level 5", "Correction", "record.example")] == [True] * 4
