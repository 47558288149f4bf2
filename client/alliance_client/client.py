"""The portal as its members' programs use it."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar, Unpack
from zoneinfo import ZoneInfo

from alliance_client.decoding import decode
from alliance_client.errors import (
    NotFound,
    NotMade,
    NotSignedIn,
    PortalTooOld,
    Refused,
    TookTooLong,
    Unreadable,
)
from alliance_client.files import plain_name, refuse_existing, write_whole
from alliance_client.models import (
    Change,
    ChangeFeed,
    Changes,
    Check,
    Document,
    Publication,
    Receipt,
    Report,
    Saved,
    Token,
    Upload,
    WholeReport,
    in_language,
)
from alliance_client.transport import API, Options, Transport
from alliance_client.words import say

KNOWN_VERSION = "1.1"  # of the API, that this client was written for
_FILES_SINCE = "1.1"  # documents of reports, files with answers
_REPORTS = f"{API}workspace/reports/"
_DOCUMENTS = f"{API}workspace/documents/"
_UPLOADS = f"{API}workspace/uploads/"
_PUBLICATIONS = f"{API}publications/"
_CHANGES = f"{API}changes/"
_PAGE = 200

T = TypeVar("T", Document, Upload)


class Client:
    """One portal, as the owner of one token may use it; without a token, as everybody may.

    Raises `AllianceError`: a `Problem` for what the portal refuses, with the place of each fault.
    """

    def __init__(
        self, origin: str, token: str = "", *, language: str = "en", **options: Unpack[Options]
    ) -> None:
        """`language` is that of what the portal says."""
        self.transport = Transport(origin, token, language=language, **options)
        self.language = language
        self._root: Mapping[str, Any] | None = None
        self._has_feed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.transport.close()

    # --- who and what ---

    def token(self) -> Token:
        """Whose token it is, and what it opens."""
        if not self.transport.has_token:
            raise NotSignedIn(say("Sign in first: alliance login"))
        return decode(Token, self.transport.read(f"{API}token/"))

    def portal_version(self) -> str:
        """The version of the portal's API; a portal that does not say it yet has 1.0."""
        return str(self._facts().get("version", "1.0"))

    def today(self) -> date:
        """Which day it is where the portal's days end; here, where the portal does not say that or nobody knows it."""
        try:
            return datetime.now(ZoneInfo(str(self._facts()["time_zone"]))).date()
        except (KeyError, ValueError, OSError):  # a zone that is not known is a KeyError, too
            return date.today()

    def _facts(self) -> Mapping[str, Any]:
        if self._root is None:
            root = self.transport.read(API)
            self._root = root if isinstance(root, Mapping) else {}
        return self._root

    def version_note(self) -> str:
        """A sentence where the portal's version is another one than this client was written for; else empty."""
        portal, known = self.portal_version(), KNOWN_VERSION
        values = {"portal": portal, "known": known}
        if _numbers(portal) > _numbers(known):
            return say(
                "The portal’s API ({portal}) is newer than this client knows ({known}): update it.", **values
            )
        if _numbers(portal) < _numbers(known):
            return say("The portal’s API ({portal}) is older than this client ({known}).", **values)
        return ""

    def _with_files(self, act: Callable[[], Any]) -> Any:
        """Do what a portal can since it has documents and uploads. Raises PortalTooOld for one that cannot."""
        try:
            return act()
        except NotFound:
            if _numbers(self.portal_version()) >= _numbers(_FILES_SINCE):
                raise
            raise PortalTooOld(
                say(
                    "This portal’s API is {portal}; what you asked for needs {needed}. Its operator can update it.",
                    portal=self.portal_version(),
                    needed=_FILES_SINCE,
                )
            ) from None

    # --- reports ---

    def reports(self) -> Iterator[Report]:
        """The organisation's reports, latest due date first."""
        return (decode(Report, row) for row in self.transport.read_all(_REPORTS, limit=_PAGE))

    def report(self, report: int) -> WholeReport:
        """One report with all that it asks for."""
        return decode(WholeReport, self.transport.read(f"{_REPORTS}{report}/"))

    def check(self, report: int) -> Check:
        """What is missing before sign-off."""
        return decode(Check, self.transport.read(f"{_REPORTS}{report}/check/"))

    def figures_csv(self, report: int) -> str:
        """All stored figures as one table, each with its version."""
        return self.transport.read_text(f"{_REPORTS}{report}/figures/", "text/csv")

    def save_figures(self, report: int, rows: Sequence[Mapping[str, Any]], *, key: str = "") -> Saved:
        """Save figures, all or none. A row with a `version` that is not the present one is a Conflict."""
        body = {"figures": [dict(row) for row in rows]}
        return decode(Saved, self.transport.send("PATCH", f"{_REPORTS}{report}/figures/", body, key=key))

    def save_text(self, report: int, indicator: str, text: str, *, language: str, version: int) -> int:
        """Save one text over the version that was read (0 for none); gives back its new version. Raises Conflict."""
        saved = self.transport.send(
            "PUT",
            f"{_REPORTS}{report}/answers/{indicator}/",
            {"text": text, "language": language},
            if_match=f'"{version}"',
        )
        return int(saved["version"])

    def confirm_carried_over(self, report: int, measure: str) -> int:
        """Say that everything in the measure that was carried over still holds; gives back how many answers did."""
        confirmed = self.transport.send(
            "POST", f"{_REPORTS}{report}/measures/{measure}/confirm-carried-over/"
        )
        return int(confirmed["confirmed"])

    def ask_for_sign_off(self, report: int, message: str = "") -> str:
        """Pass a complete report to the signatories; gives back its state."""
        asked = self.transport.send("POST", f"{_REPORTS}{report}/ask-for-sign-off/", {"message": message})
        return str(asked["state"])

    def submit(self, report: int, statement: str, *, key: str = "") -> Receipt:
        """Sign the statement, word for word as the report has it, and file the report: once for each key."""
        body = {"statement": statement}
        return decode(Receipt, self.transport.send("POST", f"{_REPORTS}{report}/submit/", body, key=key))

    def receipts(self, report: int) -> Iterator[Receipt]:
        """The submissions of a report, latest first."""
        return (decode(Receipt, row) for row in self.transport.read_all(f"{_REPORTS}{report}/submissions/"))

    def fetch_submission(self, report: int, receipt: Receipt, path: Path, *, overwrite: bool = False) -> Path:
        """The exact bytes that were filed, as the digest of their receipt says."""
        address = f"{_REPORTS}{report}/submissions/{receipt.number}/body/"
        return self._fetch(address, path, receipt.sha256, overwrite=overwrite)

    # --- documents ---

    def documents(self) -> Iterator[Document]:
        """The documents of reports that the token's owner has asked for, newest first."""
        rows = self._with_files(lambda: list(self.transport.read_all(_DOCUMENTS, limit=_PAGE)))
        return (decode(Document, row) for row in rows)

    def request_document(self, report: int, name: str, language: str = "") -> Document:
        """Have a document built: `form.xlsx`, `form-both.xlsx`, `pdf`, `xlsx`, `working.xlsx`, `filed.json`, …"""
        body = {"document": name, **({"language": language} if language else {})}
        address = f"{_REPORTS}{report}/documents/"
        return decode(Document, self._with_files(lambda: self.transport.send("POST", address, body)))

    def document(self, key: str) -> Document:
        """One document, with how far it is."""
        return decode(Document, self._with_files(lambda: self.transport.read(f"{_DOCUMENTS}{key}/")))

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

    def _fetch(
        self,
        address: str,
        path: Path,
        sha256: str,
        *,
        overwrite: bool,
        progress: Callable[[int], None] | None = None,
    ) -> Path:
        refuse_existing(path, overwrite=overwrite)

        def fetch() -> None:
            with self.transport.stream(address) as parts:
                write_whole(
                    path, parts, sha256=sha256, overwrite=overwrite, progress=progress or (lambda size: None)
                )

        self.transport.retrying(fetch)
        return path

    # --- files with answers ---

    def upload(self, report: int, name: str, content: bytes) -> Upload:
        """Send the filled-in form (XLSX) or figures (CSV) to be read. Nothing is saved in the report."""
        address = f"{_REPORTS}{report}/uploads/"
        return decode(
            Upload, self._with_files(lambda: self.transport.send("POST", address, file=(name, content)))
        )

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

    def _wait(self, first: T, read: Callable[[], T], within: float, progress: Callable[[T], None]) -> T:
        present, waited, pause = first, 0.0, 0.25
        while present.is_open:
            progress(present)
            if waited > within:
                raise TookTooLong(
                    say(
                        "The portal is still at work after {seconds} s. Try again later: what was begun goes on.",
                        seconds=round(waited),
                    )
                )
            time.sleep(pause)
            waited, pause = waited + pause, min(pause * 1.5, 3.0)
            present = read()
        progress(present)
        return present

    # --- the public record ---

    def publications(self) -> Iterator[Publication]:
        """The public record, highest number first."""
        return (decode(Publication, row) for row in self.transport.read_all(_PUBLICATIONS, limit=_PAGE))

    def publication(self, number: int) -> Publication:
        """One publication, with its attachments."""
        return decode(Publication, self.transport.read(f"{_PUBLICATIONS}{number}/"))

    def fetch_publication(self, publication: Publication, path: Path, *, overwrite: bool = False) -> Path:
        """The exact bytes that were published, as their digest says."""
        return self._fetch(publication.body, path, publication.sha256, overwrite=overwrite)

    def changes(self, since: str = "") -> Changes:
        """What has become public since this cursor, oldest first; `has_more` says that the next page is there already.

        Without a cursor nothing, and the cursor of now; with `0` everything. Where the portal has no feed of changes
        yet, its list of publications says the same.
        """
        number = _number_of(since)
        if self._has_feed and (number == 0 or "-" in since):
            try:
                return self._feed_since(since)
            except (NotFound, Refused) as refusal:
                if refusal.slug == "cursor-unknown":
                    raise
                self._has_feed = False
        return self._published_since(number)

    def _feed_since(self, cursor: str) -> Changes:
        page = decode(ChangeFeed, self.transport.read(_CHANGES, since=cursor, limit=_PAGE))
        rows = tuple(
            self._change_of(row.publication, figures_given=row.figures_given, figures_ended=row.figures_ended)
            for row in page.results
        )
        return Changes(rows=rows, cursor=page.cursor, has_more=page.has_more)

    def _published_since(self, number: int | None) -> Changes:
        """By the list of publications, latest first; with None the place of the latest alone."""
        new: list[Publication] = []
        for publication in self.publications():
            if number is None:
                return Changes(cursor=publication.place)
            if publication.number <= number:
                break
            new.append(publication)
        rows = tuple(self._change_of(publication) for publication in reversed(new))
        return Changes(rows=rows, cursor=rows[-1].cursor if rows else str(number or 0))

    def _change_of(self, publication: Publication, **counts: int) -> Change:
        return Change(
            cursor=publication.place,
            at=publication.published_at,
            kind=publication.type,
            title=in_language(publication.title, self.language),
            url=publication.page or publication.body,
            number=publication.number,
            record=publication.record,
            sha256=publication.sha256,
            **counts,
        )

    def follow(
        self, since: str = "", *, every: float = 60.0, sleep: Callable[[float], None] = time.sleep
    ) -> Iterator[Changes]:
        """What becomes public, page by page, for as long as somebody listens: store the cursor of each.

        When there is nothing more, the portal is asked again after `every` seconds.
        """
        page = self.changes(since)
        while True:
            yield page
            if not page.has_more:
                sleep(every)
            page = self.changes(page.cursor)


def _numbers(version: str) -> tuple[int, ...]:
    """A version as numbers, to be compared; what is no number counts as 0."""
    return tuple(int(part) if part.isdigit() else 0 for part in version.split("."))


def _number_of(cursor: str) -> int | None:
    """The number of the publication at this place; None for no place."""
    if not cursor:
        return None
    number, dash, mark = cursor.partition("-")
    if not (number.isascii() and number.isdigit()) or (dash and not mark):
        raise Unreadable(
            say("“{cursor}” is no place in the record: use the one that was shown last.", cursor=cursor)
        )
    return int(number)
