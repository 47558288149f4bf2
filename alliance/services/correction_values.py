"""The new value of a correction as it is stored, by what it is a value of."""

from typing import Any

from django.utils.translation import gettext as _

from alliance.enums import CorrectionSubject, Standing, VerdictValue
from alliance.figure_fields import FIELDS, FigureValues
from alliance.services.correction_targets import cleaned_target
from alliance.validators.corrections import CorrectionPlace, Values
from portal.kernel.errors import DomainError
from portal.kernel.text import clean_text, refuse_long

MAX_TEXT = 20_000
CORRECTABLE_STANDINGS = (Standing.FILED, Standing.LATE, Standing.NOT_FILED, Standing.EXEMPT)


def cleaned_value(place: CorrectionPlace, current: Values, new: Values) -> dict[str, Any]:
    """The new value as it is stored; raises DomainError with the key of the place."""
    merged = {**current, **new}
    if place.subject == CorrectionSubject.FIGURE:
        return _cleaned_figure(place, merged)
    if place.subject == CorrectionSubject.VERDICT:
        if merged["value"] not in VerdictValue.values:
            raise DomainError(_("Choose a verdict."), field=place.key)
        texts = {name: _cleaned_text(place, merged[name]) for name in ("reason", "difference")}
        return {"value": merged["value"], **texts}
    if place.subject == CorrectionSubject.TARGET:
        return cleaned_target(place, merged, current["decision"])
    if place.subject == CorrectionSubject.STANDING:
        return _cleaned_standing(place, merged)
    text = _cleaned_text(place, merged["text"])
    if not text:
        raise DomainError(_("Write the text as it should be."), field=place.key)
    return {"text": text}


def _cleaned_figure(place: CorrectionPlace, merged: Values) -> dict[str, Any]:
    values = FigureValues.from_document({name: merged[name] for name in FIELDS if name in merged})
    if not values.is_reported:  # no number is left behind a figure that there is no more
        values = FigureValues(status=values.status, reason=values.reason, method=values.method)
    try:
        return values.cleaned().to_document()
    except DomainError as error:
        raise DomainError(error.message, field=place.key) from error


def _cleaned_text(place: CorrectionPlace, text: str) -> str:
    return refuse_long(clean_text(text, field=place.key).strip(), MAX_TEXT, field=place.key)


def _cleaned_standing(place: CorrectionPlace, merged: Values) -> dict[str, Any]:
    """How it was filed; the reason is that of an exemption, which has one."""
    if merged["standing"] not in CORRECTABLE_STANDINGS:
        raise DomainError(_("Choose how the report was filed."), field=place.key)
    if merged["standing"] != Standing.EXEMPT:
        return {"standing": merged["standing"], "reason": ""}
    reason = _cleaned_text(place, merged["reason"])
    if not reason:
        raise DomainError(_("Give the reason for the exemption."), field=place.key)
    return {"standing": merged["standing"], "reason": reason}
