"""What a view names in the source: the queries and services behind it, the rules that open it, those of its acts."""

import ast
import importlib
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any

from django.conf import settings

from portal.kernel.access import RULES
from portal.kernel.workflow import Workflow

# The packages whose functions say what a page reads and what it does, and the one whose functions do not.
_READS_AND_WRITES = {"queries", "services", "documents", "search"}
_SERVICES = "services"
_VIEWS = "web"
_STEP_CALLS = {"apply", "is_available"}
# Calls that ask a rule for a button, or not at all; to whatever else a view names a rule, it opens the page with it.
_OFFERS = {"permissions", "is_available"}
# Functions that ask the reader again who they are: what they read says nothing of the page.
_ASKS_WHO_IT_IS = {"reauthenticate"}
_JOURNAL = "record"
# Besides `visible_to` and what is called by what it does, `still_visible_to`.
_FILTERS = {"get_visible_or_404", "documents_known_to"}


@cache
def is_own(module: str) -> bool:
    return (settings.BASE_DIR / module.split(".")[0] / "__init__.py").exists()


@dataclass
class ViewSource:
    """What a view names, itself or through helpers in its module and in other modules of pages.

    Dictionaries, for their order: what stands nearest to the view comes first.
    """

    calls: dict[str, None] = field(default_factory=dict)  # queries and services
    opening_rules: dict[str, None] = field(default_factory=dict)
    other_rules: dict[str, None] = field(default_factory=dict)
    is_filtered: bool = False

    def follow(self, module: ModuleType, name: str) -> None:
        """Read the definition, and all that it names."""
        for home, definition in _definitions_behind(module, name, _is_of_pages):
            self._read(home, definition)

    def _read(self, module: ModuleType, definition: ast.stmt) -> None:
        self.is_filtered = self.is_filtered or _is_filter(definition)
        for call in _calls_in(definition):
            target = _target(module, call.func)
            is_act = target is not None and _reads_or_writes(target.__module__)
            is_other = is_act or _called_name(call) in _OFFERS
            rules = self.other_rules if is_other else self.opening_rules
            rules |= dict.fromkeys([*_rules_of(module, call), *_rules_through(target, call)])
        for target in _targets_in(module, definition):
            if inspect.isfunction(target) and _reads_or_writes(target.__module__):
                self._read_service(target)

    def _read_service(self, function: Any) -> None:
        home = importlib.import_module(function.__module__)
        # a package of the platform is entered by its public names; in the apps each module stands for itself
        parts = home.__name__.split(".")
        public_home = ".".join(parts[:3] if parts[0] == "portal" else parts)
        self.calls[f"{public_home}.{function.__name__}"] = None
        for module, definition in _definitions_behind(home, function.__name__, _is_service):
            self.is_filtered = self.is_filtered or (module is home and _is_filter(definition))
            for call in _calls_in(definition):
                self.other_rules |= dict.fromkeys(_rules_of(module, call))


def _target(module: ModuleType, node: ast.AST) -> Any:
    """The function or class of this repository that a name of the module, or of a module in it, stands for."""
    target = _value(module, node)
    target = inspect.unwrap(target) if callable(target) else None
    is_definition = inspect.isfunction(target) or inspect.isclass(target)
    return target if is_definition and is_own(target.__module__) else None


def _value(module: ModuleType, node: ast.AST | None) -> Any:
    if isinstance(node, ast.Name):
        return getattr(module, node.id, None)
    if isinstance(node, ast.Attribute):
        owner = _value(module, node.value)
        return getattr(owner, node.attr, None) if inspect.ismodule(owner) else None
    return None


@cache
def _targets_in(module: ModuleType, definition: ast.AST) -> tuple[Any, ...]:
    names = set(_names_in(definition))
    targets = []
    for node in ast.walk(definition):
        # one of the names, or an attribute of one
        first = node.value if isinstance(node, ast.Attribute) else node
        if isinstance(first, ast.Name) and first.id in names:
            targets.append(_target(module, node))
    return tuple(target for target in targets if target is not None)


