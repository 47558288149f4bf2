"""The field for a day."""

from typing import Any

from django import forms


class DayField(forms.DateField):
    """A day, chosen with the browser's own calendar where it has one."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)
