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

from portal.kernel.api.problems import Problem


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
            return json.loads(text, parse_constant=strict_constant)
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
