"""Reading what somebody wrote of a practice into plain data, or saying everything that is wrong with it."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from portal.kernel.errors import DomainError, Faults
from portal.kernel.publishing import canonical
from portal.kernel.text import clean_line, clean_name, clean_text
from practices.enums import StepBy
from practices.fields import FIELDS, FIELDS_BY_KEY, Field, FieldGroup, FieldType, fields_of

Content = Mapping[str, Any]  # by the keys of FIELDS; what is empty is left out

_KEY = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_STEP, _EFFECT = ("text", "by"), ("what", "unit", "before", "after")
_MAX_DIGITS = 30  # digits of a number


def clean_content(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The content in its one true form: known fields in the table's order, composed text, nothing empty.

    Raises Faults with a sentence for each field that is wrong, unknown ones among them.
    """
    faults = {key: _("There is no such field.") for key in raw if key not in FIELDS_BY_KEY}
    content: dict[str, Any] = {}
    for field in FIELDS:
        try:
            value = _READERS[field.field_type](field, raw.get(field.key))
        except DomainError as refusal:
            faults[field.key] = str(refusal)
        else:
            if value not in (None, "", []):
                content[field.key] = value
    if faults:
        raise Faults(_("Some fields need correction."), faults)
    return content


def clean_group(group: FieldGroup, raw: Mapping[str, Any]) -> dict[str, Any]:
    """One group of the content; unknown keys are left out. Raises Faults."""
    return clean_content({field.key: raw.get(field.key) for field in fields_of(group)})


def group_of(content: Content, group: FieldGroup) -> dict[str, Any]:
    """What the content says in one group."""
    return {field.key: content[field.key] for field in fields_of(group) if field.key in content}


def group_digest(content: Content, group: FieldGroup) -> str:
    """A digest of one group: a form that sends it back was based on the group's present content."""
    return hashlib.sha256(canonical(group_of(content, group))).hexdigest()[:16]


def in_field_order(content: Content) -> dict[str, Any]:
    """The same in the table's order, rows too: a store of JSON keeps none."""
    parts = {FieldType.STEPS: _STEP, FieldType.EFFECTS: _EFFECT}
    result: dict[str, Any] = {}
    for field in FIELDS:
        if field.key not in content:
            continue
        value = content[field.key]
        if keys := parts.get(field.field_type):
            value = [{key: row[key] for key in keys if key in row} for row in value]
        result[field.key] = value
    return result


def missing_fields(content: Content) -> list[Field]:
    """The fields without which the record is not shared."""
    return [field for field in FIELDS if field.required and not content.get(field.key)]


def refuse_incomplete(content: Content) -> None:
    """Raises a DomainError that names what is still missing."""
    missing = ", ".join(_("“%(words)s”") % {"words": field.title} for field in missing_fields(content))
    if missing:
        raise DomainError(f"{_('Still missing:')} {missing}.")


# --- Texts -----------------------------------------------------------------------------------


def _line(field: Field, value: Any) -> str:
    text = _string(value)
    clean = clean_name if field.key == "title" else clean_line
    return _check_length(field, clean(text)) if text.strip() else ""


def _text(field: Field, value: Any) -> str:
    return _check_length(field, clean_text(_string(value)).strip())


