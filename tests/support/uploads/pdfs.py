"""PDFs written by hand, since no library would write what they hide; and plain ones of the usual writers."""

import io
import zlib
from collections.abc import Callable, Mapping

import typst
from pypdf import PdfWriter

SCRIPT = "<</S/JavaScript/JS(app.alert(1))>>"
_PAGE = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Annots[5 0 R]>>"


def pdf(
    action: str = "<</S/GoTo/D[3 0 R/Fit]>>",
    annotation: str = "<</Subtype/Link/Rect[0 0 9 9]>>",
    catalog: str = "",
    further: str = "null",
    generation: int = 0,
) -> bytes:
    """One page whose opening does `action` (object 4, of this generation), with one annotation; object 6 is `further`."""
    return written([
        ("1 0", f"<</Type/Catalog/Pages 2 0 R/OpenAction 4 {generation} R{catalog}>>"),
        ("2 0", "<</Type/Pages/Kids[3 0 R]/Count 1>>"),
        ("3 0", _PAGE),
        (f"4 {generation}", action),
        ("5 0", annotation),
        ("6 0", further),
    ])  # fmt: skip


def written(objects: list[tuple[str, str]]) -> bytes:
    """The objects, one after another, and the table of where they are."""
    content, places = b"%PDF-1.7\n", [b"0000000000 65535 f \n"]
    for name, text in objects:
        places.append(b"%010d %05d n \n" % (len(content), int(name.split()[1])))
        content += f"{name} obj\n{text}\nendobj\n".encode("latin-1")
    return content + _table(places, len(content))


def _table(places: list[bytes], start: int, first: int = 0, previous: int | None = None) -> bytes:
    earlier = b"" if previous is None else b"/Prev %d" % previous
    return (
        b"xref\n%d %d\n" % (first, len(places))
        + b"".join(places)
        + b"trailer<</Size 20/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (earlier, start)
    )


def _updated(text: str) -> bytes:
    """The plain document with another action in an update appended to it."""
    content = pdf()
    place = len(content)
    added = f"4 0 obj\n{text}\nendobj\n".encode()
    previous = int(content.rpartition(b"startxref\n")[2].split()[0])
    return content + added + _table([b"%010d 00000 n \n" % place], place + len(added), 4, previous)


def _taken_back(text: str) -> bytes:
    """A document whose update takes the action away again; the bytes are still there."""
    content = pdf(text)
    place = len(content)
    added = b"4 0 obj\nnull\nendobj\n"
    previous = int(content.rpartition(b"startxref\n")[2].split()[0])
    return content + added + _table([b"%010d 00000 n \n" % place], place + len(added), 4, previous)


def _unlisted(text: str) -> bytes:
    """An object that no table lists, which programs find that mend a damaged table."""
    return pdf().replace(b"%PDF-1.7\n", f"%PDF-1.7\n4 0 obj\n{text}\nendobj\n".encode(), 1)


