"""Every form of the secretariat's desks and of what both areas share says how the words typed in it are kept."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR) / "templates/alliance"
FORM = re.compile(r"(<form\b(?:{%.*?%}|{{.*?}}|[^>])*>)(.*?)</form>", re.DOTALL)
# What is filled in: a field of a form, or a part or block of the page that has some.
FIELD = re.compile(r"as_field_group|<textarea|<select|{% block |_successor|_handover_about")
KEPT = re.compile(r'data-keep="all"|data-autosave|data-no-drafts')
# of these the reason stands in decision 54
UNKEPT = {
    "secretariat/_saved_views.html": "the name of a view, of a few letters",
    "secretariat/settings_logo.html": "a file, which no browser gives back",
}


def forms() -> Iterator[tuple[str, str]]:
    """The tag of each posted form in which something is filled in, with the name of its template."""
    for path in (
        TEMPLATES / "confirm.html",
        *TEMPLATES.glob("secretariat/*.html"),
        *TEMPLATES.glob("area/*.html"),
    ):
        for tag, body in FORM.findall(path.read_text()):
            if 'method="post"' in tag and FIELD.search(body):
                yield str(path.relative_to(TEMPLATES)), tag


def test_forms_keep_choices() -> None:
    posted_forms = list(forms())

    unkept = {name for name, tag in posted_forms if not KEPT.search(tag)}

    assert len(posted_forms) > 25
    assert unkept == UNKEPT.keys()
