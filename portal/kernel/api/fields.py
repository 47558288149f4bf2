"""Fields and serializers of the API: texts in all languages, moments in UTC, and no field that is not known."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date
from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Model
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.kernel import clock
from portal.kernel.text import DECIMALS, MAX_REASON, WHOLE_DIGITS, plain_decimal

Column = tuple[type[Model], str]  # a model, and the name of its field

LANGUAGE_CODES = [code for code, _name in settings.LANGUAGES]
_TEXTS = {
    "type": "object",
    "properties": {code: {"type": "string"} for code in LANGUAGE_CODES},
    "required": LANGUAGE_CODES,
    "additionalProperties": False,
}


class StrictSerializer(serializers.Serializer):
    """A serializer that refuses what it does not know, instead of ignoring it."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = set(data) - set(self.fields)
            if unknown:
                message = _("There is no such field.")
                raise serializers.ValidationError({name: [message] for name in sorted(unknown)})
        return super().to_internal_value(data)


@extend_schema_field(_TEXTS)
class TranslatedField(serializers.Field):
    """A translated field of a model (`name` for `name_en`, `name_ru`) as an object by language.

    `source` leads to the object that has the field, where it is another one.
    """

    def __init__(self, of: str, *, source: str = "*", **kwargs: Any) -> None:
        self.of = of
        super().__init__(source=source, read_only=True, **kwargs)

    def to_representation(self, value: Any) -> dict[str, str]:
        return {code: getattr(value, f"{self.of}_{code}") or "" for code in LANGUAGE_CODES}


@extend_schema_field(_TEXTS)
class PublishedTranslations(serializers.Field):
    """A text by language that is stored as JSON; a language that it lacks is empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: Any) -> dict[str, str]:
        return {code: (value or {}).get(code) or "" for code in LANGUAGE_CODES}


class TextsSerializer(StrictSerializer):
    """A text in every language; a subclass names its `column`."""

    column: ClassVar[Column | None] = None

    def get_fields(self) -> dict[str, serializers.Field]:
        limit = {} if self.column else {"max_length": MAX_REASON}
        return {code: TextField(column=self.column, **limit) for code in LANGUAGE_CODES}


class UTCDateTimeField(serializers.DateTimeField):
    """A moment in UTC, as ISO 8601 with a Z."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)


# --- What is read is of its type, or refused -------------------------------------------------


class TextField(serializers.CharField):
    """A text as it was sent; a number is none.

    `column` names where it is stored, which says how long it may be; `max_length` says so of a column without a limit,
    and of what is stored in none.
    """

    def __init__(self, *, column: Column | None = None, **kwargs: Any) -> None:
        self.column = column[0]._meta.get_field(column[1]) if column else None
        limit = getattr(self.column, "max_length", None)
        super().__init__(**{"trim_whitespace": False, **({"max_length": limit} if limit else {}), **kwargs})

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))

    def run_validators(self, value: Any) -> None:
        """Check the text as it will be stored: composed, a few are longer than as they were sent."""
        super().run_validators(unicodedata.normalize("NFC", value))


class DayField(serializers.DateField):
    """A day of the years in which the portal counts."""

    def to_internal_value(self, value: Any) -> date:
        day: date = super().to_internal_value(value)
        if day.year not in clock.YEARS:
            self.fail("invalid", format="2026-12-31")
        return day


class StrictBooleanField(serializers.BooleanField):
    """True or false, and no word for them."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class RowNumberField(serializers.IntegerField):
    """The number of a row."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=2**31 - 1, **kwargs)


class TextLanguageField(serializers.ChoiceField):
    """The language of a text that is sent; that of the request by default."""

    def __init__(self, **kwargs: Any) -> None:
        options = {"choices": settings.LANGUAGES, "required": False, **kwargs}
        super().__init__(help_text="Of the text; that of the request by default.", **options)


class VersionField(serializers.IntegerField):
    """The number of a version, from 0, which there is not yet."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=10**9, **kwargs)

    def to_internal_value(self, data: Any) -> int:
        if type(data) is not int:
            self.fail("invalid")
        return int(super().to_internal_value(data))


_DECIMAL = re.compile(rf"-?[0-9]{{1,{WHOLE_DIGITS}}}(\.[0-9]{{1,{DECIMALS}}})?")


@extend_schema_field({"type": "string", "pattern": f"^{_DECIMAL.pattern}$", "examples": ["1234.5"]})
class DecimalStringField(serializers.Field):
    """A decimal as a string, so that no digit is lost on the way; written without trailing zeros."""

    def to_internal_value(self, data: Any) -> Decimal:
        if not isinstance(data, str) or not _DECIMAL.fullmatch(data):
            message = _(
                "Write the number as a string: digits, a point, at most %(decimals)d decimals, for example “1234.5”."
            )
            raise serializers.ValidationError(message % {"decimals": DECIMALS})
        return Decimal(data)

    def to_representation(self, value: Decimal) -> str:
        return plain_decimal(value)
