"""What somebody typed into a form that was not read, under the labels of that form where it is clear which it was."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from portal.kernel.web.forms import StrictFields

# of one form of several on a page: `target-0-text`, `t42-text`
_OF_A_PART = re.compile(r"(.*\d)-([a-z]\w*)")


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
    fields = _fields_by_name({*posted_names, *values})
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


def _fields_by_name(names: Collection[str]) -> Mapping[str, Any]:
    """The fields by posted name: each part of a page with several forms is looked up by itself.

    A form that is posted under prefixes of its own says so (`posted_as`, a pattern): its fields are known by those.
    """
    declared = [form for form in _all_forms(forms.BaseForm) if getattr(form, "posted_as", "")]
    parts: dict[str, dict[str, str]] = {}
    by_name: dict[str, Any] = {}
    for name in names:
        prefix, _dash, field = name.rpartition("-")
        if form := next((each for each in declared if re.fullmatch(each.posted_as, prefix)), None):
            by_name[name] = form.base_fields.get(field)
            continue
        match = _OF_A_PART.fullmatch(name)
        prefix, field = match.groups() if match else ("", name)
        parts.setdefault(prefix, {})[field] = name
    for prefix, part in parts.items():
        fields = _fields_of(part.keys(), is_part=bool(prefix))
        by_name |= {part[name]: field for name, field in fields.items() if name in part}
    return by_name


def _fields_of(names: Collection[str], *, is_part: bool) -> Mapping[str, Any]:
    """The fields of the smallest form that has all of these; of several alike, those that they label alike.

    Forms that list what a page posts go before those that are one part of it. A part may be posted without some of its
    fields: there all forms that have these must agree.
    """
    strict = [form for form in _all_forms(StrictFields) if not is_part and _takes(form, names)]
    others = [form for form in _all_forms(forms.BaseForm) if not getattr(form, "posted_as", "")]
    fitting = [form.base_fields for form in strict or others if _takes(form, names)]
    least = min(map(len, fitting), default=0)
    first, *alike = [fields for fields in fitting if is_part or len(fields) == least] or [{}]
    return {
        name: field
        for name, field in first.items()
        if all(name in other and str(other[name].label) == str(field.label) for other in alike)
    }


def _all_forms(base: type) -> Iterable[Any]:
    for form in base.__subclasses__():
        if getattr(form, "base_fields", None):
            yield form
        yield from _all_forms(form)


def _takes(form: Any, names: Collection[str]) -> bool:
    return {*form.base_fields, *getattr(form, "also_posted", ())} >= set(names)


def _readable(field: Any, values: Sequence[str]) -> list[object]:
    """Choices by their labels, as far as they are written down with the field: nothing is asked of a database here."""
    choices = getattr(field, "choices", None) if isinstance(field, forms.ChoiceField) else None
    labels = {str(value): label for value, label in choices} if isinstance(choices, list) else {}
    return [labels.get(value, value) for value in values]
