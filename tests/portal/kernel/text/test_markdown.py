"""People's Markdown: what it may say, and what it may not do to its readers."""

import pytest

from portal.kernel.text import to_html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Plain *and* **bold**", "<p>Plain <em>and</em> <strong>bold</strong></p>"),
        ("# Big", "<h3>Big</h3>"),
        ("##### Small", "<h6>Small</h6>"),
        ("1. one\n2. two", "<ol>\n<li>one</li>\n<li>two</li>\n</ol>"),
        ("3. three", '<ol start="3">\n<li>three</li>\n</ol>'),
        ("~~gone~~", "<p><s>gone</s></p>"),
    ],
)
def test_common_marks_are_shown(text: str, html: str) -> None:
    assert to_html(text).strip() == html


def test_a_table_stays_a_table() -> None:
    assert "<th>Before</th>" in to_html("| Before | After |\n|---|---|\n| 4.1 | 1.6 |")


def test_a_link_leads_out_without_saying_where_from() -> None:
    html = to_html('[paper](https://example.org/a "a title")')

    assert html.strip() == (
        '<p><a href="https://example.org/a" rel="nofollow noopener noreferrer">paper</a></p>'
    )


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](https://a.example 'onmouseover=alert(1)')",
        '[x](https://a.example "\\"><script>alert(1)</script>")',
        "![x](javascript:alert(1))",
        '![x](https://a.example/"><script>alert(1)</script>)',
        "![<script>alert(1)</script>](https://a.example/p.png)",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "<https://a.example/><svg onload=alert(1)>",
        "[x][1]\n\n[1]: javascript:alert(1)",
        "```<script>\nalert(1)\n```",
    ],
)
def test_nothing_in_it_runs(text: str) -> None:
    html = to_html(text)
    tags = [part.split(">")[0] for part in html.split("<")[1:]]

    assert [tag for tag in tags if tag.startswith(("script", "svg", "img"))] == []
    assert [tag for tag in tags if "on" in tag and "=" in tag.split("href")[0]] == []
    assert 'href="javascript' not in html
    assert 'href="data' not in html


def test_a_picture_is_fetched_only_when_the_reader_wants_it() -> None:
    html = to_html("![a chart](https://example.org/chart.png)")

    assert "<img" not in html
    assert '<a href="https://example.org/chart.png"' in html
    assert ">a chart</a>" in html


def test_a_picture_in_a_link_does_not_tear_the_link() -> None:
    assert to_html("[![a](https://a.example/p.png)](https://b.example)").count("</a>") == to_html(
        "[![a](https://a.example/p.png)](https://b.example)"
    ).count("<a ")
