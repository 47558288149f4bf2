"""The portal as its members' programs use it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from alliance_client.decoding import decode
from alliance_client.errors import NotSignedIn
from alliance_client.models import Check, Receipt, Report, Saved, Token, WholeReport
from alliance_client.portal import PAGE, numbers
from alliance_client.record import PublicRecord
from alliance_client.report_files import REPORTS, ReportFiles
from alliance_client.supporters import Supporters
from alliance_client.transport import API
from alliance_client.webhooks import Webhooks
from alliance_client.words import say

KNOWN_VERSION = "1.3"  # of the API, that this client was written for


class Client(ReportFiles, PublicRecord, Supporters, Webhooks):
    """One portal, as the owner of one token may use it; without a token, as everybody may.

    Raises `AllianceError`: a `Problem` for what the portal refuses, with the place of each fault.
    """

    # --- who and what ---

    def token(self) -> Token:
        """Whose token it is, and what it opens."""
        if not self.transport.has_token:
            raise NotSignedIn(say("Sign in first: alliance login"))
        return decode(Token, self.transport.read(f"{API}token/"))

    def version_note(self) -> str:
        """A sentence where the portal's version is another one than this client was written for; else empty."""
        portal, known = self.portal_version(), KNOWN_VERSION
        values = {"portal": portal, "known": known}
        if numbers(portal) > numbers(known):
            return say(
                "The portal’s API ({portal}) is newer than this client knows ({known}): update it.", **values
            )
        if numbers(portal) < numbers(known):
            return say("The portal’s API ({portal}) is older than this client ({known}).", **values)
        return ""

    # --- reports ---

    def reports(self) -> Iterator[Report]:
        """The organisation's reports, latest due date first."""
        return (decode(Report, row) for row in self.transport.read_all(REPORTS, limit=PAGE))

    def report(self, report: int) -> WholeReport:
        """One report with all that it asks for."""
        return decode(WholeReport, self.transport.read(f"{REPORTS}{report}/"))

    def check(self, report: int) -> Check:
        """What is missing before sign-off."""
        return decode(Check, self.transport.read(f"{REPORTS}{report}/check/"))

    def figures_csv(self, report: int) -> str:
        """All stored figures as one table, each with its version."""
        return self.transport.read_text(f"{REPORTS}{report}/figures/", "text/csv")

    def save_figures(self, report: int, rows: Sequence[Mapping[str, Any]], *, key: str = "") -> Saved:
        """Save figures, all or none. A row with a `version` that is not the present one is a Conflict."""
        body = {"figures": [dict(row) for row in rows]}
        return decode(Saved, self.transport.send("PATCH", f"{REPORTS}{report}/figures/", body, key=key))

    def save_text(self, report: int, indicator: str, text: str, *, language: str, version: int) -> int:
        """Save one text over the version that was read (0 for none); gives back its new version. Raises Conflict."""
        saved = self.transport.send(
            "PUT",
            f"{REPORTS}{report}/answers/{indicator}/",
            {"text": text, "language": language},
            if_match=f'"{version}"',
        )
        return int(saved["version"])

    def confirm_carried_over(self, report: int, measure: str, *, carried_from: int | None = None) -> int:
        """Say that everything in the measure that was carried over still holds; gives back how many answers did.

        `carried_from` is that of the report that was read: where another submission stands by then, nothing is
        confirmed (WrongState). Without it nothing is compared. Raises PortalTooOld for a portal that cannot compare.
        """
        url = f"{REPORTS}{report}/measures/{measure}/confirm-carried-over/"
        if carried_from is None:
            return int(self.transport.send("POST", url)["confirmed"])
        with self._since("1.3"):
            return int(self.transport.send("POST", url, {"carried_from": carried_from})["confirmed"])

    def ask_for_sign_off(self, report: int, message: str = "") -> str:
        """Pass a complete report to the signatories; gives back its state."""
        asked = self.transport.send("POST", f"{REPORTS}{report}/ask-for-sign-off/", {"message": message})
        return str(asked["state"])

    def submit(self, report: int, statement: str, shown: str, *, key: str = "") -> Receipt:
        """Sign the statement, word for word as the report has it, and file the report: once for each key.

        `shown` is that of the `check` that was read: a report that was changed since is not filed (WrongState). To a
        portal whose check has none, none is sent.
        """
        body = {"statement": statement, **({"shown": shown} if shown else {})}
        return decode(Receipt, self.transport.send("POST", f"{REPORTS}{report}/submit/", body, key=key))

    def receipts(self, report: int) -> Iterator[Receipt]:
        """The submissions of a report, latest first."""
        return (decode(Receipt, row) for row in self.transport.read_all(f"{REPORTS}{report}/submissions/"))

    def fetch_submission(self, report: int, receipt: Receipt, path: Path, *, overwrite: bool = False) -> Path:
        """The exact bytes that were filed, as the digest of their receipt says."""
        address = f"{REPORTS}{report}/submissions/{receipt.number}/body/"
        return self._fetch(address, path, receipt.sha256, overwrite=overwrite)
