"""Run as a program: parse one file under limits of memory and time, and say what is wrong with it.

It is started as a file and imports nothing of the portal. Prints `{"reason": code}` and exits with 1 when the file
is refused.
"""

import csv
import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Callable
from importlib.util import LazyLoader, find_spec, module_from_spec
from pathlib import Path
from typing import Any


def _imported_on_use(name: str) -> Any:
    """A library that is loaded when something of it is asked for: a file needs one of the three, or none."""
    spec = find_spec(name)
    assert spec is not None
    assert spec.loader is not None
    loader = spec.loader = LazyLoader(spec.loader)
    module = sys.modules[name] = module_from_spec(spec)
    loader.exec_module(module)
    return module


openpyxl, pypdf, Image = (_imported_on_use(name) for name in ("openpyxl", "pypdf", "PIL.Image"))

MEMORY, CPU_SECONDS = 1024 * 1024 * 1024, 15
UNPACKED, PARTS, RATIO = 100 * 1024 * 1024, 1000, 100
PIXELS = 40_000_000
_PDF_OBJECTS = 200_000


class Refusal(Exception):
    """The code of the sentence that the person reads."""


def inspect_pdf(source: Path, output: Path) -> None:
    """No passwords, no JavaScript, no launch actions, no files inside."""
    del output
    reader = pypdf.PdfReader(source)
    if reader.is_encrypted:
        raise Refusal("encrypted")
    len(reader.pages)
    # an object is named by number and generation; one asked for under another generation is not found
    names = {(number, generation) for generation, table in reader.xref.items() for number in table}
    names |= {(number, 0) for number in reader.xref_objStm}
    if len(names) > _PDF_OBJECTS:
        raise Refusal("too-slow")
    for number, generation in sorted(names):
        _inspect_object(reader.get_object(pypdf.generic.IndirectObject(number, generation, reader)))
    _inspect_object(reader.trailer)


def _inspect_object(node: object, depth: int = 0) -> None:
    if depth > 50:
        raise Refusal("unreadable")
    if isinstance(node, pypdf.generic.DictionaryObject):
        if "/JS" in node or _value(node, "/S") in ("/JavaScript", "/Launch", "/ImportData", "/SubmitForm"):
            raise Refusal("pdf-acts")
        if "/EmbeddedFiles" in node or _value(node, "/Type") == "/EmbeddedFile":
            raise Refusal("pdf-embeds")
        for value in dict.values(node):
            _inspect_object(value, depth + 1)
    elif isinstance(node, pypdf.generic.ArrayObject):
        for value in list.__iter__(node):
            _inspect_object(value, depth + 1)


def _value(dictionary: Any, key: str) -> object:
    """The value itself, also where the dictionary only says which object holds it."""
    value = dictionary.get(key)
    return value.get_object() if isinstance(value, pypdf.generic.IndirectObject) else value


def inspect_xlsx(source: Path, output: Path) -> None:
    """Counted while streaming; no macros, no links to other files, and a workbook that opens."""
    del output
    with zipfile.ZipFile(source) as archive:
        entries = archive.infolist()
        if len(entries) > PARTS:
            raise Refusal("too-many-parts")
        names = [entry.filename.lower() for entry in entries]
        types = archive.read("[Content_Types].xml")[:UNPACKED]
        if b"macroEnabled" in types or any("vbaproject" in name for name in names):
            raise Refusal("macros")
        if b"spreadsheetml.sheet.main+xml" not in types:
            raise Refusal("unreadable")
        if any("externallinks/" in name for name in names):
            raise Refusal("external")
        _count_unpacked(archive, entries)
    with source.open("rb") as stream:
        openpyxl.load_workbook(stream, read_only=True, keep_links=False).close()


def _count_unpacked(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    total = 0
    for entry in entries:
        size = 0
        with archive.open(entry) as stream:
            while chunk := stream.read(1024 * 1024):
                size += len(chunk)
                total += len(chunk)
                if total > UNPACKED:
                    raise Refusal("unpacks-too-large")
                if size > 1024 * 1024 and size > entry.compress_size * RATIO:
                    raise Refusal("packed-too-tightly")


def inspect_csv(source: Path, output: Path) -> None:
    """Text in UTF-8 that a CSV reader can read to its end."""
    del output
    try:
        text = source.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal("not-utf8") from error
    for _row in csv.reader(io.StringIO(text), strict=False):
        pass


def inspect_image(source: Path, output: Path) -> None:
    """Decoded and encoded anew, so that nothing but the picture is kept."""
    Image.MAX_IMAGE_PIXELS = PIXELS
    try:
        opened = Image.open(source, formats=["PNG", "JPEG"])
    except Image.DecompressionBombError as error:
        raise Refusal("image-too-large") from error
    with opened as picture:
        if picture.width * picture.height > PIXELS:
            raise Refusal("image-too-large")
        form = picture.format
        picture.load()
        mode = "RGB" if form == "JPEG" else picture.mode
        clean = picture.convert(mode)
        clean.info = {}
        options = {"quality": 90} if form == "JPEG" else {"optimize": False}
        clean.save(output, format=form, **options)


INSPECTIONS: dict[str, Callable[[Path, Path], None]] = {
    "pdf": inspect_pdf,
    "xlsx": inspect_xlsx,
    "csv": inspect_csv,
    "png": inspect_image,
    "jpeg": inspect_image,
}


def main(arguments: list[str]) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    kind, source, output = arguments
    try:
        INSPECTIONS[kind](Path(source), Path(output))
    except Refusal as refusal:
        return _print_reason(str(refusal))
    except Exception:  # whatever a parser stumbles over, the file is not good
        return _print_reason("unreadable")
    return 0


def _print_reason(code: str) -> int:
    sys.stdout.write(json.dumps({"reason": re.sub(r"[^a-z0-9-]", "", code)}))
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
