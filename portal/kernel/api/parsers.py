"""What programs send, read into plain values; what cannot be read is refused with its place, in the reader's words."""

import codecs
import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.utils.json import strict_constant

from portal.kernel.api.problems import Fault, Problem, pointer_to
from portal.kernel.text import is_storable


class JSONParser(BaseParser):
    """JSON in UTF-8, without the numbers that JSON does not know (`NaN`, `Infinity`)."""

    media_type = "application/json"
    renderer_class = JSONRenderer

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        del media_type
        encoding = (parser_context or {}).get("encoding", settings.DEFAULT_CHARSET)
        try:
            text = codecs.getreader(encoding)(stream).read()
            values = json.loads(text, parse_constant=strict_constant)
        except json.JSONDecodeError as error:
            message = _("This is not JSON: line %(line)s, column %(column)s.")
            raise Problem("malformed", message % {"line": error.lineno, "column": error.colno}) from error
        except UnicodeDecodeError as error:
            raise Problem(
                "malformed", _("The text is not in %(encoding)s.") % {"encoding": encoding}
            ) from error
        except RecursionError as error:
            raise Problem("malformed", _("The values are nested too deeply.")) from error
        except ValueError as error:  # a constant that JSON does not know, or a number of thousands of digits
            raise Problem("malformed", _("A number cannot be read. Send numbers as strings.")) from error
        # JSON can spell what no database stores
        if "\\u" in text and (pointer := _unstorable_text(values)) is not None:
            message = _("This text has a NUL character or half of a surrogate pair. Remove it.")
            raise Problem("malformed", errors=[Fault("", message, pointer)])
        return values


def _unstorable_text(values: Any, pointer: str = "") -> str | None:
    """The JSON pointer to the first text, or name of a field, that cannot be stored; None where all can."""
    if isinstance(values, str):
        return None if is_storable(values) else pointer
    items = (
        values.items() if isinstance(values, dict) else enumerate(values) if isinstance(values, list) else ()
    )
    for name, value in items:
        if isinstance(name, str) and not is_storable(name):
            return pointer
        place = _unstorable_text(value, pointer + pointer_to(str(name)))
        if place is not None:
            return place
    return None