def _string(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise DomainError(_("Enter a text."))
    return value


def _check_length(field: Field, text: str) -> str:
    if len(text) > field.limit:
        raise DomainError(
            _("Shorten the text: %(length)d characters, at most %(limit)d allowed.")
            % {"length": len(text), "limit": field.limit}
        )
    return text


# --- Choices, keys, dates, numbers -----------------------------------------------------------


def _choice(field: Field, value: Any) -> str:
    choice = _string(value).strip()
    if choice and field.choices is not None and choice not in field.choices.values:
        raise DomainError(_unknown_choice(field, choice))
    return choice


def _choices(field: Field, value: Any) -> list[str]:
    """In the order of the choices, each once."""
    assert field.choices is not None
    entries = _strings(value)
    for choice in entries:
        if choice not in field.choices.values:
            raise DomainError(_unknown_choice(field, choice))
    return [choice for choice in field.choices.values if choice in entries]


def _unknown_choice(field: Field, choice: str) -> str:
    assert field.choices is not None
    return _("“%(choice)s” is not allowed here. Use one of: %(choices)s.") % {
        "choice": choice[:60],
        "choices": ", ".join(field.choices.values),
    }


def _keys(field: Field, value: Any) -> list[str]:
    entries = _strings(value)
    for key in entries:
        if not _KEY.fullmatch(key) or len(key) > 60:
            raise DomainError(
                _("“%(key)s” is not a valid key. Use lower-case letters, digits, hyphens and underscores.")
                % {"key": key[:60]}
            )
    return _check_count(field, list(dict.fromkeys(entries)))


def _strings(value: Any) -> list[str]:
    if value in (None, ""):
        return []
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise DomainError(_("Enter a list."))
    return [_string(item).strip() for item in value]


def _check_count(field: Field, items: list[Any]) -> list[Any]:
    if len(items) > field.limit:
        raise DomainError(_("Enter at most %(most)d entries.") % {"most": field.limit})
    return items


def _date(field: Field, value: Any) -> str:
    del field
    if isinstance(value, date):
        return value.isoformat()
    text = _string(value).strip()
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as wrong:
        raise DomainError(_("Enter the date in this form: 2026-08-14.")) from wrong


def _number(field: Field, value: Any) -> str:
    del field
    number = _decimal(value)
    return "" if number is None else format(number, "f")


def _share(field: Field, value: Any) -> str:
    del field
    number = _decimal(value)
    if number is not None and not 0 <= number <= 1:
        raise DomainError(_("Write a share from 0 to 1, for example 0.83."))
    return "" if number is None else format(number, "f")


def _decimal(value: Any) -> Decimal | None:
    if value in (None, ""):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation as wrong:
        raise DomainError(_("Write a number, for example 1234.5.")) from wrong
    if (
        not number.is_finite()
        or len(number.as_tuple().digits) > _MAX_DIGITS
        or abs(number.adjusted()) > _MAX_DIGITS
    ):
        raise DomainError(_("Write a number, for example 1234.5."))
    return number


# --- Lists of steps and effects --------------------------------------------------------------


def _steps(field: Field, value: Any) -> list[dict[str, str]]:
    rows = [_row(item, _STEP) for item in _items(value)]
    steps = []
    for row in rows:
        by = row.get("by") or StepBy.AUTOMATIC
        if by not in StepBy.values:
            raise DomainError(
                _("“%(choice)s” is not allowed here. Use one of: %(choices)s.")
                % {"choice": by[:60], "choices": ", ".join(StepBy.values)}
            )
        text = _text(_STEP_TEXT, row.get("text"))
        if text:
            steps.append({"text": text, "by": str(by)})
    return _check_count(field, steps)


def _effects(field: Field, value: Any) -> list[dict[str, str]]:
    effects = []
    for row in (_row(item, _EFFECT) for item in _items(value)):
        effect = {
            "what": _line(_EFFECT_LINE, row.get("what")),
            "unit": _line(_EFFECT_LINE, row.get("unit")),
            "before": _number(field, row.get("before")),
            "after": _number(field, row.get("after")),
        }
        if not any(effect.values()):
            continue
        if not effect["what"] or not effect["before"] or not effect["after"]:
            raise DomainError(_("Enter what was measured, and the numbers before and after."))
        effects.append({key: text for key, text in effect.items() if text})
    return _check_count(field, effects)


def _items(value: Any) -> Sequence[Any]:
    if value in (None, ""):
        return []
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise DomainError(_("Enter a list."))
    return value


def _row(item: Any, keys: Sequence[str]) -> Mapping[str, Any]:
    if not isinstance(item, Mapping) or not set(item) <= set(keys):
        raise DomainError(_("Only these keys are allowed here: %(keys)s.") % {"keys": ", ".join(keys)})
    return item


STEP_TEXT_LIMIT, EFFECT_LINE_LIMIT = 1000, 120
_STEP_TEXT = Field("text", FIELDS_BY_KEY["steps"].group, "", FieldType.TEXT, STEP_TEXT_LIMIT)
_EFFECT_LINE = Field("what", FIELDS_BY_KEY["effects"].group, "", FieldType.LINE, EFFECT_LINE_LIMIT)

_READERS: Mapping[FieldType, Callable[[Field, Any], Any]] = {
    FieldType.LINE: _line,
    FieldType.TEXT: _text,
    FieldType.CHOICE: _choice,
    FieldType.CHOICES: _choices,
    FieldType.KEYS: _keys,
    FieldType.DATE: _date,
    FieldType.NUMBER: _number,
    FieldType.SHARE: _share,
    FieldType.STEPS: _steps,
    FieldType.EFFECTS: _effects,
}
