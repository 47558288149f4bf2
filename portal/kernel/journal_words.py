"""The journal in words: a sentence for each kind of line, a name for each thing, and where a thing is shown.

Each floor speaks for its own; a kind without words would show as it is written, and a test keeps that from happening.
"""

from collections.abc import Callable, Collection, Mapping

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.functional import Promise

from portal.kernel.access import Actor

Words = str | Promise
Leads = Callable[
    [Actor, Collection[int]], Mapping[int, str]
]  # where the things that the actor may see are shown

_SENTENCES: dict[str, Words] = {}
_THINGS: dict[str, Words] = {}
_DETAILS: dict[str, Words] = {}
_LEADS: dict[str, Leads] = {}


def speak(sentences: Mapping[str, Words]) -> None:
    """Say what each kind of line means."""
    _SENTENCES.update(sentences)


def name(things: Mapping[str, Words]) -> None:
    """Name things, by the first part of kinds and by the names of models."""
    _THINGS.update(things)


def detail(details: Mapping[str, Words]) -> None:
    """Say what the facts of lines are called, by the names under which they were recorded."""
    _DETAILS.update(details)


def lead(leads: Mapping[str, Leads]) -> None:
    """Say where things of a model (`label.model`) are shown."""
    _LEADS.update(leads)


def sentence(kind: str) -> str:
    return str(_SENTENCES.get(kind, kind))


def thing(name_: str) -> str:
    """What a thing is called; a name without words by itself."""
    return str(_THINGS.get(name_, name_))


def fact(name_: str) -> str:
    """What a fact of a line is called; one without words by its name."""
    return str(_DETAILS.get(name_, name_))


def state(target: str, code: str) -> str:
    """A state of a thing (`label.model`) in the words of its model; one that it does not know any more as it is."""
    try:
        choices = apps.get_model(target)._meta.get_field("state").choices
    except (LookupError, ValueError, FieldDoesNotExist):
        return code
    return str(dict(choices or ()).get(code, code))


def kinds() -> list[str]:
    """Every kind that has words."""
    return sorted(_SENTENCES)


def groups() -> list[tuple[str, str]]:
    """The things that lines are about, by the first part of their kinds, in the order of the reader's words."""
    found = {kind.partition(".")[0] for kind in _SENTENCES}
    return sorted(((one, thing(one)) for one in found), key=lambda pair: pair[1].casefold())


def addresses(actor: Actor, targets: Mapping[str, Collection[int]]) -> dict[tuple[str, int], str]:
    """Where these things are shown, by model and number; what the actor may not see has no address."""
    return {
        (model, pk): url
        for model, ids in targets.items()
        if model in _LEADS
        for pk, url in _LEADS[model](actor, ids).items()
    }
