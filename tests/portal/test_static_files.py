"""Static files as they were collected, and pages where they were not."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.test import Client
from structlog.testing import capture_logs

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
    text = "Static files are missing in /srv/static, or are those of another version: js/menu.js."
    assert (issue.id, issue.msg) == ("portal.E064", text)

    collection.collect()
    assert fault() == ""


def test_a_check_names_what_came_with_an_upgrade(collection: Collection) -> None:
    collection.collect()

    collection.write("js/late.js", b"2;")
    assert fault() == "js/late.js."
    collection.write("js/menu.js", b"3;")
    assert fault() == "js/late.js, js/menu.js."

    collection.collect()
    assert fault() == ""


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
