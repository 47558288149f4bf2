"""Scans of the source that say where it leaves the architecture, below any root: so they can be tried out.

Each gives the places that it does not allow, as `path:line`. A file is parsed once for all of them.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

Scan = Callable[[Path], list[str]]
# A module with the outermost function or class in it that may do what a scan refuses, and why.
Exceptions = Mapping[tuple[str, str], str]

APPS = ("alliance", "practices")
LAYERS = ("portal", *APPS)
# What people and programs read: pages, the API, documents, what templates call. In the kernel and in `portal` itself
# it is everything that handles a request.
INTERFACES = (
    "alliance/web", "alliance/api", "alliance/documents", "alliance/templatetags",
    "practices/web", "practices/api", "practices/documents", "practices/templatetags",
    "portal/kernel/templatetags",
)  # fmt: skip
_OF_REQUESTS = ("django.http", "django.shortcuts", "django.views", "rest_framework")
_FILTERS = {"visible_to", "none"}
_MANAGERS = {"objects", "_default_manager", "_base_manager"}
_LOOKUPS = {"get_object_or_404", "get_list_or_404", "aget_object_or_404", "aget_list_or_404"}
# Ways to rows past the visibility policy: as the system, by a model's name, in SQL.
_ACTORS = {"SYSTEM", "acting_as"}
_UNLIMITED = _ACTORS | {"get_model", "get_models"}
# They read and write rows of their model by themselves.
_MODEL_BASES = {"ModelForm", "modelform_factory", "ModelSerializer"}
_WRITES = {"save", "asave", "delete", "adelete"}
# Methods that ask the database anew, also with an `a` before them; `all()` may read what was fetched with the object.
_ASKS_ANEW = {
    "filter", "exclude", "order_by", "select_related", "prefetch_related", "annotate", "aggregate", "values_list",
    "first", "last", "latest", "earliest", "count", "exists", "in_bulk", "iterator", "only", "defer", "create",
    "bulk_create", "get_or_create", "update_or_create", "delete", "aget",
}  # fmt: skip
# Dictionaries have these too, but take no names of fields there.
_ASKS_ANEW_WITH_FIELDS = {"get", "values", "update"}
_RULE_NAMES = {
    "require",
    "can",
    "RULES",
    "permission_required",
    "user_passes_test",
    "PermissionRequiredMixin",
}
_REFUSALS = {
    "HttpResponseForbidden", "HttpResponseNotFound", "redirect", "error_page", "permission_denied", "page_not_found",
}  # fmt: skip
_QUESTIONS = ("is_", "may_", "can_")
_DJANGO_ATTRIBUTES = {"_meta", "_default_manager", "_base_manager"}  # of models, documented
_EAGER_FUNCTIONS = {"gettext", "ngettext", "pgettext", "npgettext"}
_UPDATES = {"update", "aupdate", "update_or_create", "aupdate_or_create", "bulk_create", "abulk_create"}
_BROKER_METHODS = {"delay", "apply_async", "send_task", "s", "si"}
_BROKER_CALLS = {"group", "chain", "chord", "chunks", "signature"}  # of Celery
_MAIL_MODULES = ("django.core.mail", "smtplib")


@dataclass(frozen=True, eq=False)
class Module:
    """One file of source, by its path below the root."""

    name: str
    tree: ast.Module

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(self.tree))

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        return {child: node for node in self.nodes for child in ast.iter_child_nodes(node)}

    @cached_property
    def imports(self) -> list[tuple[ast.stmt, str, ast.alias]]:
        """Each import: the statement, the module of `from` (or none), what is imported."""
        return [
            (node, getattr(node, "module", None) or "", alias)
            for node in self.nodes
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for alias in node.names
        ]

    def place(self, node: ast.AST) -> str:
        return f"{self.name}:{getattr(node, 'lineno', 0)}"

    def function_of(self, node: ast.AST) -> str:
        """The outermost function or class that the node stands in."""
        name = ""
        while node in self.parents:
            node = self.parents[node]
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                name = node.name
        return name


def modules(root: Path, *folders: str) -> Iterator[Module]:
    """The modules below the folders, without migrations, by their path."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield parse_module(root, path)


