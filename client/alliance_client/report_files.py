"""Documents of reports to take away, and files with answers to bring."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from alliance_client.decoding import decode
from alliance_client.errors import NotMade
from alliance_client.files import plain_name
from alliance_client.models import Document, Upload
from alliance_client.portal import PAGE, Portal
from alliance_client.transport import API
from alliance_client.words import say

REPORTS = f"{API}workspace/reports/"
_SINCE = "1.1"  # of the API
_DOCUMENTS = f"{API}workspace/documents/"
_UPLOADS = f"{API}workspace/uploads/"


class ReportFiles(Portal):
    """What a portal can since it makes documents and reads files."""

    # --- documents ---

    def documents(self) -> Iterator[Document]:
        """The documents of reports that the token's owner has asked for, newest first."""
        with self._since(_SINCE):
            for row in self.transport.read_all(_DOCUMENTS, limit=PAGE):
                yield decode(Document, row)

    def request_document(self, report: int, name: str, language: str = "") -> Document:
        """Have a document built: `form.xlsx`, `form-both.xlsx`, `pdf`, `xlsx`, `working.xlsx`, `filed.json`, …"""
        body = {"document": name, **({"language": language} if language else {})}
        with self._since(_SINCE):
            return decode(Document, self.transport.send("POST", f"{REPORTS}{report}/documents/", body))

    def document(self, key: str) -> Document:
        """One document, with how far it is."""
        with self._since(_SINCE):
            return decode(Document, self.transport.read(f"{_DOCUMENTS}{key}/"))

    def wait_for_document(
        self,
        document: Document,
        *,
        within: float = 600.0,
        progress: Callable[[Document], None] = lambda present: None,
    ) -> Document:
        """The document once it is built. Raises TookTooLong after so many seconds."""
        return self._wait(document, lambda: self.document(document.key), within, progress)

    def fetch_document(
        self,
        document: Document,
        folder: Path,
        *,
        overwrite: bool = False,
        progress: Callable[[int], None] | None = None,
    ) -> Path:
        """The bytes of a finished document, compared with its digest."""
        if document.state != "ready":
            raise NotMade(
                document.error or say("The document is not finished ({state}).", state=document.state)
            )
        path = folder / plain_name(document.file_name, f"{document.key}.bin")
        return self._fetch(
            f"{_DOCUMENTS}{document.key}/file/", path, document.sha256, overwrite=overwrite, progress=progress
        )

    # --- files with answers ---

    def upload(self, report: int, name: str, content: bytes) -> Upload:
        """Send the filled-in form (XLSX) or figures (CSV) to be read. Nothing is saved in the report."""
        address = f"{REPORTS}{report}/uploads/"
        with self._since(_SINCE):
            return decode(Upload, self.transport.send("POST", address, file=(name, content)))

    def read_upload(self, upload: int) -> Upload:
        """A file as it is by now, with what it would change in the report as it is by now."""
        return decode(Upload, self.transport.read(f"{_UPLOADS}{upload}/"))

    def wait_for_upload(
        self,
        upload: Upload,
        *,
        within: float = 600.0,
        progress: Callable[[Upload], None] = lambda present: None,
    ) -> Upload:
        """The file once it is read. Raises TookTooLong after so many seconds."""
        return self._wait(upload, lambda: self.read_upload(upload.id), within, progress)

    def choose(self, upload: Upload, choices: Mapping[int, str]) -> Upload:
        """Say what becomes of single differences, by number: `take`, `leave`, or of two texts `both`."""
        rows = [{"number": number, "choice": choice} for number, choice in choices.items()]
        return self._decide(upload, "choose", {"digest": upload.digest, "choices": rows})

    def save_upload(self, upload: Upload) -> Upload:
        """Save what is taken, all or none. Raises Conflict when the report was changed since `upload` was read."""
        return self._decide(upload, "save", {"digest": upload.digest})

    def cancel_upload(self, upload: Upload) -> Upload:
        """Throw the file away, unsaved."""
        return self._decide(upload, "cancel", {})

    def take_back(self, upload: Upload) -> Upload:
        """Put back what the file has changed, until the end of the next day."""
        return self._decide(upload, "take-back", {})

    def _decide(self, upload: Upload, act: str, body: Mapping[str, Any]) -> Upload:
        return decode(Upload, self.transport.send("POST", f"{_UPLOADS}{upload.id}/{act}/", body))
