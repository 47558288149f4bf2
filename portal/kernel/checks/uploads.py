"""The check of what files from outside are inspected with: it tries what an inspection may not do; `check --deploy`."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from portal.kernel import files
from portal.kernel.errors import DomainError

_WALLS = {
    "user": "Files from outside are inspected as the user of the portal itself.",
    "network": "Files from outside are inspected with the network in reach.",
    "calls": "Files from outside are inspected without a filter of system calls.",
}


@register(Tags.security, deploy=True)
def uploads_are_inspected_apart(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Start an inspection that tries what it may not do; warn of each layer that this machine refuses."""
    hint = (
        "docs/how-to/uploads.md says what each layer needs of the machine, and what still holds without it."
    )
    try:
        missing = files.missing_walls()
    except (DomainError, OSError):
        hint = "The log names the reason. Is the data folder writable, and the code readable?"
        return [Error("Files from outside cannot be inspected.", hint=hint, id="portal.E020")]
    return [
        Warning(_WALLS[name], hint=hint, id="portal.W020")
        if name in _WALLS
        else Error(f"The inspection of a file has a right that it must not have: {name}.", id="portal.E021")
        for name in missing
    ]
