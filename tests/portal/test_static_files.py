"""Static files as they were collected, and pages where they were not."""

import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils.module_loading import import_string
from structlog.testing import capture_logs

from portal import __version__
from portal.kernel.publishing import forget_answers
from portal.static_files import CollectedFiles


def test_a_collected_file_has_its_hashed_name(tmp_path: Path) -> None:
    storage = CollectedFiles(location=str(tmp_path), base_url="/static/")
    storage.save("js/menu.js", ContentFile(b"1;"))
    list(storage.post_process({"js/menu.js": (storage, "js/menu.js")}))

    address = CollectedFiles(location=str(tmp_path), base_url="/static/").url("js/menu.js")

    assert re.fullmatch(r"/static/js/menu\.[0-9a-f]{12}\.js", address)


def test_a_file_that_was_not_collected_has_its_own_name_and_is_named_once_in_the_log(tmp_path: Path) -> None:
    storage = CollectedFiles(location=str(tmp_path), base_url="/static/")

    with capture_logs() as lines:
        addresses = [storage.url("js/menu.js") for _ in range(2)]

    assert addresses == ["/static/js/menu.js"] * 2
    assert [(line["event"], line["name"]) for line in lines] == [("static_file_not_collected", "js/menu.js")]


def collect(folder: Path, content: bytes) -> str:
    """As `collectstatic` of one version does with one file; gives back the address that its pages have."""
    storage = CollectedFiles(location=str(folder), base_url="/static/")
    (folder / "js" / "menu.js").unlink(missing_ok=True)
    storage.save("js/menu.js", ContentFile(content))
    list(storage.post_process({"js/menu.js": (storage, "js/menu.js")}))
    return storage.url("js/menu.js")


@pytest.fixture
def web(settings: Any, tmp_path: Path) -> Callable[[str], HttpResponse]:
    """A process that was started when the files of one version lay there."""
    collect(tmp_path, b"let earlier;")
    settings.STATIC_ROOT = tmp_path
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = False
    backend = {"BACKEND": "portal.static_files.CollectedFiles", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": backend}
    (middleware,) = [name for name in settings.MIDDLEWARE if "static" in name or "whitenoise" in name]
    process = import_string(middleware)(lambda request: HttpResponse(status=404))

    def ask(address: str) -> HttpResponse:
        with closing(process(RequestFactory().get(address))) as answer:
            return HttpResponse(b"".join(answer), status=answer.status_code, headers=dict(answer.items()))

    return ask


def test_a_page_of_a_newer_version_finds_its_files_in_a_shared_folder_at_a_process_of_before(
    web: Callable[[str], HttpResponse], tmp_path: Path
) -> None:
    newer = collect(tmp_path, b"let newer, longer;")

    answer = web(newer)

    assert (answer.status_code, answer.content) == (200, b"let newer, longer;")
    # the plain name is another file by now
    assert web("/static/js/menu.js").content == b"let newer, longer;"
    assert web("/static/js/menu.js")["Content-Length"] == "18"


def test_a_page_of_another_version_gets_the_file_of_this_one_where_there_is_no_other_and_nobody_keeps_it(
    web: Callable[[str], HttpResponse], tmp_path: Path
) -> None:
    own = CollectedFiles(location=str(tmp_path), base_url="/static/").url("js/menu.js")
    assert "immutable" in web(own)["Cache-Control"]

    answer = web("/static/js/menu.0123456789ab.js")

    assert (answer.status_code, answer.content) == (200, b"let earlier;")
    assert answer["Cache-Control"] == "no-store"
    for address in ("js/other.0123456789ab.js", "js/", "js", "../menu.js", "js//menu.js", "js/menu.js.gz"):
        assert web(f"/static/{address}").status_code == 404


def test_a_version_that_comes_back_leads_its_pages_to_its_own_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = collect(tmp_path, b"let earlier;")
    with monkeypatch.context() as newer:
        newer.setattr(CollectedFiles, "manifest_name", "staticfiles-9.9.9.json")
        assert collect(tmp_path, b"let newer;") != earlier

    assert CollectedFiles(location=str(tmp_path), base_url="/static/").url("js/menu.js") == earlier
    assert CollectedFiles.manifest_name == f"staticfiles-{__version__}.json"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/en/", "/ru/", "/accounts/login/"])
def test_a_page_can_be_read_before_the_files_are_collected(
    settings: Any, tmp_path: Path, client: Client, address: str
) -> None:
    backend = {"BACKEND": "portal.static_files.CollectedFiles", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": backend}
    forget_answers()

    page = client.get(address)

    assert page.status_code == 200
    assert 'href="/static/css/' in page.content.decode()
