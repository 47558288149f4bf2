"""A public page has one address: what it has not declared is not there for it, impossible values lead nowhere."""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import resolve

from portal.kernel.web.parameters import (
    PAGE,
    DeclaredQuery,
    MalformedParameter,
    Parameter,
    canonical_query,
    declared_parameters,
    open_text,
)
from tests.factories import make_cycle, read_cast, read_charter
from tests.support.published_reports import make_published_cycle, make_published_report

DECLARED = (
    Parameter("cycle"),
    Parameter("members", is_list=True),
    Parameter("former", is_flag=True),
    open_text("q", 20),
    PAGE,
)


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("utm_source=letter&fbclid=1&x=2", ""),
        ("page=2&cycle=2026-h1&utm_source=letter", "cycle=2026-h1&page=2"),
        ("cycle=a&cycle=b", "cycle=b"),
        ("cycle=&page=1&members=", ""),
        ("members=b,a&members=a&members=c", "members=a,b,c"),
        ("former", "former=1"),
        ("former=no", "former=1"),
        ("q=%D1%80%D1%83%D1%81+text", "q=%D1%80%D1%83%D1%81+text"),
    ],
)
def test_the_query_of_the_one_address(query: str, canonical: str) -> None:
    assert canonical_query(DECLARED, query) == canonical


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=9999999", "page=abc", "page=%D9%A3", "cycle=a b", "cycle=" + "a" * 101,
              "members=a,%27", "q=" + "a" * 21]
)  # fmt: skip
def test_a_value_that_cannot_be_one_is_malformed(query: str) -> None:
    with pytest.raises(MalformedParameter):
        canonical_query(DECLARED, query)


def test_reading_what_is_not_declared_is_a_fault_of_the_program() -> None:
    sent = DeclaredQuery(DECLARED, "cycle=a")

    assert (sent["cycle"], sent.get("page"), "q" in sent, sent.getlist("members")) == ("a", None, False, [])
    for read in (lambda: sent.get("other"), lambda: sent["other"], lambda: "other" in sent):
        with pytest.raises(LookupError, match="other"):
            read()


PAGES = ("", "commitments/find/", "members/", "members/?former=1", "cycles/", "cycles/2026-h1/", "reports/",
         "reports/?cycle=2026-h1", "publications/", "compare/?indicator=content-actioned", "practices/",
         "reports/aurora-video/2026-h1/")  # fmt: skip


@pytest.fixture
def record(db: None) -> None:
    cast, cycle = read_cast(), make_cycle(read_charter())
    make_published_report(cycle, cast.aurora, verdicts={"find": "complete"})
    make_published_cycle(cycle)


def test_links_and_forms_of_public_pages_name_only_what_is_declared(record: None, client: Client) -> None:
    faults = []
    for path in PAGES:
        page = client.get(f"/en/{path}").text
        here = f"/en/{path.partition('?')[0]}"
        for link in re.findall(r'href="([^"#]*\?[^"#]*)', page):
            url = urlsplit(link.replace("&amp;", "&"))
            if url.netloc or not (url.path or here).startswith("/en/"):
                continue
            view = resolve(url.path or here).func
            if canonical_query(declared_parameters(view), url.query) != url.query:
                faults.append((path, link))
        for action, form in re.findall(
            r'<form[^>]*method="get" action="([^"]+)"(.*?)</form>', page, re.DOTALL
        ):
            declared = {each.name for each in declared_parameters(resolve(action).func)}
            faults += [(path, name) for name in re.findall(r' name="([^"]+)"', form) if name not in declared]

    assert faults == []


def test_the_canonical_link_names_the_one_address(record: None, client: Client) -> None:
    def canonical(path: str) -> Any:
        return re.search(r'<link rel="canonical" href="([^"]+)"', client.get(path).text)

    for sent, address in (
        ("/en/members/?utm_source=letter", "/en/members/"),
        ("/en/reports/?x=1&cycle=2026-h1&page=1", "/en/reports/?cycle=2026-h1"),
    ):
        link = canonical(sent)
        assert link
        assert link[1].endswith(address)


@pytest.mark.parametrize(
    "address",
    [
        "members/?page=2", "members/?page=0", "cycles/2026-h1/?page=2", "practices/?page=3",
        "practices/practices.json?page=3", "?cycle=never", "?cycle=a%20b", "reports/?member=nobody",
        "reports/?cycle=never", "reports/?commitment=nothing", "publications/?type=nothing",
        "compare/?indicator=nothing", "practices/?harm=nothing", "practices/?stage=nothing",
    ],
)  # fmt: skip
def test_what_there_is_not_leads_nowhere(record: None, client: Client, address: str) -> None:
    assert client.get(f"/en/{address}").status_code == 404
