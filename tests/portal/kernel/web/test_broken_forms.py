"""A form whose connection breaks off is refused once, without an alarm, and leaves no file behind."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

BOUNDARY = "a-boundary"
PART = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
BODY = PART.encode() + b"day,count\n" * 300_000  # as much as goes to the disk


class Broken(io.BytesIO):
    """A connection that breaks off after what it holds."""

    def read(self, size: int | None = -1) -> bytes:
        content = super().read(size)
        if not content:
            raise ConnectionResetError("the request broke off")
        return content


@pytest.mark.django_db
def test_a_form_that_breaks_off_is_refused_and_its_file_removed(
    client: Client, settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    answer = client.generic(
        "POST",
        reverse("account_login"),
        **{
            "wsgi.input": Broken(BODY),
            "CONTENT_LENGTH": str(2 * len(BODY)),
            "CONTENT_TYPE": f"multipart/form-data; boundary={BOUNDARY}",
        },
    )

    assert answer.status_code == 400
    assert list(tmp_path.iterdir()) == []
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
