"""Fields and serializers of the API: texts in all languages, moments in UTC, and no field that is not known."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

CODES = [code for code, _name in settings.LANGUAGES]
_TEXTS = {
    "type": "object",
    "properties": {code: {"type": "string"} for code in CODES},
    "required": CODES,
    "additionalProperties": False,
}


class Strict(serializers.Serializer):
    """A serializer that refuses what it does not know, instead of ignoring it."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = set(data) - set(self.fields)
            if unknown:
                said = _("There is no such field here.")
                raise serializers.ValidationError({name: [said] for name in sorted(unknown)})
        return super().to_internal_value(data)


@extend_schema_field(_TEXTS)
class Texts(serializers.Field):
    """A translated field of a model (`name` for `name_en`, `name_ru`) as an object by language.

    `source` leads to the thing that has the field, where it is another one.
    """

    def __init__(self, of: str, *, source: str = "*", **kwargs: Any) -> None:
        self.of = of
        super().__init__(source=source, read_only=True, **kwargs)

    def to_representation(self, value: Any) -> dict[str, str]:
        return {code: getattr(value, f"{self.of}_{code}") or "" for code in CODES}


@extend_schema_field(_TEXTS)
class KeptTexts(serializers.Field):
    """A text by language that is kept as JSON; a language that it lacks is empty."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: Any) -> dict[str, str]:
        return {code: (value or {}).get(code) or "" for code in CODES}


class Moment(serializers.DateTimeField):
    """A moment in UTC, as ISO 8601 with a Z."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)
