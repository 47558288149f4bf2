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
from portal.kernel.text import clean_line, clean_name, clean_text, refuse_long
from practices.enums import ClassOutcome, StepBy
from practices.fields import FIELDS, FIELDS_BY_KEY, ROW_KEYS, Field, FieldGroup, FieldType, fields_of

Content = Mapping[str, Any]  # by the keys of FIELDS; what is empty is left out

_KEY = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_CLASS_KEY = re.compile(r"[^\W_][\w.+-]{0,39}")
_STEP, _EFFECT = ROW_KEYS[FieldType.STEPS], ROW_KEYS[FieldType.EFFECTS]
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
    if "examples" not in faults and "classes" not in faults:
        known = {row["key"] for row in content.get("classes", [])}
        if strange := next((row for row in content.get("examples", []) if row["class"] not in known), None):
            faults["examples"] = _("“%(class)s” is none of the classes above.") % strange
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
    result: dict[str, Any] = {}
    for field in FIELDS:
        if field.key not in content:
            continue
        value = content[field.key]
        if keys := ROW_KEYS.get(field.field_type):
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


def is_class_key(text: str) -> bool:
    """Whether it can name a class."""
    return _CLASS_KEY.fullmatch(text) is not None


def with_stated(content: Content, stated: Content) -> dict[str, Any]:
    """The content where what a text states takes the place of what was there, and all else stays.

    Examples of a class that is gone go with it.
    """
    merged = {**content, **stated}
    if merged.get("examples") and "examples" not in stated:
        keys = {row["key"] for row in merged.get("classes", [])}
        merged["examples"] = [row for row in merged["examples"] if row["class"] in keys]
    return {key: value for key, value in merged.items() if value}


# --- Texts -----------------------------------------------------------------------------------


def _line(field: Field, value: Any) -> str:
    text = _string(value)
    clean = clean_name if field.key == "title" else clean_line
    return refuse_long(clean(text), field.limit) if text.strip() else ""


def _text(field: Field, value: Any) -> str:
    return refuse_long(clean_text(_string(value)).strip(), field.limit)


def _string(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise DomainError(_("Enter a text."))
    return value


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


def _classes(field: Field, value: Any) -> list[dict[str, str]]:
    """In the order in which they are tried; each key once."""
    classes: list[dict[str, str]] = []
    for row in (_row(item, ROW_KEYS[FieldType.CLASSES]) for item in _items(value)):
        cells = {key: _cell(key, row.get(key)) for key in ROW_KEYS[FieldType.CLASSES]}
        if not any(text for key, text in cells.items() if key != "outcome"):
            continue
        if not _CLASS_KEY.fullmatch(cells["key"]):
            message = _("“%(key)s” cannot name a class. Use letters, digits, hyphens and underscores.")
            raise DomainError(message % {"key": cells["key"][:60]})
        if cells["outcome"] not in ClassOutcome.values:
            message = _("Say of the class “%(key)s” whether it is allowed.")
            raise DomainError(message % {"key": cells["key"]})
        if not cells["title"]:
            raise DomainError(_("Give the class “%(key)s” a title.") % {"key": cells["key"]})
        if any(each["key"] == cells["key"] for each in classes):
            raise DomainError(_("There are two classes “%(key)s”.") % {"key": cells["key"]})
        classes.append({key: text for key, text in cells.items() if text})
    return _check_count(field, classes)


def _examples(field: Field, value: Any) -> list[dict[str, str]]:
    examples = []
    for row in (_row(item, ROW_KEYS[FieldType.EXAMPLES]) for item in _items(value)):
        cells = {key: _cell(key, row.get(key)) for key in ROW_KEYS[FieldType.EXAMPLES]}
        if not cells["text"]:
            continue
        if not cells["class"]:
            raise DomainError(_("Choose the class of each example."))
        examples.append(cells)
    return _check_count(field, examples)


def _scores(field: Field, value: Any) -> list[dict[str, str]]:
    scores = []
    for row in (_row(item, ROW_KEYS[FieldType.SCORES]) for item in _items(value)):
        cells = {key: _cell(key, row.get(key)) for key in ("name", "class", "by")}
        cells |= {key: _share(field, row.get(key)) for key in ("precision", "recall")}
        cells |= {"rows": _number(field, row.get("rows")), "on": _date(field, row.get("on"))}
        if not any(cells.values()):
            continue
        if not cells["name"] or not (cells["precision"] or cells["recall"]):
            raise DomainError(_("Enter what was tested, and its precision or recall."))
        scores.append({key: cells[key] for key in ROW_KEYS[FieldType.SCORES] if cells[key]})
    return _check_count(field, scores)


def _cell(key: str, value: Any) -> str:
    return _line(_CELLS[key], value)


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
# of classes, examples and prompts
CELL_LIMITS = {
    "key": 60, "title": 120, "outcome": 20, "meaning": 600, "follows": 120, "class": 60, "text": 500,
    "name": 120, "by": 120,
}  # fmt: skip
_STEP_TEXT = Field("text", FIELDS_BY_KEY["steps"].group, "", FieldType.TEXT, STEP_TEXT_LIMIT)
_EFFECT_LINE = Field("what", FIELDS_BY_KEY["effects"].group, "", FieldType.LINE, EFFECT_LINE_LIMIT)
_CELLS = {key: Field(key, FieldGroup.POLICY, "", FieldType.LINE, limit) for key, limit in CELL_LIMITS.items()}

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
    FieldType.CLASSES: _classes,
    FieldType.EXAMPLES: _examples,
    FieldType.SCORES: _scores,
}
