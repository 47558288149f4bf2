"""Static files as they were collected, and pages where they were not."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from structlog.testing import capture_logs

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
