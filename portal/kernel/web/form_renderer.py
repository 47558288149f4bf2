"""Renders fields of forms as Django does; the plain ones without a template, since one page may have hundreds.

The limit of what people write is `data-limit` here, and no `maxlength`: by that a browser cuts what is pasted, in
silence. A script says how much is too much (static/js/text-limits.js), and the server refuses it with all its words.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.html import conditional_escape

# those whose template is nothing but Django's `input.html`
_PLAIN_INPUTS = frozenset(
    f"django/forms/widgets/{name}.html"
    for name in ("input", "text", "number", "email", "url", "password", "hidden", "date", "time", "checkbox")
)
# of an option without its label nothing else is left
_PLAIN_OPTIONS = frozenset(f"django/forms/widgets/{name}_option.html" for name in ("radio", "checkbox"))
_TEXTAREA = "django/forms/widgets/textarea.html"
_SPECIAL = re.compile("[&<>\"']")
# kinds of input into which people write; a search or an address of e-mail may be cut
_WRITTEN = frozenset({"text", "url"})
_SELECT, _OPTION = "django/forms/widgets/select.html", "django/forms/widgets/select_option.html"


class InputRenderer(TemplatesSetting):
    """Writes plain inputs, boxes of text, options and selects as Django's templates would, at a tenth of the cost."""

    def render(
        self, template_name: str, context: Mapping[str, Any], request: HttpRequest | None = None
    ) -> str:
        """The HTML of a widget, field or form; escaped as in a template."""
        if template_name in _PLAIN_INPUTS:
            return _input(context["widget"])
        if template_name in _PLAIN_OPTIONS and not context["widget"].get("wrap_label"):
            return _input(context["widget"])
        if template_name == _TEXTAREA:
            return _textarea(context["widget"])
        if template_name == _SELECT and _has_plain_options(context["widget"]):
            return _select(context["widget"])
        return str(super().render(template_name, dict(context), request))


def _escaped(text: Any) -> str:
    """As `conditional_escape`; most names and values have nothing to escape."""
    return text if type(text) is str and not _SPECIAL.search(text) else conditional_escape(text)


def _input(widget: Mapping[str, Any]) -> str:
    value = "" if widget["value"] is None else f' value="{_escaped(widget["value"])}"'
    attributes = _attributes(_without_cut(widget) if widget["type"] in _WRITTEN else widget)
    return f'<input type="{_escaped(widget["type"])}" name="{_escaped(widget["name"])}"{value}{attributes}>'


def _textarea(widget: Mapping[str, Any]) -> str:
    value = _escaped(widget["value"]) if widget["value"] else ""
    return (
        f'<textarea name="{_escaped(widget["name"])}"{_attributes(_without_cut(widget))}>\n{value}</textarea>'
    )


def _without_cut(widget: Mapping[str, Any]) -> Mapping[str, Any]:
    """The widget with its limit where a script reads it, and no browser acts on it."""
    if "maxlength" not in widget["attrs"]:
        return widget
    attrs = {"data-limit" if name == "maxlength" else name: value for name, value in widget["attrs"].items()}
    return {**widget, "attrs": attrs}


def _has_plain_options(widget: Mapping[str, Any]) -> bool:
    return all(
        option["template_name"] == _OPTION
        for _name, options, _index in widget["optgroups"]
        for option in options
    )


def _select(widget: Mapping[str, Any]) -> str:
    lines = [f'<select name="{_escaped(widget["name"])}"{_attributes(widget)}>']
    for name, options, _index in widget["optgroups"]:
        if name:
            lines.append(f'  <optgroup label="{_escaped(name)}">')
        lines += [
            f'  <option value="{_escaped(option["value"])}"{_attributes(option)}>'
            f"{_escaped(localize(option['label']))}</option>\n"  # its template ends with a line
            for option in options
        ]
        if name:
            lines.append("  </optgroup>")
    lines.append("</select>")
    return "\n".join(lines)


def _attributes(widget: Mapping[str, Any]) -> str:
    """As `django/forms/widgets/attrs.html`: what is False is left out, what is True has no value."""
    return "".join(
        f" {_escaped(name)}" if value is True else f' {_escaped(name)}="{_escaped(value)}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )
