"""The field for a day."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from portal.kernel import clock


class DayField(forms.DateField):
    """A day of the years in which the portal counts, chosen with the browser's own calendar where it has one."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)

    def to_python(self, value: Any) -> date | None:
        day = super().to_python(value)
        if day is not None and day.year not in clock.YEARS:
            message = _("Choose a day of the years %(first)s to %(last)s.")
            facts = {"first": clock.YEARS[0], "last": clock.YEARS[-1]}
            raise forms.ValidationError(message % facts, code="year")
        return day
