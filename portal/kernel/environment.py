"""Variables of the environment that are no plain text; what they cannot be is refused with a sentence."""

import os
import re

from django.core.exceptions import ImproperlyConfigured


def flag(name: str) -> bool:
    """Whether the variable is on; what is neither yes nor no is refused, for a misspelt yes would be no."""
    value = os.environ.get(name, "").strip().lower()
    if value not in {"1", "true", "yes", "on", "0", "false", "no", "off", ""}:
        raise ImproperlyConfigured(f"{name} must be 1 (on) or 0 (off); it is “{value}”.")
    return value in {"1", "true", "yes", "on"}


def number(name: str, default: int, *, least: int = 0) -> int:
    """The variable as a whole number of at least `least`; the default where it is empty."""
    value = os.environ.get(name, "").strip()
    if value and (not re.fullmatch("[0-9]{1,9}", value) or int(value) < least):
        limit = f" of at least {least}" if least else ""
        raise ImproperlyConfigured(
            f"{name} must be a whole number{limit}, such as {default}; it is “{value}”."
        )
    return int(value or default)
