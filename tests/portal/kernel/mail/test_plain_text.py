"""What becomes of the HTML of a letter in its plain text."""

import pytest

from portal.kernel.mail.plain_text import to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>One</p>\n<p>two</p>", "One\n\ntwo"),
        ("<h2>Deadlines</h2><p>One</p>", "Deadlines\n\nOne"),
        ("\n<p>One\n  and <b>all</b> </p>\n\n", "One and all"),
        ("<p>One<br>two<br><br>three</p>", "One\ntwo\n\nthree"),
        ("<p>May:</p><ul><li>read</li>\n<li>write</li></ul><p>So</p>", "May:\n\n- read\n- write\n\nSo"),
        ("<dl><dt>Number</dt><dd>3</dd>\n<dt>Code</dt> <dd><code>a1</code></dd></dl>", "Number: 3\nCode: a1"),
    ],
)
def test_paragraphs_lists_and_terms_stand_on_lines_of_their_own(html: str, text: str) -> None:
    assert to_text(html) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ('<p>See <a href="/r/?a=1&amp;b=2">the report</a>.</p>', "See the report\n/r/?a=1&b=2\n."),
        ('<ul><li><a href="/r/">One</a><br>today</li></ul>', "- One\n  /r/\n  today"),
        ('<p><a href="/r/">One</a></p><p>Two</p>', "One\n/r/\n\nTwo"),
    ],
)
def test_a_link_is_followed_by_its_address_on_a_line_of_its_own(html: str, text: str) -> None:
    assert to_text(html) == text


def test_entities_are_decoded_once() -> None:
    assert to_text("<p>A &amp; &lt;b&gt; &quot;c&#x27;s&quot; &amp;amp;</p>") == 'A & <b> "c\'s" &amp;'


def test_a_no_break_space_stays() -> None:
    assert to_text("<p>14\xa0August &nbsp; 2026</p>") == "14\xa0August \xa0 2026"


def test_an_element_without_a_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="<table>"):
        to_text("<table><tr><td>1</td></tr></table>")
