"""Pages as a browser would ask for them."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alliance.queries.site import read_site
from portal.kernel.publishing import revision_cache
from tests.support.query_log import own_queries

_FOR_SCRIPTS = re.compile(r"<(template|script)\b.*?</\1>", re.DOTALL)


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def show_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is published shows on public pages at once, not after the seconds that a process remembers them."""
    monkeypatch.setattr("portal.kernel.publishing.revision._REFRESH_SECONDS", 0.0)


def outlast_confirmation(client: Client) -> None:
    """Let ten minutes pass since its person said who they are."""
    session = client.session
    session["confirmed_at"] -= 601
    session.save()


def queries_of(client: Client, url: str) -> int:
    """How many queries the page takes for itself, in a process that keeps nothing yet."""
    assert client.get(url).status_code == 200, url
    read_site.forget()
    revision_cache.clear()
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    return len(own_queries(captured))


def words_of(response: Any) -> str:
    """The text of a page as it is read: without its markup and what it holds for scripts, with single spaces."""
    shown = _FOR_SCRIPTS.sub(" ", response.content.decode())
    return " ".join(re.sub(r"<[^>]+>", " ", shown).split())


def signing_form(client: Any, url: str) -> dict[str, str]:
    """What the page of sign-off sends: the statement, and the working copy that it has shown."""
    return {"stated": "on", "shown": str(client.get(url).context["shown"])}


def new_secret_form(page: Any) -> dict[str, str]:
    """What the form on a page sends that makes a secret anew: its key, and the mark of the secret that there is."""
    return dict(re.findall(r'name="(once|replaces)" value="([^"]+)"', page.content.decode()))