@cache
def parse_module(root: Path, path: Path) -> Module:
    return Module(path.relative_to(root).as_posix(), ast.parse(path.read_text(encoding="utf-8")))


def interfaces(root: Path) -> Iterator[Module]:
    folders = tuple(f"{folder}/" for folder in INTERFACES)
    for module in modules(root, *LAYERS):
        if module.name.startswith(folders) or (
            module.name.startswith("portal/") and _handles_requests(module)
        ):
            yield module


def _handles_requests(module: Module) -> bool:
    return any((source or alias.name).startswith(_OF_REQUESTS) for _node, source, alias in module.imports)


def _places(violations: Iterable[tuple[Module, ast.AST]], exceptions: Exceptions | None = None) -> list[str]:
    """The places, each once, but for those in the functions excepted; also exceptions that nothing needs."""
    places, used = {}, set()
    for module, node in violations:
        definition = (module.name, module.function_of(node))
        if definition in (exceptions or {}):
            used.add(definition)
        else:
            places[module.place(node)] = None
    unused = {*(exceptions or ())} - used
    return [*places, *(f"{module} {function}: not needed" for module, function in sorted(unused))]


def _name_of(node: ast.AST | None) -> str:
    """The name, or the last part of a dotted one."""
    return str(getattr(node, "id", getattr(node, "attr", "")))


def _called_name(node: ast.AST | None) -> str:
    """The name of what a call calls."""
    return _name_of(node.func) if isinstance(node, ast.Call) else ""


def _constant(node: ast.AST | None) -> object:
    return node.value if isinstance(node, ast.Constant) else None


# --- Seeing ----------------------------------------------------------------------------------


def unfiltered_reads(root: Path, exceptions: Exceptions) -> list[str]:
    """A way to rows in an interface that neither leads to `visible_to` nor is handed to `get_visible_or_404`.

    Rows are written by services: what saves or deletes one is here too.
    """
    related = _related_names(root)
    return _places(
        (
            (module, node)
            for module in interfaces(root)
            for node in module.nodes
            if _reads_unfiltered(module, node, related)
        ),
        exceptions,
    )


def _reads_unfiltered(module: Module, node: ast.AST, related: frozenset[str]) -> bool:
    match node:
        case ast.alias(name=name) | ast.Name(id=name):
            return name in _UNLIMITED | _MODEL_BASES
        case ast.Attribute(attr=name):
            is_manager = name in _MANAGERS or name.endswith(("_set", "_objects"))
            is_manager = is_manager or (name in related and _asks_anew(module, node))
            is_manager = is_manager and not _is_guarded(module, node)
            is_cursor = name == "cursor" and _is_called(module, node)
            return name in _UNLIMITED | _MODEL_BASES or is_manager or is_cursor
        case ast.Call(func=ast.Attribute(attr=name), args=[]) if name in _WRITES:
            return True
        case ast.Call(args=[first, *_]) if _called_name(node) in _LOOKUPS | {"QuerySet"}:
            return _name_of(first)[:1].isupper()
        case ast.Call(args=[_, name, *_]) if _called_name(node) == "getattr":
            return _constant(name) in _MANAGERS | related
        case (
            ast.Assign(targets=[ast.Name(id="model")])
            | ast.AnnAssign(target=ast.Name(id="model"), value=ast.expr())
        ):
            # a generic view reads all rows of its model
            return isinstance(module.parents[node], ast.ClassDef)
    return False


def _is_called(module: Module, node: ast.AST) -> bool:
    parent = module.parents[node]
    return isinstance(parent, ast.Call) and parent.func is node


