"""A Russian date ends with an abbreviation («14 августа 2026 г.»): no text puts a second full stop after it.

Letters also take it away where they are rendered, for names that end so (tests/portal/kernel/mail/test_rendering.py).
"""

import ast
import re
from collections.abc import Iterator
from functools import cache

import polib
import pytest

from tests.support.absolutes import ROOT

_DATE_WRITERS = {"format_date", "format_day"}  # as they are imported
_TRANSLATORS = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext"}
_BLOCK = re.compile(r"\{% blocktranslate\b([^%]*)%\}(.*?)\{% endblocktranslate %\}(\.?)", re.DOTALL)
_DAY = re.compile(r"(\w+)=[\w.]+\|day\b")


@cache
def translations() -> dict[str, list[str]]:
    """The Russian texts of each message, its plural forms and contexts together."""
    texts: dict[str, list[str]] = {}
    for entry in polib.pofile(str(ROOT / "locale/ru/LC_MESSAGES/django.po")):
        texts.setdefault(entry.msgid, []).extend(entry.msgstr_plural.values() or [entry.msgstr])
    return texts


def dated_messages() -> Iterator[tuple[str, str, str]]:
    """The place, the message and the name of each date that is written into it."""
    for folder in ("alliance", "practices", "portal"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for message, name in _in_code(path.read_text()):
                yield str(path.relative_to(ROOT)), message, name
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for message, name in _in_template(path.read_text()):
            yield str(path.relative_to(ROOT)), message, name


def _in_template(text: str) -> Iterator[tuple[str, str]]:
    for arguments, body, stop in _BLOCK.findall(text):
        message = re.split(r"\{% plural %\}", body)[0]
        message = re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", message)
        if " trimmed" in arguments:
            message = " ".join(line.strip() for line in message.strip().splitlines())
        for name in _DAY.findall(arguments):
            yield message, name
            if stop:  # what follows the block belongs to the sentence
                assert not any(row.endswith(f"%({name})s") for row in translations().get(message, ())), (
                    message
                )


def _in_code(text: str) -> Iterator[tuple[str, str]]:
    """`_("… %(day)s …") % {"day": format_date(day)}`, the message given there or by a name assigned before."""
    tree = ast.parse(text)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for scope in functions:
        assigned = {
            target.id: node.value
            for node in ast.walk(scope)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(scope):
            if not (isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod)):
                continue
            left = assigned.get(node.left.id) if isinstance(node.left, ast.Name) else node.left
            values = assigned.get(node.right.id) if isinstance(node.right, ast.Name) else node.right
            if isinstance(values, ast.Dict) and (message := _message(left)):
                dates = (
                    key for key, value in zip(values.keys, values.values, strict=True) if _is_date(value)
                )
                yield from ((message, str(key.value)) for key in dates if isinstance(key, ast.Constant))


def _message(node: ast.AST | None) -> str:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return ""
    if node.func.id not in _TRANSLATORS:
        return ""
    first = node.args[1 if node.func.id == "pgettext" else 0]
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


def _is_date(node: ast.AST) -> bool:
    return any(
        isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id in _DATE_WRITERS
        for part in ast.walk(node)
    )


def doubled(message: str, name: str) -> list[str]:
    return [text for text in translations().get(message, ()) if f"%({name})s." in text]


def test_no_full_stop_follows_a_russian_date() -> None:
    rows = list(dated_messages())

    assert len(rows) > 150  # the search still knows how dates are written
    faults = [f"{place}: {text}" for place, message, name in rows for text in doubled(message, name)]
    assert faults == []


def test_no_full_stop_follows_a_date_in_a_template() -> None:
    paths = (ROOT / "templates").rglob("*.html")

    assert [str(path) for path in paths if re.search(r"\|day \}\}\.", path.read_text())] == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            'def page():\n    return _("Until %(day)s.") % {"day": format_date(day)}',
            [("Until %(day)s.", "day")],
        ),
        (
            'def page():\n    text = _("By %(on)s.")\n    return text % {"on": format_date(day) if day else ""}',
            [("By %(on)s.", "on")],
        ),
        ('def page():\n    return _("At %(at)s.") % {"at": format_moment(at)}', []),
    ],
)
def test_the_search_reads_code(source: str, expected: list[tuple[str, str]]) -> None:
    assert list(_in_code(source)) == expected


def test_the_search_reads_templates() -> None:
    text = "{% blocktranslate trimmed with day=a.due_on|day at=now|moment %}\n By {{ day }}.\n{% endblocktranslate %}"

    assert list(_in_template(text)) == [("By %(day)s.", "day")]
