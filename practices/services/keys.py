"""Harms, measures and languages are written by keys that somebody knows; nothing else becomes a word of the library."""

from django.utils.translation import gettext as _

from portal.kernel.errors import Faults
from practices.content import Content
from practices.keys import said_unknown, unknown_keys
from practices.models import Practice
from practices.queries.carried import carried_keys
from practices.queries.taxonomy import keys_in_force


def faults_of_keys(content: Content, practice: Practice | None) -> dict[str, str]:
    """By field, a sentence about a key that is neither in force nor carried by the practice already."""
    known = keys_in_force()
    strange = unknown_keys(content, known)
    if strange and practice is not None:
        strange = unknown_keys(content, known, carried_keys(practice))
    return {field: said_unknown(field, key, known) for field, key in strange.items()}


def refuse_unknown_keys(content: Content, practice: Practice | None = None) -> None:
    """Raises Faults with a sentence for each field that names what nobody knows."""
    faults = faults_of_keys(content, practice)
    if faults:
        raise Faults(_("Some fields need correction."), faults)
