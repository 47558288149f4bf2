"""Run as a program: inspect the file on standard input, and answer on standard output.

The answer is one line of JSON, then the bytes of what is stored. The line says `refused` (a code) and its place, or the
names and sizes of what follows; and always, which rights could be given up. Ends with another code than 0 where
the fault is ours.
"""

import codecs
import importlib
import json
import sys
from dataclasses import asdict
from typing import Any

from portal.kernel.inspection.answer import Answer
from portal.kernel.inspection.confinement import confine, limit_resources
from portal.kernel.inspection.refusal import Refusal

# the module of each kind of file, with its function `inspect`; a file needs the libraries of one
_MODULES = {
    "cells": "workbook_cells", "csv": "tables", "jpeg": "pictures", "pdf": "pdf", "png": "pictures", "probe": "probe",
    "xlsx": "workbook", "zip": "packed_texts",
}  # fmt: skip
# those that libraries look up when they need them: by then there is no way to the disk any more
_ENCODINGS = ("cp437", "utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "latin-1", "cp1252", "ascii")


class _LateImports:
    """Notes modules that a library asks for when they can be read no more: they must be imported before."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def find_spec(self, name: str, *_where: object) -> None:
        self.names.append(name)


def main(kind: str, parent: str, options: str) -> None:
    """Inspect one file of this kind; `parent` is the process that waits for it, `options` the inspection's, in JSON."""
    limit_resources()
    module = importlib.import_module(f"portal.kernel.inspection.{_MODULES[kind]}")
    for encoding in _ENCODINGS:
        codecs.lookup(encoding)
    late_imports = _LateImports()
    sys.meta_path.insert(0, late_imports)
    confinement = confine(int(parent))
    line: dict[str, Any] = {"confinement": asdict(confinement), "late_imports": late_imports.names}
    answer = Answer()
    try:
        answer = module.inspect(sys.stdin.buffer.read(), **json.loads(options))
        line |= {"files": [[name, len(content)] for name, content in answer.files], "facts": answer.facts}
    except Refusal as refusal:
        line |= {"refused": refusal.code, "place": asdict(refusal.place)}
    except PermissionError:  # a library needs a right that was given up: that is our fault, and must be seen
        raise
    except MemoryError:
        line["refused"] = "too-slow"
    except Exception:  # whatever a parser stumbles over, the file is not good
        line["refused"] = "unreadable"
    output = sys.stdout.buffer
    output.write(json.dumps(line).encode() + b"\n")
    for _name, content in answer.files:
        output.write(content)
    output.flush()