@cache
def _names_in(definition: ast.AST) -> tuple[str, ...]:
    """The names of the module that it uses: those of its own variables and parameters stand for something else."""
    nodes = list(ast.walk(definition))
    own = {node.arg for node in nodes if isinstance(node, ast.arg)}
    own |= {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return tuple(node.id for node in nodes if isinstance(node, ast.Name) and node.id not in own)


@cache
def _calls_in(definition: ast.AST) -> tuple[ast.Call, ...]:
    return tuple(node for node in ast.walk(definition) if isinstance(node, ast.Call))


@cache
def _is_filter(definition: ast.AST) -> bool:
    """Whether it reads rows as its actor may see them."""
    return any(
        name.endswith("visible_to") or name in _FILTERS for name in map(_name_of, ast.walk(definition))
    )


def _is_of_pages(module: str) -> bool:
    """Whether it is a module of pages, in an app: what the platform's do is known by their names."""
    parts = module.split(".")
    return _VIEWS in parts and parts[0] != "portal"


def _is_service(module: str) -> bool:
    return _SERVICES in module.split(".")


def _reads_or_writes(module: str) -> bool:
    parts = module.split(".")
    return _VIEWS not in parts and not _READS_AND_WRITES.isdisjoint(parts)


def _definitions_behind(
    home: ModuleType, name: str, leads_on: Callable[[str], bool]
) -> Iterator[tuple[ModuleType, ast.stmt]]:
    """A definition of the module; those that it names, of the same module or of one that leads on, and so on."""
    pending, seen = [(home, name)], set()
    while pending:
        module, current = pending.pop(0)
        definition = _definitions(module).get(current)
        if definition is None or (module, current) in seen or current in _ASKS_WHO_IT_IS:
            continue
        seen.add((module, current))
        yield module, definition
        pending += [(module, used) for used in _names_in(definition)]
        pending += [
            (importlib.import_module(target.__module__), target.__name__)
            for target in _targets_in(module, definition)
            if leads_on(target.__module__)
        ]


@cache
def _definitions(module: ModuleType) -> dict[str, ast.stmt]:
    """Functions, classes and values of a module, by name."""
    definitions: dict[str, ast.stmt] = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            definitions[node.name] = node
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            definitions |= {target.id: node for target in targets if isinstance(target, ast.Name)}
    return definitions


def _called_name(call: ast.Call) -> str:
    return _name_of(call.func)


def _name_of(node: ast.AST) -> str:
    """The name, or the last part of a dotted one; empty for anything else."""
    return str(getattr(node, "id", getattr(node, "attr", "")))


def _rules_of(module: ModuleType, call: ast.Call) -> list[str]:
    """The rules that a call names, but for entries of the journal, and those of the steps of a state table."""
    name = _called_name(call)
    table = _value(module, getattr(call.func, "value", None))
    texts = [text for node in (*call.args, *call.keywords) for text in _texts(node)]
    if isinstance(table, Workflow) and name == "rule":
        texts = [table.rule(text) for text in texts or table.steps]
    elif isinstance(table, Workflow) and name in _STEP_CALLS:
        texts = [table.rule(text) for text in texts]
    return [text for text in texts if text in RULES and name != _JOURNAL]


def _rules_through(target: Any, call: ast.Call) -> list[str]:
    """The rules that a helper names of itself: by default, or put together with an argument (`f"job.{action}"`)."""
    if not inspect.isfunction(target) or not _is_of_pages(target.__module__):
        return []
    parameters = inspect.signature(target).parameters
    values = {name: parameter.default for name, parameter in parameters.items()}
    arguments = dict(zip(parameters, call.args, strict=False))
    arguments |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    values |= {name: getattr(node, "value", None) for name, node in arguments.items()}
    rules = [value for name, value in values.items() if name not in arguments]
    definition = _definitions(importlib.import_module(target.__module__))[target.__name__]
    for node in ast.walk(definition):
        match node:
            case ast.JoinedStr(
                values=[ast.Constant(value=start), ast.FormattedValue(value=ast.Name(id=name))]
            ):
                rules.append(str(start) + str(values.get(name)))
    return [rule for rule in rules if isinstance(rule, str) and rule in RULES]


def _texts(node: ast.AST) -> Iterator[str]:
    """The texts in an argument, in either branch of a condition too; those of a call in it are that call's."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif not isinstance(node, ast.Call | ast.Compare):
        for child in ast.iter_child_nodes(node):
            yield from _texts(child)
