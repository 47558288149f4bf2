"""What somebody typed into a form that was not read, under the labels of that form where it is clear which it was."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from portal.kernel.web.forms import StrictFields


@dataclass(frozen=True, slots=True)
class TypedField:
    """One field with all that was sent for it; without a label the page shows the name."""

    name: str
    label: object
    values: Sequence[object]


def typed_fields(pairs: Iterable[tuple[str, str]], posted_names: Collection[str]) -> list[TypedField]:
    """The pairs by field. `posted_names` are those of the whole post, empty ones too: they say which form it was."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    fields = _fields_of({*posted_names, *values})
    return [
        TypedField(name, getattr(fields.get(name), "label", None), _readable(fields.get(name), sent))
        for name, sent in values.items()
    ]


def typed_words(form: forms.Form, *, only_changed: bool = False) -> list[TypedField]:
    """The words that were posted, for a page that has no place for their fields any more.

    `only_changed` leaves out what the form began with.
    """
    values = [(field, field.value()) for field in form.visible_fields() if form.is_bound]
    return [
        TypedField(field.html_name, field.label, [value])
        for field, value in values
        if isinstance(value, str)
        and value.strip()
        and not isinstance(field.field, forms.ChoiceField)
        and not (only_changed and field.name not in form.changed_data)
    ]


def _fields_of(names: Collection[str]) -> Mapping[str, Any]:
    """The fields of the smallest form that has all of these; of several alike, those that they label alike."""
    fitting = [form.base_fields for form in _all_forms(StrictFields) if _takes(form, names)]
    least = min(map(len, fitting), default=0)
    first, *others = [fields for fields in fitting if len(fields) == least] or [{}]
    return {
        name: field
        for name, field in first.items()
        if all(name in other and str(other[name].label) == str(field.label) for other in others)
    }


def _all_forms(base: type) -> Iterable[Any]:
    for form in base.__subclasses__():
        if getattr(form, "base_fields", None):
            yield form
        yield from _all_forms(form)


def _takes(form: Any, names: Collection[str]) -> bool:
    return {*form.base_fields, *form.also_posted} >= set(names)


def _readable(field: Any, values: Sequence[str]) -> list[object]:
    """Choices by their labels, as far as they are written down with the field: nothing is asked of a database here."""
    choices = getattr(field, "choices", None) if isinstance(field, forms.ChoiceField) else None
    labels = {str(value): label for value, label in choices} if isinstance(choices, list) else {}
    return [labels.get(value, value) for value in values]