def _packed(text: str, *, is_listed: bool) -> bytes:
    """The action inside a stream of objects, compressed; the table says so, or knows nothing of it."""
    inner = f"4 0 {text}".encode()
    data = zlib.compress(inner)
    first = len("4 0 ")
    stream = f"<</Type/ObjStm/N 1/First {first}/Filter/FlateDecode/Length {len(data)}>>stream\n"
    if not is_listed:
        return pdf(further=stream + data.decode("latin-1") + "\nendstream")
    content = b"%PDF-1.7\n"
    places = {}
    for number, body in (
        (1, b"<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>"),
        (2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>"),
        (3, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"),
        (5, stream.encode() + data + b"\nendstream"),
    ):
        places[number] = len(content)
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    rows = b"\0\0\0\0" + b"".join(
        b"\2\0\5\0" if number == 4 else b"\1" + places[number].to_bytes(2, "big") + b"\0"
        for number in range(1, 6)
    )
    table = zlib.compress(rows)
    head = b"<</Type/XRef/Size 6/W[1 2 1]/Root 1 0 R/Filter/FlateDecode/Length %d>>stream\n" % len(table)
    start = len(content)
    return content + b"6 0 obj\n" + head + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % start


def swelling() -> bytes:
    """A stream of objects, half a megabyte, that unpacks to millions of lists."""
    data = zlib.compress(b"4 0 [" + b"[[][]]" * 3_000_000 + b"]")
    stream = f"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length {len(data)}>>stream\n"
    return pdf(further=stream + data.decode("latin-1") + "\nendstream")


def _link(address: str) -> str:
    return f"<</Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI({address})>>>>"


def _by_writer(change: Callable[[PdfWriter], object]) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    change(writer)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


LAUNCH = "<</S/Launch/F(cmd.exe)>>"
# by a name: the code of the refusal, the page (nought: the document), the file
HOSTILE: Mapping[str, tuple[str, int, Callable[[], bytes]]] = {
    "script": ("pdf-acts", 0, lambda: pdf(SCRIPT)),
    "script-generation": ("pdf-acts", 0, lambda: pdf(SCRIPT, generation=1)),
    "script-spelt": ("pdf-acts", 0, lambda: pdf("<</S/J#61vaScript/J#53(app.alert(1))>>")),
    "script-names": ("pdf-acts", 0, lambda: pdf(catalog="/Names<</JavaScript<</Names[(a)6 0 R]>>>>")),
    "script-stream": ("pdf-acts", 0, lambda: pdf("<</S/JavaScript/JS 6 0 R>>")),
    "launch": ("pdf-acts", 0, lambda: pdf(LAUNCH)),
    "launch-generation": ("pdf-acts", 0, lambda: pdf(LAUNCH, generation=7)),
    "launch-by-reference": ("pdf-acts", 0, lambda: pdf("<</S 6 0 R/F(cmd.exe)>>", further="/Launch")),
    "launch-next": ("pdf-acts", 0, lambda: pdf("<</S/GoTo/D[3 0 R/Fit]/Next[<</S/Launch/F(cmd.exe)>>]>>")),
    "launch-twice-said": ("pdf-acts", 0, lambda: pdf("<</S/GoTo/D[3 0 R/Fit]/S/Launch>>")),
    "launch-twice-said-within": ("pdf-acts", 0, lambda: pdf("[<</S/GoTo/D[3 0 R/Fit]/S/Launch>>]")),
    "opens-twice": ("unreadable", 0, lambda: pdf(catalog=f"/OpenAction{SCRIPT}").replace(b"/OpenAction 4 0 R", b"/OpenAction 6 0 R")),
    "script-after-word": ("unreadable", 0, lambda: pdf(catalog=f"/X word/AA<</WC{SCRIPT}>>")),
    "script-after-digits": ("unreadable", 0, lambda: pdf(catalog=f"/X<zz>/AA<</WC{SCRIPT}>>")),
    "script-after-bracket": ("unreadable", 0, lambda: pdf(catalog=f"/X 1 > /AA<</WC{SCRIPT}>>")),
    "script-after-null": ("unreadable", 0, lambda: pdf(catalog=f"/X 1 null 2/AA<</WC{SCRIPT}>>")),
    "packed-after-bracket": ("unreadable", 0, lambda: _packed(f"<</X 1 > /A{SCRIPT}>>", is_listed=True)),
    "launch-of-page": ("pdf-acts", 1, lambda: pdf(annotation=f"<</Subtype/Link/AA<</E{LAUNCH}>>>>")),
    "import-data": ("pdf-acts", 0, lambda: pdf("<</S/ImportData/F(a.fdf)>>")),
    "submit": ("pdf-sends", 1, lambda: pdf(annotation="<</Subtype/Widget/A<</S/SubmitForm/F(https://x.test)>>>>")),
    "submit-outline": ("pdf-sends", 0, lambda: pdf(catalog="/Outlines<</First<</A<</S/SubmitForm>>>>>>")),
    "embedded": ("pdf-embeds", 0, lambda: pdf(catalog="/Names<</EmbeddedFiles<</Names[]>>>>")),
    "attached": ("pdf-embeds", 1, lambda: pdf(annotation="<</Subtype/FileAttachment/FS 6 0 R>>")),
    "attached-file": ("pdf-embeds", 0, lambda: pdf(further="<</Type/Filespec/EF<</F 3 0 R>>>>")),
    "portfolio": ("pdf-embeds", 0, lambda: pdf(catalog="/Collection<<>>")),
    "by-writer-attached": ("pdf-embeds", 0, lambda: _by_writer(lambda w: w.add_attachment("a.txt", b"a"))),
    "xfa": ("pdf-xfa", 0, lambda: pdf(catalog="/AcroForm<</Fields[]/XFA(x)>>")),
    "go-to-remote": ("pdf-refers", 0, lambda: pdf("<</S/GoToR/F(other.pdf)/D[0/Fit]>>")),
    "go-to-embedded": ("pdf-refers", 0, lambda: pdf("<</S/GoToE/D[0/Fit]>>")),
    "file": ("pdf-refers", 0, lambda: pdf(further="<</Type/Filespec/UF(\\\\\\\\server\\\\share\\\\x)>>")),
    "stream-outside": ("pdf-refers", 0, lambda: pdf(further="<</Length 0/F(https://x.test/a)>>stream\n\nendstream")),
    "thread-twice-said": ("pdf-acts", 0, lambda: pdf("<</S/Thread/F 4/F(\\\\\\\\server\\\\a.pdf)/D 0>>")),
    "thread": ("pdf-refers", 0, lambda: pdf("<</S/Thread/F(other.pdf)/D 0>>")),
    "rich-media": ("pdf-media", 1, lambda: pdf(annotation="<</Subtype/RichMedia/RichMediaContent<<>>>>")),
    "3d": ("pdf-media", 1, lambda: pdf(annotation="<</Subtype/3D/3DD 6 0 R>>")),
    "3d-stream": ("pdf-media", 0, lambda: pdf(further="<</Subtype/U3D/Length 0>>stream\n\nendstream")),
    "movie": ("pdf-media", 1, lambda: pdf(annotation="<</Subtype/Movie/Movie<<>>>>")),
    "sound": ("pdf-media", 1, lambda: pdf(annotation="<</Subtype/Sound>>")),
    "screen": ("pdf-media", 1, lambda: pdf(annotation="<</Subtype/Screen>>")),
    "rendition": ("pdf-media", 0, lambda: pdf("<</S/Rendition/OP 0>>")),
    "link-network": ("file-address", 1, lambda: pdf(annotation=_link("\\\\\\\\server\\\\share\\\\a"))),
    "link-file": ("file-address", 1, lambda: pdf(annotation=_link("file:///c:/a"))),
    "link-file-hidden": ("file-address", 1, lambda: pdf(annotation=_link(" f\\nile://server/a"))),
    "link-hexadecimal": ("file-address", 1, lambda: pdf(annotation="<</Subtype/Link/A<</S/URI/URI<66696C653A2F2F61>>>>>")),
    "link-network-slash": ("file-address", 1, lambda: pdf(annotation=_link("/\\\\server/share/a"))),
    "network-of-signature": ("file-address", 0, lambda: pdf(further="<</SV<</URL(\\\\\\\\server\\\\a)>>>>")),
    "link-scheme": ("link-scheme", 1, lambda: pdf(annotation=_link("javascript:alert(1)"))),
    "base": ("file-address", 0, lambda: pdf(catalog="/URI<</Base(file://server/)>>")),
    "update": ("pdf-acts", 0, lambda: _updated(LAUNCH)),
    "taken-back": ("pdf-acts", 0, lambda: _taken_back(SCRIPT)),
    "unlisted": ("pdf-acts", 0, lambda: _unlisted(SCRIPT)),
    "packed": ("pdf-acts", 0, lambda: _packed(SCRIPT, is_listed=True)),
    "packed-unlisted": ("pdf-acts", 0, lambda: _packed(SCRIPT, is_listed=False)),
    "locked": ("encrypted", 0, lambda: _by_writer(lambda writer: writer.encrypt("secret"))),
    "locked-for-changes": ("encrypted", 0, lambda: _by_writer(lambda w: w.encrypt("", "owner"))),
}  # fmt: skip


def _by_typst() -> bytes:
    """A report as the portal itself writes them: a table of contents, links, fonts, tags."""
    source = b'#set document(title: "Report")\n#outline()\n= First\n#link("https://example.org/")[source]\n= Second\n'
    return typst.compile(source)


def _form() -> bytes:
    """A form to be filled in, which sends nothing; its button empties it."""
    return pdf(
        annotation="<</Subtype/Widget/FT/Tx/T(name)/F 4/A<</S/ResetForm>>>>",
        catalog="/AcroForm<</Fields[5 0 R]/DA(/Helv 0 Tf)>>",
    )


def _updated_title(writer: PdfWriter) -> None:
    writer.add_metadata({"/Title": "file:///home/anna/report.html"})
    writer.add_outline_item(title="Start", page_number=0)


HARMLESS: Mapping[str, Callable[[], bytes]] = {
    "turns-to-page": pdf,
    "turns-to-page-generation": lambda: pdf(generation=1),
    "web-link": lambda: pdf(annotation=_link("https://example.org/a?b=1")),
    "mail-link": lambda: pdf(annotation=_link("mailto:anna@example.org")),
    "short-link": lambda: pdf(annotation=_link("www.example.org")),
    "named-action": lambda: pdf("<</S/Named/N/NextPage>>"),
    "font-called-f": lambda: pdf(further="<</Font<</F 3 0 R>>>>"),
    "form": _form,
    "packed": lambda: _packed("<</S/GoTo/D[3 0 R/Fit]>>", is_listed=True),
    "update": lambda: _updated("<</S/GoTo/D[3 0 R/FitH 5]>>"),
    "turned-twice": lambda: pdf(catalog="/PageMode/UseNone/PageMode/UseOutlines"),
    "by-writer": lambda: _by_writer(_updated_title),
    "by-typst": _by_typst,
}
