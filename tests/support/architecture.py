"""Scans that say where the source sees, does or sends what it must not, below any root: so they can be tried out."""

import ast
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tests.support.source import (
    APPS,
    LAYERS,
    Exceptions,
    Module,
    called_name,
    constant,
    interfaces,
    modules,
    name_of,
    places,
)

_FILTERS = {"visible_to", "none"}
_MANAGERS = {"objects", "_default_manager", "_base_manager"}
_LOOKUPS = {"get_object_or_404", "get_list_or_404", "aget_object_or_404", "aget_list_or_404"}
# Ways to rows past the visibility policy: as the system, by a model's name, in SQL.
_ACTORS = {"SYSTEM", "acting_as", "reading_as"}
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
_UPDATES = {"update", "aupdate", "update_or_create", "aupdate_or_create", "bulk_create", "abulk_create"}
_BROKER_METHODS = {"delay", "apply_async", "send_task", "s", "si"}
_BROKER_CALLS = {"group", "chain", "chord", "chunks", "signature"}  # of Celery
_MAIL_MODULES = ("django.core.mail", "smtplib")
_STORAGE_MODULES = ("django.core.files.storage", "storages", "boto3", "botocore")
_STORAGE_NAMES = {"default_storage", "MEDIA_ROOT", "STORAGES", "storage_root"}


# --- Seeing ----------------------------------------------------------------------------------


def unfiltered_reads(root: Path, exceptions: Exceptions) -> list[str]:
    """A way to rows in an interface that neither leads to `visible_to` nor is handed to `get_visible_or_404`.

    Rows are written by services: what saves or deletes one is here too.
    """
    related = _related_names(root)
    return places(
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
        case ast.Call(args=[first, *_]) if called_name(node) in _LOOKUPS | {"QuerySet"}:
            return name_of(first)[:1].isupper()
        case ast.Call(args=[_, name, *_]) if called_name(node) == "getattr":
            return constant(name) in _MANAGERS | related
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
                names.add((str(constant(node.value)), module.function_of(node)))
            elif isinstance(node, ast.ClassDef):
                for base in node.bases:
                    models[name_of(base)].add(node.name.lower())
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
        and called_name(parent) == "get_visible_or_404"
        and parent.args[:1] == [node]
    )


def other_actors_in_queries(root: Path, exceptions: Exceptions) -> list[str]:
    """A query that reads as the system, or as anybody else than who asks it."""
    return places(
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
            return name in _ACTORS and name_of(owner) != "ActorKind"
    return False


# --- Doing -----------------------------------------------------------------------------------


def rule_checks_in_interfaces(root: Path, exceptions: Exceptions) -> list[str]:
    """An interface that decides who may: it names a rule to `requires`, `get_visible_or_404` or `permissions`."""
    return places(
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
            return constant(key) in offered
        case ast.Call(func=ast.Attribute(attr="has")):
            return True
        case ast.Call(func=ast.Attribute(attr="get"), args=[key, *_]):
            return constant(key) in offered
        case ast.Call():
            return called_name(node) == "permissions" and not _is_passed_on(module, node)
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
        or (called_name(node).startswith(_QUESTIONS) and "actor" in map(name_of, node.args))
        for node in ast.walk(test)
    )


def _is_fact_of_actor(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and name_of(node.value) in ("actor", "user")


def _facts_of_actor(module: Module) -> set[str]:
    """The names that the module gives to attributes of the actor."""
    return {
        name_of(target)
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
            statuses = [constant(keyword.value) for keyword in keywords if keyword.arg == "status"]
            return called_name(node) in _REFUSALS or not {401, 403, 404}.isdisjoint(statuses)
    return False


def _offered_names(module: Module) -> set[str]:
    """The names under which `permissions` hands its answers to templates."""
    calls = [
        node for node in module.nodes if isinstance(node, ast.Call) and called_name(node) == "permissions"
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
    return places(
        ((module, node) for module in modules(root, *APPS) for node in module.nodes if _changes_state(node)),
        exceptions,
    )


def _changes_state(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(attr="state", ctx=ast.Store()):
            return True
        case ast.Call(keywords=keywords) if called_name(node) in _UPDATES:
            # `update_or_create` looks for a row by its own keywords
            return any(
                (keyword.arg == "state" and "create" not in called_name(node))
                or (keyword.arg in (None, "defaults", "update_fields") and _names_state(keyword.value))
                for keyword in keywords
            )
        case ast.Call(args=[_, name, *_]) if called_name(node) in ("setattr", "__setattr__"):
            return constant(name) == "state"
        case ast.Call() if called_name(node) in ("bulk_update", "abulk_update"):
            return _names_state(node)
    return False


def _names_state(node: ast.AST) -> bool:
    return any(constant(inner) == "state" for inner in ast.walk(node))


# --- Sending ---------------------------------------------------------------------------------


def broker_uses(root: Path, *senders: str) -> list[str]:
    """A message to the broker from any module but those that send the hints."""
    return places(
        (module, node)
        for module in modules(root, *LAYERS)
        for node in module.nodes
        if module.name not in senders and _uses_broker(node)
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
    return places(
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
            return name_of(value) == "mail"
        case ast.Call():
            return called_name(node) in ("send_mail", "send_mass_mail", "email_user", "mail_admins")
    return False


# --- Stored files ----------------------------------------------------------------------------


def storage_uses(root: Path, owners: Mapping[str, str]) -> list[str]:
    """A use of the storage outside the modules that know where bytes lie: the gate and the digest would be bypassed."""
    return places(
        (module, node)
        for module in modules(root, *LAYERS)
        if not module.name.startswith(tuple(owners))
        for node in module.nodes
        if _uses_storage(node)
    )


def _uses_storage(node: ast.AST) -> bool:
    match node:
        case ast.Import(names=names):
            return any(_is_storage_module(alias.name) for alias in names)
        case ast.ImportFrom(module=str(source), names=names):
            return any(_is_storage_module(f"{source}.{alias.name}") for alias in names)
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name in _STORAGE_NAMES
    return False


def _is_storage_module(name: str) -> bool:
    return any(name == module or name.startswith(f"{module}.") for module in _STORAGE_MODULES)
