"""The compiler's own short-lived process: reads one order from stdin, writes one PDF to stdout, ends.

The compiler keeps all that it ever computed for the next compilation (some 200 MiB per hundred pages) and
cannot be made to free it. A process of its own frees that, and keeps a crash away from the worker.
It is started as a file and imports nothing of the portal.
"""

import json
import sys
from typing import Any

import typst


def main() -> int:
    """Compile; on refusal or warning end with 1 and say on stderr, as JSON, what was wrong."""
    try:
        pdf, warnings = _compile(json.load(sys.stdin.buffer))
    except typst.TypstError as error:
        return _refuse([error])
    if warnings:
        return _refuse(warnings)
    sys.stdout.buffer.write(pdf)
    return 0


def _compile(order: dict[str, Any]) -> tuple[bytes, list[typst.TypstWarning]]:
    fonts = typst.Fonts(include_system_fonts=False, font_paths=order["fonts"])
    return typst.compile_with_warnings(
        order["template"],
        root=order["root"],
        font_paths=fonts,
        ignore_system_fonts=True,
        sys_inputs=order["inputs"],
        pdf_standards="ua-1",
        timestamp=order["timestamp"],
    )


def _refuse(problems: list[Any]) -> int:
    messages = [
        {"message": each.message, "hints": each.hints, "diagnostic": each.diagnostic} for each in problems
    ]
    sys.stderr.write(json.dumps(messages))
    return 1


if __name__ == "__main__":
    sys.exit(main())
