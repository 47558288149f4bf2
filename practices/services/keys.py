"""Harms, measures and languages are written by keys that somebody knows; nothing else becomes a word of the library."""

from django.utils.translation import gettext as _

from portal.kernel.errors import Faults
from practices.content import Content
from practices.keys import unknown_key_message, unknown_keys
from practices.models import Practice
from practices.queries.stored_keys import stored_keys
from practices.queries.taxonomy import keys_in_force


def key_faults(content: Content, practice: Practice | None) -> dict[str, str]:
    """By field, a sentence about a key that is neither in force nor carried by the practice already."""
    keys_by_field = keys_in_force()
    strange = unknown_keys(content, keys_by_field)
    if strange and practice is not None:
        strange = unknown_keys(content, keys_by_field, stored_keys(practice))
    return {field: unknown_key_message(field, key, keys_by_field) for field, key in strange.items()}


def refuse_unknown_keys(content: Content, practice: Practice | None = None) -> None:
    """Raises Faults with a sentence for each field that names what nobody knows."""
    faults = key_faults(content, practice)
    if faults:
        raise Faults(_("Some fields need correction."), faults)
