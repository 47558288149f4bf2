"""Keys of records outside a practice (harms, measures, languages): which of them are unknown."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from portal.kernel.text.strict_yaml import message_excerpt, suggest_word
from practices.content import Content
from practices.fields import FIELDS, FieldType

KEYED = tuple(field.key for field in FIELDS if field.field_type == FieldType.KEYS)

KeysByField = Mapping[str, Collection[str]]  # by field


def unknown_keys(content: Content, *known: KeysByField) -> dict[str, str]:
    """By field, the first key of the content that is in none of `keys_by_field`."""
    result = {}
    for field in KEYED:
        strange = [
            key for key in content.get(field, ()) if not any(key in each.get(field, ()) for each in known)
        ]
        if strange:
            result[field] = strange[0]
    return result


def only_known(content: Content, keys_by_field: KeysByField) -> dict[str, object]:
    """The content without the keys that are not known."""
    known_content = dict(content)
    for field in KEYED:
        if field in known_content:
            known_content[field] = [key for key in content[field] if key in keys_by_field[field]]
    return known_content


def unknown_key_message(field: str, key: str, keys_by_field: KeysByField) -> str:
    """The sentence about a key that nobody knows, with the one that was meant or those that there are."""
    message = (
        _("“%(key)s” is not a known code of a language.")
        if field == "languages"
        else _("“%(key)s” is not in any charter in force.")
    )
    return f"{message % {'key': message_excerpt(key)}} {suggest_word(key, keys_by_field[field])}"
