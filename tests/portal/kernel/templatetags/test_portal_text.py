"""Texts on a page: the number of a sentence in bold."""

import pytest
from django.utils.safestring import SafeString

from portal.kernel.templatetags.portal_text import bold_number


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("16 new", "<b>16</b> new"),
        (
            "Ответы: 1\N{NO-BREAK SPACE}096 из 1\N{NO-BREAK SPACE}350",
            "Ответы: <b>1\N{NO-BREAK SPACE}096</b> из 1\N{NO-BREAK SPACE}350",
        ),
        (SafeString("&#x27;A&#39; has 3"), "&#x27;A&#39; has <b>3</b>"),
        ("<i>none</i>", "&lt;i&gt;none&lt;/i&gt;"),
    ],
)
def test_the_first_number_is_bold_and_nothing_else_is_markup(text: str, shown: str) -> None:
    assert bold_number(text) == shown
