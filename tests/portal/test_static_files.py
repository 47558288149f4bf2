"""Static files as they were collected, and pages where they were not."""

import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils.module_loading import import_string
from structlog.testing import capture_logs

from portal import __version__
from portal.kernel.checks import folders
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


class Collection:
    """Source files, and what `collectstatic` lays out of them, in two folders."""

    def __init__(self, folder: Path) -> None:
        self.sources = FileSystemStorage(location=folder / "sources")
        self.target = CollectedFiles(location=str(folder / "static"), base_url="/static/")

    def list(self, _ignored: Any) -> list[tuple[str, FileSystemStorage]]:
        return [(f"js/{name}", self.sources) for name in self.sources.listdir("js")[1]]

    def write(self, name: str, content: bytes) -> None:
        self.sources.delete(name)
        self.sources.save(name, ContentFile(content))

    def collect(self) -> None:
        for name, source in self.list(None):
            self.target.delete(name)
            with source.open(name) as original:
                self.target.save(name, original)
        list(self.target.post_process({name: (self.target, name) for name, _source in self.list(None)}))


@pytest.fixture
def collection(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Collection:
    laid_out = Collection(tmp_path)
    laid_out.write("js/menu.js", b"1;")
    monkeypatch.setattr(folders, "staticfiles_storage", laid_out.target)
    monkeypatch.setattr(folders, "get_finders", lambda: [laid_out])
    settings.STATIC_ROOT = "/srv/static"
    return laid_out


def fault() -> str:
    """The names that the check of static files has, "" where it has none."""
    names = [issue.msg.rpartition(": ")[2] for issue in folders.static_files_are_collected(None)]
    return names[0] if names else ""


def test_a_check_names_what_was_not_collected(collection: Collection) -> None:
    (issue,) = folders.static_files_are_collected(None)
    text = "Static files are missing in /srv/static: js/menu.js."
    assert (issue.id, issue.msg) == ("portal.E064", text)

    collection.collect()
    assert fault() == ""


def test_a_check_names_what_came_with_an_upgrade_and_nothing_after_a_return(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection.collect()

    collection.write("js/late.js", b"2;")
    assert fault() == "js/late.js."
    collection.collect()
    assert fault() == ""

    with monkeypatch.context() as newer:
        newer.setattr(CollectedFiles, "manifest_name", "staticfiles-9.9.9.json")
        assert fault() == "js/late.js, js/menu.js."
        collection.write("js/menu.js", b"3;")
        collection.collect()
        assert fault() == ""
    assert fault() == ""  # after the return


def test_files_that_are_served_from_where_they_lie_need_not_be_collected(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fault() == "js/menu.js."
    monkeypatch.setattr(folders, "staticfiles_storage", collection.sources)

    assert fault() == ""


def test_a_check_names_a_collected_file_that_is_gone(collection: Collection) -> None:
    collection.collect()
    names, _digest = collection.target.load_manifest()

    collection.target.delete(names["js/menu.js"])

    assert fault() == "js/menu.js."


def test_a_check_names_a_few_files_of_many(collection: Collection) -> None:
    for number in range(6):
        collection.write(f"js/part-{number}.js", b"1;")

    assert fault() == "js/menu.js, js/part-0.js, js/part-1.js, js/part-2.js, js/part-3.js and 2 more."
