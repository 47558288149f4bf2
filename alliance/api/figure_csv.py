"""Figures as CSV over the API: what is read becomes the body that JSON would have."""

from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from alliance.figure_csv import read_figure_csv
from portal.kernel.api import Problem
from portal.kernel.errors import DomainError
from portal.kernel.text import is_storable

_MEDIA_TYPE = "text/csv"


class FigureCSVParser(BaseParser):
    """A file of figures in UTF-8."""

    media_type = _MEDIA_TYPE

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        del media_type, parser_context
        try:
            text = stream.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            message = _("The text is not in %(encoding)s.") % {"encoding": "UTF-8"}
            raise Problem("malformed", message) from error
        if not is_storable(text):
            raise Problem(
                "malformed", _("This text has a NUL character or half of a surrogate pair. Remove it.")
            )
        try:
            return {"figures": read_figure_csv(text)}
        except DomainError as refusal:
            raise Problem("malformed", str(refusal)) from refusal


class FigureCSVRenderer(BaseRenderer):
    """Chosen with `Accept: text/csv`; the view writes the file itself."""

    media_type = _MEDIA_TYPE
    format = "csv"
    charset = "utf-8"
