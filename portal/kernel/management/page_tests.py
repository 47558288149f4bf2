"""Which test module asks for a page, read from the source of the tests: by the name of its route, or by its address."""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.conf import settings

_UNKNOWN = "\0"  # what only a run can tell, in an address that a test puts together
_ROOT = "/?"  # the address `/` where a test asks for it; elsewhere it may be any text
_PARAMETER = re.compile(r"<(?:(?P<type>\w+):)?\w+>|(?P<words>\([\w|-]+\))")
_PARAMETERS = {"int": r"\d+", "uuid": r"[0-9a-f-]{36}", "slug": r"[-\w]+", "path": r".+"}
_POLICY = "tests/policy/"
# They go through all pages, and so say nothing of one; the policy table does too, and has a line for each.
_OF_ALL_PAGES = {"tests/test_query_counts.py", "tests/test_canaries.py", "tests/browser/test_pages.py"}
# Here the pages of other modules are examples, of what holds for any page.
_WITH_EXAMPLES = re.compile(r"tests/portal/|.+/web/account/test_session\.py$")
_NAMING = {"reverse", "Case"}
_REQUESTS = {"get", "post", "head", "put", "patch", "delete", "goto"}


@dataclass
class _Module(ast.NodeVisitor):
    """The texts in a test module that may be addresses or names of routes."""

    path: str
    texts: Counter[str] = field(default_factory=Counter)
    names: set[str] = field(default_factory=set)  # of routes for certain; `root` may be any text elsewhere
    values: dict[str, str] = field(default_factory=dict)
    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)

    def visit_Module(self, node: ast.Module) -> None:
        self.functions = {
            statement.name: statement for statement in node.body if isinstance(statement, ast.FunctionDef)
        }
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        outer = dict(self.values)
        self.generic_visit(node)
        self.values = outer

    def visit_Assign(self, node: ast.Assign) -> None:
        self.generic_visit(node)
        for target in node.targets:
            self._assign(target, node.value)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
            for name, part in zip(target.elts, value.elts, strict=False):
                self._assign(name, part)
        elif isinstance(target, ast.Name):
            text = self._text_of(value)
            self.values.pop(target.id, None)
            self.values |= {} if text is None else {target.id: text}

    def visit_Call(self, node: ast.Call) -> None:
        text = self._text_of(node)
        arguments = [self._text_of(argument) for argument in node.args if isinstance(argument, ast.Name)]
        self.texts.update(argument for argument in (text, *arguments) if argument)
        if getattr(node.func, "id", "") in _NAMING and node.args:
            self.names.add(self._text_of(node.args[0]) or "")
        if getattr(node.func, "attr", "") in _REQUESTS and node.args and self._text_of(node.args[0]) == "/":
            self.texts[_ROOT] += 1
        self.generic_visit(node)

    def visit_Dict(self, node: ast.Dict) -> None:
        """A name of a route that is a key stands in a list of routes: no page is asked for."""
        for child in (*node.keys, *node.values):
            if child is not None and not (child in node.keys and isinstance(child, ast.Constant)):
                self.visit(child)

    def visit_Constant(self, node: ast.Constant) -> None:
        self._add(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        self._add(node)

    def visit_BinOp(self, node: ast.BinOp) -> None:
        if not self._add(node):
            self.generic_visit(node)

    def _add(self, node: ast.expr) -> bool:
        text = self._text_of(node)
        self.texts.update([text] if text else [])
        return text is not None

    def _text_of(self, node: ast.expr) -> str | None:
        """What an expression makes, as far as the source says; None for what is no text."""
        match node:
            case ast.Constant(value=str(text)):
                return text
            case ast.Name(id=name):
                return self.values.get(name)
            case ast.JoinedStr(values=parts):
                return "".join(self._text_of(part) or _UNKNOWN for part in parts)
            case ast.FormattedValue(value=value):
                return self._text_of(value)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                start = self._text_of(left)
                return None if start is None else start + (self._text_of(right) or _UNKNOWN)
            case ast.Call(func=ast.Name(id="reverse"), args=[name, *_]):
                return self._text_of(name)
            case ast.Call(func=ast.Name(id=name), args=arguments) if name in self.functions:
                return self._result_of(self.functions[name], arguments)
        return None

    def _result_of(self, function: ast.FunctionDef, arguments: list[ast.expr]) -> str | None:
        """The text that a function of the module returns, if it does nothing else."""
        last = function.body[-1]
        if not isinstance(last, ast.Return) or last.value is None:
            return None
        parameters = function.args.args
        defaults = function.args.defaults
        names = [parameter.arg for parameter in parameters]
        values = dict(zip(names[len(names) - len(defaults) :], map(self._text_of, defaults), strict=True))
        values |= dict(zip(names, map(self._text_of, arguments), strict=False))
        outer = dict(self.values), self.functions
        self.values |= {name: value for name, value in values.items() if value is not None}
        self.functions = {
            name: definition for name, definition in self.functions.items() if definition is not function
        }
        text = self._text_of(last.value)
        self.values, self.functions = outer
        return text


@cache
def _modules() -> list[_Module]:
    root = settings.BASE_DIR
    paths = [path for path in (root / "tests").rglob("*.py") if path.name.startswith("test_")]
    modules = []
    for path in sorted([*paths, *(root / "tests/policy").glob("*.py")]):
        module = _Module(path.relative_to(root).as_posix())
        if module.path not in _OF_ALL_PAGES:
            module.visit(ast.parse(path.read_text(encoding="utf-8")))
            modules.append(module)
    return modules


def count_pages(routes: Mapping[str, str]) -> dict[str, Counter[str]]:
    """How often each test module asks for each of the routes, which are given as addresses by name."""
    patterns = {name: _pattern(address) for name, address in routes.items()}
    counts: dict[str, Counter[str]] = {name: Counter() for name in routes}
    for text in sorted({text for module in _modules() for text in module.texts}):
        for name in [text] if text in routes else _names_at(text, routes, patterns):
            for module in _modules():
                if module.texts[text] and (name != text or ":" in text or text in module.names):
                    counts[name][module.path] += module.texts[text]
    return counts


def _names_at(text: str, routes: Mapping[str, str], patterns: Mapping[str, re.Pattern[str]]) -> Iterator[str]:
    """The routes of an address: of several that fit, those with the fewest parameters."""
    address = re.split(r"[?#]", text)[0]
    if not address.startswith("/") or text == "/":
        return
    fitting = [name for name, pattern in patterns.items() if pattern.fullmatch(address)]
    fewest = min((routes[name].count("<") for name in fitting), default=0)
    yield from (name for name in fitting if routes[name].count("<") == fewest)


def _pattern(address: str) -> re.Pattern[str]:
    """An address of the URLconf, in any language, as what a test may ask for."""
    parts, end = [], 0
    for match in _PARAMETER.finditer(address):
        value = match["words"] or _PARAMETERS.get(match["type"], "[^/]+")
        parts += [re.escape(address[end : match.start()]), f"(?:{value}|{_UNKNOWN})"]
        end = match.end()
    pattern = "".join([*parts, re.escape(address[end:])])
    languages = "|".join(code for code, _name in settings.LANGUAGES)
    return re.compile(re.sub(rf"^/(?:{languages})/", f"/(?:{languages}|{_UNKNOWN})/", pattern))


def tests_of(view: str, counts: Counter[str], counts_of_view: Counter[str]) -> str:
    """The test module that mirrors the view's, if it asks for the page; else the one that asks most, the app's first.

    Where none does: one that asks for the same view at another address; else the policy table, which names every page.
    One for which the page is an example comes last.
    """
    *folders, last, _name = view.split(".")
    mirrored = Path("tests", *folders, f"test_{last}.py").as_posix()
    nearby = Path("tests", *folders[:2]).as_posix() + "/"
    ranked = sorted(
        (
            _WITH_EXAMPLES.match(path) is not None and path != mirrored and folders[0] != "portal",
            path.startswith(_POLICY),
            path not in counts,
            path != mirrored,
            not path.startswith(nearby),
            -count,
            path,
        )
        for path, count in (counts_of_view | counts).items()
    )
    return ranked[0][-1] if ranked else ""
