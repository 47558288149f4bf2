"""Prose, icons and links in the reader's language."""

import json

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from portal.kernel.templatetags import portal_ui

NB = "\N{NO-BREAK SPACE}"


def test_russian_binds_its_short_words() -> None:
    with translation.override("ru"):
        assert portal_ui.bound("Ответ в срок и по делу") == f"Ответ в{NB}срок и{NB}по{NB}делу"
        assert portal_ui.bound("июль — декабрь") == f"июль{NB}— декабрь"


@pytest.mark.parametrize(
    ("part", "whole", "share"), [(1, 1000, "001"), (0, 5, "000"), (5, 5, "100"), (1, 0, "000"), (1, 3, "033")]
)
def test_a_share_is_at_least_one_where_there_is_anything(part: int, whole: int, share: str) -> None:
    assert portal_ui.share_of(part, whole) == share


def test_an_icon_is_silent_and_needs_no_inline_style() -> None:
    drawn = portal_ui.icon("check")

    assert ('aria-hidden="true"' in drawn, "style=" in drawn) == (True, False)


@pytest.mark.parametrize(
    ("path", "url"),
    [("/en/members/?page=2", "/ru/members/?page=2"), ("/en/", "/ru/"), ("/workspace/", "/ru/")],
)
def test_the_other_language_keeps_the_page(path: str, url: str) -> None:
    request = RequestFactory().get(path)
    with translation.override("en"):
        assert portal_ui.language_url(Context({"request": request}), "ru") == url


def nav(path: str, **context: object) -> str:
    template = Template('{% load portal_ui %}{% nav_link "account_login" "Sign in" %}')
    return template.render(Context({"request": RequestFactory().get(path), **context}))


@pytest.mark.parametrize(
    ("path", "marked"),
    [("/accounts/login/", ' aria-current="page"'), ("/accounts/login/x/", ' aria-current="true"'), ("/", "")],
)
def test_the_navigation_marks_where_one_is(path: str, marked: str) -> None:
    assert nav(path) == f'<li><a href="/accounts/login/"{marked}>Sign in</a></li>'


def test_a_page_may_name_the_section_it_belongs_to() -> None:
    assert 'aria-current="true"' in nav("/elsewhere/", nav="account_login")


def test_no_page_no_link() -> None:
    template = Template('{% load portal_ui %}{% nav_link "no:such-page" "Nowhere" %}')

    assert template.render(Context({})) == ""


def test_data_in_a_page_can_neither_end_nor_begin_an_element() -> None:
    data = portal_ui.as_linked_data({"name": "</script><!--<b>&\u2028"})

    content = data.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert not {*"<>&\u2028"} & {*content}
    assert json.loads(content) == {"name": "</script><!--<b>&\u2028"}
