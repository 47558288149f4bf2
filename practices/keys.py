"""Keys of what stands outside of a practice (harms, measures, languages): which of them nobody knows."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from portal.kernel.plain_yaml import shown, suggest
from practices.content import Content
from practices.fields import FIELDS, Type

KEYED = tuple(field.key for field in FIELDS if field.holds == Type.KEYS)

Keys = Mapping[str, Collection[str]]  # by field


def unknown_keys(content: Content, *known: Keys) -> dict[str, str]:
    """By field, the first key of the content that is in none of `known`."""
    found = {}
    for field in KEYED:
        strange = [
            key for key in content.get(field, ()) if not any(key in each.get(field, ()) for each in known)
        ]
        if strange:
            found[field] = strange[0]
    return found


def only_known(content: Content, known: Keys) -> dict[str, object]:
    """The content without the keys that are not known."""
    kept = dict(content)
    for field in KEYED:
        if field in kept:
            kept[field] = [key for key in content[field] if key in known[field]]
    return kept


def said_unknown(field: str, key: str, known: Keys) -> str:
    """The sentence about a key that nobody knows, with the one that was meant or those that there are."""
    message = (
        _("“%(key)s” is not a known code of a language.")
        if field == "languages"
        else _("“%(key)s” is in no charter in force.")
    )
    return f"{message % {'key': shown(key)}} {suggest(key, known[field])}"
