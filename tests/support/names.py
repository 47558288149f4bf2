"""Scans that say where the source imports or names what it must not, below any root: so they can be tried out."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from tests.support.source import LAYERS, Module, called_name, modules, name_of, places

_DJANGO_ATTRIBUTES = {"_meta", "_default_manager", "_base_manager"}  # of models, documented
_EAGER_FUNCTIONS = {"gettext", "ngettext", "pgettext", "npgettext"}


# --- Importing -------------------------------------------------------------------------------


def private_imports(root: Path, *folders: str) -> list[str]:
    """An import of what a package keeps to itself: a part named `internal`, or a name with an underscore before it."""
    return places(
        (module, node)
        for module in modules(root, *folders)
        for node, source, alias in module.imports
        if any(_is_private(part) for part in (*source.split("."), *alias.name.split(".")))
    )


def private_attributes(root: Path, *folders: str) -> list[str]:
    """A private name of another module, reached through that module; `os._exit` is documented."""
    return places(
        (module, node)
        for module in modules(root, *folders)
        for names in [{alias.asname or alias.name for *_, alias in module.imports} - {"os"}]
        for imported in [names | {name.partition(".")[0] for name in names}]
        for node in module.nodes
        if isinstance(node, ast.Attribute) and _is_private(node.attr) and node.attr not in _DJANGO_ATTRIBUTES
        and ast.unparse(node.value) in imported
    )  # fmt: skip


def _is_private(part: str) -> bool:
    return part == "internal" or (part.startswith("_") and not part.startswith("__"))


def eager_texts(root: Path) -> list[str]:
    """A text that is translated when its module is imported: it stays in the language of that moment."""
    return places(
        (module, node)
        for module in modules(root, *LAYERS)
        for node in calls_on_import(module.tree)
        if called_name(node) in _eager_names(module)
        or (
            called_name(node) in _EAGER_FUNCTIONS
            and name_of(getattr(node.func, "value", None)) == "translation"
        )
    )


def _eager_names(module: Module) -> set[str]:
    return {
        alias.asname or alias.name
        for _node, source, alias in module.imports
        if source == "django.utils.translation" and alias.name in _EAGER_FUNCTIONS
    }


def calls_on_import(node: ast.AST) -> Iterator[ast.Call]:
    """The calls outside the bodies of functions; defaults and decorators are evaluated with the module."""
    for name, value in ast.iter_fields(node):
        if name == "body" and isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from [child] if isinstance(child, ast.Call) else []
                yield from calls_on_import(child)


def late_imports(root: Path, exceptions: Mapping[str, str]) -> list[str]:
    """An import inside a function, but for `apps.py`: what registers itself is imported when Django is ready."""
    return places(
        (module, node)
        for module in modules(root, *LAYERS)
        if not module.name.endswith("/apps.py") and not module.name.startswith(tuple(exceptions))
        for node, *_rest in module.imports
        if module.function_of(node)
    )


def inner_imports(root: Path, exceptions: Mapping[str, str], *folders: str) -> list[str]:
    """An import from a package of the platform that is not of a name in its `__all__`.

    A package inside a package has public names of its own.
    """
    return places(
        (module, node)
        for module in modules(root, *folders)
        if module.name not in exceptions
        for node, source, alias in module.imports
        if _enters(root, module.name, source, alias.name)
    )


def _enters(root: Path, importer: str, source: str, name: str) -> bool:
    parts = (source or name).split(".")
    if parts[:2] != ["portal", "kernel"] or len(parts) < 3 or parts[2] in ("templatetags", "management"):
        return False
    folder = "/".join(parts)
    if not source or not (root / folder).is_dir():
        # `import portal.kernel.jobs.queue`, or from it: only a module beside the packages is open
        return len(parts) > (3 if source else 2) and not importer.startswith(
            f"portal/kernel/{parts[2]}/"
        ) and (root / "portal/kernel" / parts[2]).is_dir()  # fmt: skip
    return not importer.startswith(f"{folder}/") and name not in _public_names(root / folder)


@cache
def _public_names(package: Path) -> frozenset[str]:
    tree = ast.parse((package / "__init__.py").read_text(encoding="utf-8"))
    for node in tree.body:
        if isinstance(node, ast.Assign) and name_of(node.targets[0]) == "__all__":
            return frozenset(ast.literal_eval(node.value))
    return frozenset()


# --- Words -----------------------------------------------------------------------------------

_BUSINESS_NOUNS = re.compile(
    r"(?<![A-Za-z])(alliance|charters?|commitments?|pledges?|members?|memberships?|organisations?|secretariat|reports?"
    r"|reviews?|verdicts?|practices?|indicators?|cycles?|signator(y|ies)|children)(?![A-Za-z])",
    re.IGNORECASE,
)
# `report` is also a verb: progress is reported, and so is a file
_VERBS = re.compile(
    r"\b(token\.children|reports? (percent|progress|a file|the “instance”|about files)|_reports?\b|def _report"
    r"|member of)",
    re.IGNORECASE,
)
# A value is called by the noun of what it is (docs/glossary.md, part two). Constants may be participles: states are.
_SAY_NOTHING = frozenset({"found", "said", "told", "kept", "held", "thing", "things"})
_FIRST_WORD = re.compile("_*([A-Z]?[a-z]*)")
# The same in scripts and in typst; what stands behind a full stop is somebody else's name.
_EMPTY_SCRIPT_NAME = re.compile(rf"(?<![\w.-])_*(?i:{'|'.join(sorted(_SAY_NOTHING))})(?![a-z])")
_SCRIPT_TEXTS = re.compile(r"""(?:^|(?<=\s))//.*|"[^"\n]*"|'[^'\n]*'|`[^`\n]*`""")


def business_nouns(root: Path) -> list[str]:
    """A line of the platform with a word of the business, alone or as a part of a name."""
    return [
        f"{path.relative_to(root).as_posix()}:{number}"
        for path in sorted((root / "portal/kernel").rglob("*.py"))
        if "migrations" not in path.parts
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if _BUSINESS_NOUNS.search(_VERBS.sub("", line))
    ]


def empty_names(root: Path, *folders: str) -> list[str]:
    """A name that is bound, or the beginning of one, which does not say what it is the name of."""
    return places(
        (module, node)
        for module in modules(root, *folders)
        for node in module.nodes
        for name in _bound_names(node)
        if _FIRST_WORD.match(name)[1].lower() in _SAY_NOTHING
    )


def empty_names_in_scripts(root: Path) -> list[str]:
    """A name in a script of the pages or in typst that does not say what it is the name of."""
    paths = (*root.glob("static/js/**/*.js"), *root.glob("templates/**/*.typ"))
    return [
        f"{path.relative_to(root).as_posix()}:{number}"
        for path in sorted(paths)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if _EMPTY_SCRIPT_NAME.search(_SCRIPT_TEXTS.sub("", line))
    ]


def _bound_names(node: ast.AST) -> set[str]:
    names = {getattr(node, attribute, None) for attribute in ("arg", "name", "asname")}
    if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Store):
        names.add(name_of(node))
    return {name for name in names if isinstance(name, str)}


def modules_without_docstring(root: Path) -> list[str]:
    return [module.name for module in modules(root, *LAYERS) if not ast.get_docstring(module.tree)]
