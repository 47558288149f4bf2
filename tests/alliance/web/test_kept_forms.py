"""Every form of the signed-in areas in which something is filled in says how the words typed in it are kept.

The forms are those that the templates have, with the parts that they include: a new one is asked like the others.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR) / "templates"
# the workspace with pledges and reports, the secretariat, what both share (the organisation, its people), practices
AREAS = ("alliance/workspace", "alliance/secretariat", "alliance/area", "practices")
SHARED = ("alliance/confirm.html",)
FORM = re.compile(r"(<form\b(?:{%.*?%}|{{.*?}}|[^>])*>)(.*?)</form>", re.DOTALL)
PART = re.compile(r'{% include "([^"]+)"[^%]*%}')
# what is filled in: a field of a form, or a block of the page that has some
FIELD = re.compile(
    r"""as_field_group|<textarea|<select|{%\ block\ |_successor|_handover_about
    |<input\b(?![^>]*type="(?:hidden|submit)")
    |{{\ ?(?:\w+\.)?(?:field|form)(?:\.\w+)?\ ?}}""",
    re.VERBOSE,
)
# `data-no-drafts` of choices alone and of files: the reasons stand in decision 54
KEPT = re.compile(r'data-keep="all"|data-autosave|data-no-drafts')
DEEPEST = 4


def stored_templates() -> Mapping[str, str]:
    """The templates of the areas, by name; `public/` and `email/` below them are not of an area."""
    paths = [path for area in AREAS for path in (TEMPLATES / area).glob("*.html")]
    paths += [TEMPLATES / name for name in SHARED]
    return {str(path.relative_to(TEMPLATES)): path.read_text() for path in paths}


def with_parts(text: str, depth: int = 0) -> str:
    """The text with the parts that it includes by name."""

    def part(match: re.Match[str]) -> str:
        path = TEMPLATES / match[1]
        return with_parts(path.read_text(), depth + 1) if path.exists() else ""

    return text if depth == DEEPEST else PART.sub(part, text)


def filled_in_forms(templates: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The tag of each posted form in which something is filled in, with the name of its template."""
    for name, text in templates.items():
        for tag, body in FORM.findall(text):
            if 'method="post"' in tag and FIELD.search(with_parts(body)):
                yield name, tag


def test_forms_keep_choices() -> None:
    forms = list(filled_in_forms(stored_templates()))

    assert [name for name, tag in forms if not KEPT.search(tag)] == []
    counts = {area: sum(name.startswith(area) for name, _tag in forms) for area in AREAS}
    assert min(counts.values()) > 5, counts


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize(
    "body",
    [
        "{{ form.title.as_field_group }}",
        '<textarea name="text"></textarea>',
        '<input class="wide" name="title">',
        "{% for field in form %}{{ field }}{% endfor %}",
        "{{ form }}",
        '<select name="language"></select>',
        '{% include "alliance/workspace/_comment_form.html" %}',
    ],
)
def test_a_new_form_that_keeps_nothing_is_named(area: str, body: str) -> None:
    name = f"{area}/new.html"
    templates = {
        name: f'<form method="post" class="form">{body}</form><form method="post" data-keep="all">{body}</form>'
    }

    forms = list(filled_in_forms(templates))

    assert [KEPT.search(tag) is not None for _name, tag in forms] == [False, True]
