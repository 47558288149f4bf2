"""Where upper floors hang things on lower pages: panels, and kinds of evidence.

A lower floor names a place; an upper floor registers what stands there, in its `apps.ready()`.
"""

from collections.abc import Callable
from typing import Any

from portal.kernel.access import Actor

Panel = Callable[[Actor, Any], dict[str, Any] | None]
_PANELS: dict[str, list[tuple[str, Panel]]] = {}


def hang(place: str, template: str, panel: Panel) -> None:
    """Show `template` at `place` with what `panel(actor, subject)` gives; None shows nothing."""
    _PANELS.setdefault(place, []).append((template, panel))


def panels(place: str, actor: Actor, subject: object) -> list[tuple[str, dict[str, Any]]]:
    """What stands at the place for this actor and subject: pairs of template and context."""
    shown = ((template, panel(actor, subject)) for template, panel in _PANELS.get(place, []))
    return [(template, context) for template, context in shown if context is not None]
