"""Renders fields of forms as Django does; plain inputs without a template, since one page may have hundreds."""

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.html import conditional_escape

# those whose template is nothing but Django's `input.html`
_PLAIN_INPUTS = frozenset(
    f"django/forms/widgets/{name}.html"
    for name in ("input", "text", "number", "email", "url", "password", "hidden", "date", "time", "checkbox")
)


class InputRenderer(TemplatesSetting):
    """Writes plain inputs itself, as `django/forms/widgets/input.html` would, at a tenth of the cost."""

    def render(
        self, template_name: str, context: Mapping[str, Any], request: HttpRequest | None = None
    ) -> str:
        """The HTML of a widget, field or form; escaped as in a template."""
        if template_name in _PLAIN_INPUTS:
            return _input(context["widget"])
        return str(super().render(template_name, dict(context), request))


def _input(widget: Mapping[str, Any]) -> str:
    attributes = {"type": widget["type"], "name": widget["name"]}
    if widget["value"] is not None:
        attributes["value"] = widget["value"]
    written = [
        f'{conditional_escape(name)}="{conditional_escape(value)}"' for name, value in attributes.items()
    ]
    for name, value in widget["attrs"].items():
        if value is True:
            written.append(conditional_escape(name))
        elif value is not False:
            written.append(f'{conditional_escape(name)}="{conditional_escape(value)}"')
    return f"<input {' '.join(written)}>"
