"""Writers are warned of what is made harmless in a text, and of nothing else."""

import pytest

from portal.kernel.text import to_html, warnings_in

HARMLESS = (
    "# Title\n\n*Words*, [a link](https://x.example/), [mail](mailto:a@x.example), [here](/en/).\n\n- one"
)


def test_nothing_is_said_of_what_is_shown_as_written() -> None:
    assert warnings_in(HARMLESS) == []


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ('a <img src=x onerror="alert(1)"> b', '<img src=x onerror="alert(1)">'),
        ("[go](javascript:alert(1))", "javascript:alert(1)"),
        ("[go](JaVaScRiPt:alert(1))", "JaVaScRiPt:alert(1)"),
        ("<vbscript:x>", "vbscript:x"),
        ("[go][x]\n\n[x]: data:text/html,x", "data:text/html,x"),
        ("![](data:image/svg+xml;base64,AAAA)", "data:image/svg+xml;base64,AAAA"),
        ("[go](ftp://x.example)", "ftp://x.example"),
        ("![sun](https://x.example/sun.png)", "https://x.example/sun.png"),
    ],
)
def test_what_is_made_harmless_is_named(text: str, passage: str) -> None:
    assert [change.passage for change in warnings_in(text)] == [passage]
    html = str(to_html(text)).lower()
    assert [sign in html for sign in ("<script", "<img", 'href="javascript', 'href="data', 'href="ftp')] == [
        False
    ] * 5


def test_a_passage_is_named_once_and_not_at_length() -> None:
    (change,) = warnings_in(f"[a](javascript:{'x' * 200}) [b](javascript:{'x' * 200})")
    assert len(change.passage) == 61


@pytest.mark.parametrize(("highest", "tag"), [(2, "h2"), (3, "h3")])
def test_headings_begin_where_the_page_wants_them(highest: int, tag: str) -> None:
    for text in ("# Title", "## Title"):
        assert to_html(text, highest) == f"<{tag}>Title</{tag}>\n"
