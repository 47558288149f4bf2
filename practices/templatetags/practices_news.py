"""What a notice of the practices says, in the reader's language."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from practices.notify.wording import NEWS_ACTIONS, NEWS_SENTENCES

register = template.Library()


@register.filter
def news(key: str) -> str:
    """The sentence of one piece of news."""
    return str(NEWS_SENTENCES[key]) if key in NEWS_SENTENCES else ""


@register.filter
def news_action(key: str) -> str:
    """The words of the button below it."""
    return str(NEWS_ACTIONS.get(key, _("Read on")))


@register.simple_tag
def brought_in(number: int | str, group: str = "") -> str:
    """The notice to a source when a person joins a working group; with the group's name if the reader may see it."""
    n = int(number)
    if group:
        named = ngettext(
            "A person was added to the working group “%(group)s”, which reads %(n)d of your practices",
            "A person was added to the working group “%(group)s”, which reads %(n)d of your practices",
            n,
        )
        return named % {"group": group, "n": n}
    unnamed = ngettext(
        "A person was added to a working group that reads %(n)d of your practices",
        "A person was added to a working group that reads %(n)d of your practices",
        n,
    )
    return unnamed % {"n": n}


@register.simple_tag
def affiliation_news(what: str, number: int | str = 0, member: str = "", affiliate: str = "") -> str:
    """The notice about an affiliation; to a source with the number of its records; both names to who may see them."""
    n = int(number or 0)
    if not n:
        sentence = news(what)
    elif what == "affiliation.end":
        sentence = ngettext(
            "An affiliate no longer reads %(n)d of your records",
            "An affiliate no longer reads %(n)d of your records",
            n,
        ) % {"n": n}
    else:
        sentence = ngettext(
            "An affiliate now reads %(n)d of your records", "An affiliate now reads %(n)d of your records", n
        ) % {"n": n}
    if not (member and affiliate):
        return sentence
    names = _("%(affiliate)s, affiliate of %(member)s") % {"affiliate": affiliate, "member": member}
    return f"{sentence}: {names}"
