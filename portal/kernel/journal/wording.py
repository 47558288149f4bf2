"""The journal in words: a sentence for each kind of entry, a name for each type of target, and where a target is shown.

Each layer registers its own; a kind without words would show as its name, and a test refuses that.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.functional import Promise

from portal.kernel.access import Actor
from portal.kernel.alphabet import alphabet_key

Wording = str | Promise


@dataclass(frozen=True, slots=True)
class TargetLink:
    """Where a target is shown, and what it is called; either may be empty."""

    url: str = ""
    title: str = ""


LinkFinder = Callable[
    [Actor, Collection[int]], Mapping[int, TargetLink]
]  # of the targets that the actor may see

_SENTENCES: dict[str, Wording] = {}
_NAMES: dict[str, Wording] = {}
_DETAILS: dict[str, Wording] = {}
_VALUES: dict[str, dict[str, Wording]] = {}
_LINK_FINDERS: dict[str, LinkFinder] = {}


def register_sentences(sentences: Mapping[str, Wording]) -> None:
    """Register a sentence for each kind of entry."""
    _SENTENCES.update(sentences)


def register_names(names: Mapping[str, Wording]) -> None:
    """Register the names of targets, by the first part of kinds and by the names of models."""
    _NAMES.update(names)


def register_details(details: Mapping[str, Wording]) -> None:
    """Register the names of an entry's facts, by the names under which they were recorded."""
    _DETAILS.update(details)


def register_values(values: Mapping[str, Mapping[str, Wording]]) -> None:
    """Register the words of a fact's codes (`disclosure`, `public`), by the name under which it was recorded."""
    for name, words in values.items():
        _VALUES.setdefault(name, {}).update(words)


def register_links(finders: Mapping[str, LinkFinder]) -> None:
    """Register where rows of a model (`label.model`) are shown, and what they are called."""
    _LINK_FINDERS.update(finders)


def sentence_for(kind: str) -> str:
    return str(_SENTENCES.get(kind, kind))


def target_name(name: str) -> str:
    """The name of a target; its technical name where none is registered."""
    return str(_NAMES.get(name, name))


def detail_name(name: str) -> str:
    """The label of an entry's fact; its technical name where none is registered."""
    return str(_DETAILS.get(name, name))


def value_name(name: str, code: object) -> str:
    """The word for a code of an entry's fact; the code itself, or whatever it is, where none is registered."""
    return str(_VALUES.get(name, {}).get(str(code), code))


def state_name(target: str, code: str) -> str:
    """The label of a state of a model (`label.model`); the state itself where the model no longer has it."""
    try:
        choices = apps.get_model(target)._meta.get_field("state").choices
    except (LookupError, ValueError, FieldDoesNotExist):
        return code
    return str(dict(choices or ()).get(code, code))


def described_kinds() -> list[str]:
    """Every kind that has words."""
    return sorted(_SENTENCES)


def is_known(kind: str) -> bool:
    """Whether it has words here. What another version has recorded may be of a kind that only that one knows."""
    return kind in _SENTENCES


def target_groups() -> list[tuple[str, str]]:
    """The groups of targets, by the first part of their kinds, in the order of the reader's words."""
    groups = {kind.partition(".")[0] for kind in _SENTENCES}
    return sorted(((group, target_name(group)) for group in groups), key=lambda pair: alphabet_key(pair[1]))


def target_links(actor: Actor, targets: Mapping[str, Collection[int]]) -> dict[tuple[str, int], TargetLink]:
    """Where these targets are shown and what they are called, by model and number; none that the actor may not see."""
    return {
        (model, pk): link
        for model, ids in targets.items()
        if model in _LINK_FINDERS
        for pk, link in _LINK_FINDERS[model](actor, ids).items()
    }
