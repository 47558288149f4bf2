"""Supporters of the charter, as the secretariat sees them: the list, and files that bring new ones."""

from collections.abc import Callable, Iterator

from alliance_client.decoding import decode
from alliance_client.desk_models import Supporter, SupporterImport, SupporterRow
from alliance_client.portal import PAGE, Portal
from alliance_client.transport import API

_SINCE = "1.3"  # of the API
_SUPPORTERS = f"{API}secretariat/supporters/"
_IMPORTS = f"{API}secretariat/supporter-imports/"


class Supporters(Portal):
    """What a manager of the secretariat does with supporters (scope `supporters:write`)."""

    def supporters(self, **narrowed: str) -> Iterator[Supporter]:
        """Entries in every state, the newest first; narrowed by `words`, `region`, `kind`, `state`. No e-mails."""
        with self._since(_SINCE):
            for row in self.transport.read_all(_SUPPORTERS, limit=PAGE, **narrowed):
                yield decode(Supporter, row)

    def send_supporters(self, name: str, content: bytes) -> SupporterImport:
        """Send a file (XLSX or CSV) to be checked. Nothing is imported."""
        with self._since(_SINCE):
            return decode(SupporterImport, self.transport.send("POST", _IMPORTS, file=(name, content)))

    def supporter_import(self, number: int) -> SupporterImport:
        """An import as it is by now, with what it would bring."""
        with self._since(_SINCE):
            return decode(SupporterImport, self.transport.read(f"{_IMPORTS}{number}/"))

    def supporter_rows(self, number: int, outcome: str) -> Iterator[SupporterRow]:
        """The rows of a waiting import that would become this: `new`, `unclear`, `known`, `repeated`, `faulty`."""
        with self._since(_SINCE):
            for row in self.transport.read_all(f"{_IMPORTS}{number}/rows/", outcome=outcome, limit=PAGE):
                yield decode(SupporterRow, row)

    def wait_for_supporters(
        self,
        sent: SupporterImport,
        *,
        within: float = 600.0,
        progress: Callable[[SupporterImport], None] = lambda present: None,
    ) -> SupporterImport:
        """The import once it is checked, or imported. Raises TookTooLong after so many seconds."""
        return self._wait(sent, lambda: self.supporter_import(sent.id), within, progress)

    def confirm_supporters(self, present: SupporterImport, *, is_public_at_once: bool) -> SupporterImport:
        """Have the rows imported, all or none: vouched for, or each asked by e-mail.

        Raises Conflict where others would be imported by now than `present` says.
        """
        body = {"is_public_at_once": is_public_at_once, "shown": present.shown}
        return self._act(present, "confirm", body)

    def cancel_supporters(self, present: SupporterImport) -> SupporterImport:
        """Stop it: nothing of it stays."""
        return self._act(present, "cancel", {})

    def take_supporters_back(self, present: SupporterImport) -> SupporterImport:
        """Remove every entry that it has brought, for a week."""
        return self._act(present, "take-back", {})

    def _act(self, present: SupporterImport, act: str, body: dict[str, object]) -> SupporterImport:
        with self._since(_SINCE):
            return decode(
                SupporterImport, self.transport.send("POST", f"{_IMPORTS}{present.id}/{act}/", body)
            )
