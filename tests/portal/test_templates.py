"""Templates: what a view or an including template must give one is named in a comment in its first line."""

import re

from django.conf import settings

from tests.support.source import LAYERS

TEMPLATES = settings.BASE_DIR / "templates"
# the context processors, Django's own, and the form of a page
ALWAYS_THERE = {
    *("actor", "demo", "languages", "messages", "origin", "person_memberships", "request", "site"),
    *("block", "form", "forloop", "and", "in", "is", "not", "or"),
}
NESTING = re.compile(
    r"{% (?:(block) |(endblock) |for ([\w, ]+?) in |[^%]*?\bas(?:var)? (\w+) ?[^%]*%})"
    r'|(?:href|action)="{{ (\w+) }}'
)
TAG = re.compile(r"{% (?:(?:el)?if|for [\w, ]+? in) ([^%]*)%}")


def names_from_outside(source: str) -> set[str]:
    """The variables that a template shows, asks or passes on, and does not make."""
    made = set(re.findall(r"\bas(?:var)? (\w+)", source)) | set(re.findall(r"\s(\w+)=", source))
    for names in re.findall(r"{% for ([\w, ]+?) in ", source):
        made |= set(re.split(r",\s*", names))
    used = set(re.findall(r"{{ ?([a-z_]\w*)", source)) | set(re.findall(r"\w=([a-z_]\w*)", source))
    for expression in TAG.findall(source):
        used |= set(re.findall(r"(?<![\w.|:])([a-z_]\w*)", re.sub(r""""[^"]*"|'[^']*'""", "", expression)))
    return used - made - ALWAYS_THERE


def test_a_template_names_what_it_must_be_given() -> None:
    """Letters are left out: what a notice gives them is tested in test_letters.py."""
    silent = {}
    for path in sorted(TEMPLATES.rglob("*.html")):
        source = path.read_text()
        has_comment = re.match(r".*{(#|% comment)", source)
        if "email" not in path.parts and not has_comment and (names := names_from_outside(source)):
            silent[str(path.relative_to(TEMPLATES))] = sorted(names)
    assert not silent


def addresses_of_other_blocks(source: str) -> set[str]:
    """The variables that a link or a form leads to and that another block of the template alone sets.

    What is set in a block ends with it: such a link leads to its own page.
    """
    blocks: list[list[int]] = [[]]  # by position: the blocks around a tag, by number
    made: dict[str, list[list[int]]] = {}
    lost = set()
    for number, tag in enumerate(NESTING.finditer(source)):
        opened, closed, of_loop, of_tag, address = tag.groups()
        if opened:
            blocks.append([*blocks[-1], number])
        elif closed:
            blocks.pop()
        elif of_loop or of_tag:
            for name in re.split(r",\s*", of_loop or of_tag):
                made.setdefault(name, []).append(blocks[-1])
        elif address in made and all(blocks[-1][: len(around)] != around for around in made[address]):
            lost.add(address)
    return lost


def test_a_link_leads_to_an_address_that_its_own_block_knows() -> None:
    lost = {
        str(path.relative_to(TEMPLATES)): names
        for path in TEMPLATES.rglob("*.html")
        if (names := addresses_of_other_blocks(path.read_text()))
    }
    assert lost == {}


def test_the_scan_of_links_sees_what_a_block_has_set_for_itself() -> None:
    source = "{% block a %}{% url 'x' as back %}{% endblock %}{% block b %}{% for row, url in rows %}"
    source += '<a href="{{ url }}">{% endfor %}<a href="{{ back }}"><a href="{{ given }}">{% endblock %}'

    assert addresses_of_other_blocks(source) == {"back"}


def test_a_title_begins_with_a_capital_where_it_begins_with_a_cycle() -> None:
    """Cycles of months begin with a small letter in Russian, as they stand inside a sentence."""
    bare = re.compile(
        r"{% block (?:title|description|heading) %}(?:"
        r"{{ [\w.]*cycle\.title }}|{% blocktranslate [^%]*cycle=[\w.]*cycle\.title[ %][^}]*}{{ cycle }})"
    )
    assert bare.search("{% block title %}{% blocktranslate with cycle=cycle.title %}{{ cycle }}: files")

    assert [path.name for path in TEMPLATES.rglob("*.html") if bare.search(path.read_text())] == []


def test_the_classes_that_a_template_names_are_there() -> None:
    """`(a WorkspaceHome)` in the comment tells where to look for what a template shows."""
    sources = [path.read_text() for layer in LAYERS for path in (settings.BASE_DIR / layer).rglob("*.py")]
    defined = {name for source in sources for name in re.findall(r"^class (\w+)", source, re.MULTILINE)}
    named = {
        (str(path.relative_to(TEMPLATES)), name)
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r"\(an? ([A-Z]\w+)", path.read_text().partition("#}")[0])
    }

    assert named
    assert {(path, name) for path, name in named if name not in defined} == set()


def test_the_scan_sees_what_is_shown_asked_and_passed_on() -> None:
    source = (
        "{{ title }}{% if page.rows and not short %}{% for row in rows %}{{ row }}{% endfor %}{% endif %}"
    )
    source += '{% with name=person.name %}{{ name }}{% endwith %}{% translate "Save" as label %}{{ label }}'
    assert names_from_outside(source) == {"title", "page", "short", "rows", "person"}
