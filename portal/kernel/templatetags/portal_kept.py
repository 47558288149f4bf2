"""Parts of public pages that are the same on all of them, made once for each revision of the record."""

from typing import Any

from django import template
from django.template import Context
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from portal.kernel.kept import store

register = template.Library()


class KeptNode(template.Node):
    """Renders its part, or gives what an earlier page of this language and with these values has rendered."""

    child_nodelists = ("nodelist",)

    def __init__(self, name: str, values: list[FilterExpression], nodelist: NodeList) -> None:
        self.name, self.values, self.nodelist = name, values, nodelist

    def render(self, context: Context) -> SafeString:
        found = store.of_page()
        if found is None:
            return self.nodelist.render(context)
        key = (self.name, get_language(), *(value.resolve(context) for value in self.values))
        if key not in found:
            found[key] = self.nodelist.render(context)
        return mark_safe(str(found[key]))  # rendered by the same node


@register.tag("kept")
def do_kept(parser: Parser, token: Token) -> Any:
    """`{% kept "name" value … %}` … `{% endkept %}`: while a public page is made, keep the part for each language.

    Only for what is the same on every page where the values are the same. Nothing it sets is seen behind it.
    """
    _tag, name, *values = token.split_contents()
    nodelist = parser.parse(("endkept",))
    parser.delete_first_token()
    return KeptNode(name.strip("\"'"), [parser.compile_filter(value) for value in values], nodelist)