@cache
def _related_names(root: Path) -> frozenset[str]:
    """The names of foreign keys' other sides; `%(class)s` stands for each model below an abstract one."""
    names, models = set(), defaultdict(set)
    for module in modules(root, *LAYERS):
        for node in module.nodes:
            if isinstance(node, ast.keyword) and node.arg == "related_name":
                names.add((str(_constant(node.value)), module.function_of(node)))
            elif isinstance(node, ast.ClassDef):
                for base in node.bases:
                    models[_name_of(base)].add(node.name.lower())
    return frozenset(
        name.replace("%(class)s", model) for name, owner in names for model in models[owner] | {owner.lower()}
    )


def _asks_anew(module: Module, node: ast.AST) -> bool:
    """Whether a method of a relation is named that reads or changes rows, also behind `all()`."""
    method = module.parents[node]
    if isinstance(method, ast.Attribute) and method.attr == "all":
        method = module.parents[module.parents[method]]
    if not isinstance(method, ast.Attribute):
        return False
    match module.parents[method]:
        case ast.Call(args=arguments, keywords=keywords) if method.attr in _ASKS_ANEW_WITH_FIELDS:
            return bool(keywords) or (method.attr == "values" and bool(arguments))
    return method.attr in _ASKS_ANEW or method.attr.removeprefix("a") in _ASKS_ANEW


def _is_guarded(module: Module, node: ast.AST) -> bool:
    """Whether the chain of calls that begins at the manager passes the visibility policy."""
    parent = module.parents.get(node)
    while (isinstance(parent, ast.Attribute) and parent.value is node) or (
        isinstance(parent, ast.Call) and parent.func is node
    ):
        if isinstance(parent, ast.Attribute) and parent.attr in _FILTERS:
            return True
        node, parent = parent, module.parents.get(parent)
    return (
        isinstance(parent, ast.Call)
        and _called_name(parent) == "get_visible_or_404"
        and parent.args[:1] == [node]
    )


def other_actors_in_queries(root: Path, exceptions: Exceptions) -> list[str]:
    """A query that reads as the system, or as anybody else than who asks it."""
    return _places(
        (
            (module, node)
            for module in modules(root, *(f"{app}/queries" for app in APPS))
            for node in module.nodes
            if _changes_actor(node)
        ),
        exceptions,
    )


def _changes_actor(node: ast.AST) -> bool:
    match node:
        case ast.alias(name=name, asname=str()):
            return name in _ACTORS
        case ast.Name(id=name):
            return name in _ACTORS
        case ast.Attribute(attr=name, value=owner):
            return name in _ACTORS and _name_of(owner) != "ActorKind"
    return False


# --- Doing -----------------------------------------------------------------------------------


def rule_checks_in_interfaces(root: Path, exceptions: Exceptions) -> list[str]:
    """An interface that decides who may: it names a rule to `requires`, `get_visible_or_404` or `permissions`."""
    return _places(
        (
            (module, node)
            for module in interfaces(root)
            for offered, facts in [(_offered_names(module), _facts_of_actor(module))]
            for node in module.nodes
            if _checks_rule(module, node, offered, facts)
        ),
        exceptions,
    )


def _checks_rule(module: Module, node: ast.AST, offered: set[str], facts: set[str]) -> bool:
    match node:
        case ast.alias(name=name, asname=str()):
            return name in _RULE_NAMES
        case ast.Name(id=name, ctx=ast.Load()):
            return name in _RULE_NAMES
        case ast.Attribute(attr=name):
            return name in _RULE_NAMES
        case ast.If() | ast.IfExp() | ast.While() | ast.Assert() | ast.Match():
            return _refuses_by_actor(node, facts)
        case ast.Subscript(slice=key, ctx=ast.Load()):
            return _constant(key) in offered
        case ast.Call(func=ast.Attribute(attr="has")):
            return True
        case ast.Call(func=ast.Attribute(attr="get"), args=[key, *_]):
            return _constant(key) in offered
        case ast.Call():
            return _called_name(node) == "permissions" and not _is_passed_on(module, node)
    return False


def _refuses_by_actor(node: ast.If | ast.IfExp | ast.While | ast.Assert | ast.Match, facts: set[str]) -> bool:
    question = node.subject if isinstance(node, ast.Match) else node.test
    is_refusal = isinstance(node, ast.Assert) or any(map(_refuses, ast.walk(node)))
    return is_refusal and _asks_actor(question, facts)


def _asks_actor(test: ast.expr, facts: set[str]) -> bool:
    """Whether a condition looks at what the actor is, or asks a function `is_…` about the actor."""
    return any(
        _is_fact_of_actor(node)
        or (isinstance(node, ast.Name) and node.id in facts)
        or (_called_name(node).startswith(_QUESTIONS) and "actor" in map(_name_of, node.args))
        for node in ast.walk(test)
    )


def _is_fact_of_actor(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and _name_of(node.value) in ("actor", "user")


def _facts_of_actor(module: Module) -> set[str]:
    """The names that the module gives to attributes of the actor."""
    return {
        _name_of(target)
        for node in module.nodes
        if isinstance(node, ast.Assign) and _is_fact_of_actor(node.value)
        for target in node.targets
    }


def _refuses(node: ast.AST) -> bool:
    """Whether it raises, or makes an answer that refuses."""
    match node:
        case ast.Raise():
            return True
        case ast.Call(keywords=keywords):
            statuses = [_constant(keyword.value) for keyword in keywords if keyword.arg == "status"]
            return _called_name(node) in _REFUSALS or not {401, 403, 404}.isdisjoint(statuses)
    return False


def _offered_names(module: Module) -> set[str]:
    """The names under which `permissions` hands its answers to templates."""
    calls = [
        node for node in module.nodes if isinstance(node, ast.Call) and _called_name(node) == "permissions"
    ]
    return {keyword.arg for call in calls for keyword in call.keywords if keyword.arg}


def _is_passed_on(module: Module, node: ast.AST) -> bool:
    """Whether permissions go into a template's context as a whole: `**permissions(...)`, or `context |=` them."""
    parent = module.parents[node]
    if isinstance(parent, ast.Dict):
        return any(
            key is None and value is node for key, value in zip(parent.keys, parent.values, strict=True)
        )
    if isinstance(parent, ast.keyword):
        return parent.arg is None
    return isinstance(parent, ast.AugAssign) and isinstance(parent.op, ast.BitOr)


def state_changes(root: Path, exceptions: Exceptions) -> list[str]:
    """An assignment to a row's state, in whatever form; a row that is made begins in one."""
    return _places(
        ((module, node) for module in modules(root, *APPS) for node in module.nodes if _changes_state(node)),
        exceptions,
    )


def _changes_state(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(attr="state", ctx=ast.Store()):
            return True
        case ast.Call(keywords=keywords) if _called_name(node) in _UPDATES:
            # `update_or_create` looks for a row by its own keywords
            return any(
                (keyword.arg == "state" and "create" not in _called_name(node))
                or (keyword.arg in (None, "defaults", "update_fields") and _names_state(keyword.value))
                for keyword in keywords
            )
        case ast.Call(args=[_, name, *_]) if _called_name(node) in ("setattr", "__setattr__"):
            return _constant(name) == "state"
        case ast.Call() if _called_name(node) in ("bulk_update", "abulk_update"):
            return _names_state(node)
    return False


def _names_state(node: ast.AST) -> bool:
    return any(_constant(inner) == "state" for inner in ast.walk(node))


# --- Sending ---------------------------------------------------------------------------------


def broker_uses(root: Path, sender: str) -> list[str]:
    """A message to the broker from any module but the one that sends the hints."""
    return _places(
        (module, node)
        for module in modules(root, *LAYERS)
        for node in module.nodes
        if module.name != sender and _uses_broker(node)
    )


def _uses_broker(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(attr=name):
            return name in _BROKER_METHODS
        case ast.ImportFrom(module="celery", names=names):
            return any(alias.name in _BROKER_CALLS for alias in names)
    return False


def mail_uses(root: Path, senders: Mapping[str, str]) -> list[str]:
    """A letter that is sent outside the folders whose code runs in jobs."""
    return _places(
        (module, node)
        for module in modules(root, *LAYERS)
        if not module.name.startswith(tuple(senders))
        for node in module.nodes
        if _sends_mail(node)
    )


def _sends_mail(node: ast.AST) -> bool:
    match node:
        case ast.Import(names=names):
            # under another name it could not be recognised where it is used
            renamed = any(alias.name == "portal.kernel.mail" and alias.asname for alias in names)
            return renamed or any(alias.name.startswith(_MAIL_MODULES) for alias in names)
        case ast.ImportFrom(module=str(source), names=names):
            renamed = source == "portal.kernel" and any(
                alias.name == "mail" and alias.asname for alias in names
            )
            imported = [f"{source}.{alias.name}" for alias in names]
            return (
                renamed
                or "portal.kernel.mail.send" in imported
                or any(name.startswith(_MAIL_MODULES) for name in imported)
            )
        case ast.Attribute(attr="send", value=value):
            return _name_of(value) == "mail"
        case ast.Call():
            return _called_name(node) in ("send_mail", "send_mass_mail", "email_user", "mail_admins")
    return False


# --- Importing -------------------------------------------------------------------------------


def private_imports(root: Path, *folders: str) -> list[str]:
    """An import of what a package keeps to itself: a part named `internal`, or a name with an underscore before it."""
    return _places(
        (module, node)
        for module in modules(root, *folders)
        for node, source, alias in module.imports
        if any(_is_private(part) for part in (*source.split("."), *alias.name.split(".")))
    )


def private_attributes(root: Path, *folders: str) -> list[str]:
    """A private name of another module, reached through that module; `os._exit` is documented."""
    return _places(
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
    return _places(
        (module, node)
        for module in modules(root, *LAYERS)
        for node in _calls_on_import(module.tree)
        if _called_name(node) in _eager_names(module)
        or (
            _called_name(node) in _EAGER_FUNCTIONS
            and _name_of(getattr(node.func, "value", None)) == "translation"
        )
    )


def _eager_names(module: Module) -> set[str]:
    return {
        alias.asname or alias.name
        for _node, source, alias in module.imports
        if source == "django.utils.translation" and alias.name in _EAGER_FUNCTIONS
    }


def _calls_on_import(node: ast.AST) -> Iterator[ast.Call]:
    """The calls outside the bodies of functions; defaults and decorators are evaluated with the module."""
    for name, value in ast.iter_fields(node):
        if name == "body" and isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from [child] if isinstance(child, ast.Call) else []
                yield from _calls_on_import(child)


def late_imports(root: Path, exceptions: Mapping[str, str]) -> list[str]:
    """An import inside a function, but for `apps.py`: what registers itself is imported when Django is ready."""
    return _places(
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
    return _places(
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
        if isinstance(node, ast.Assign) and _name_of(node.targets[0]) == "__all__":
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


def empty_names(root: Path, exceptions: Mapping[str, str], *folders: str) -> list[str]:
    """A name that is bound, or the beginning of one, which does not say what it is the name of."""
    return _places(
        (module, node)
        for module in modules(root, *folders)
        for node in module.nodes
        for name in _bound_names(node) - exceptions.keys()
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
        names.add(_name_of(node))
    return {name for name in names if isinstance(name, str)}


def modules_without_docstring(root: Path) -> list[str]:
    return [module.name for module in modules(root, *LAYERS) if not ast.get_docstring(module.tree)]
