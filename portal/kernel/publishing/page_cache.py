"""Finished public answers in the memory of a process: compressed once, and no more than a budget of bytes.

An answer belongs to one public revision. When the revision moves, all of the earlier one are dropped together.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from threading import Lock
from weakref import WeakSet

from django.http import HttpResponse
from django.utils.http import quote_etag

from portal.kernel.publishing.cdn import cdn_headers

_COMPRESSION = 6  # 2 ms for a page of 240 kB, which is then 22 kB
_PLAIN_SHARE = 4  # the part of the budget, one in so many, for copies of readers who take no gzip
_LARGEST_SHARE = 8  # an answer larger than that part of the budget is made anew for each reader
_OVERHEAD = 1000  # bytes of Python's own for each answer, about
_HEADERS_LEFT_OUT = {"Vary", "X-Request-ID", "Content-Length", "ETag"}


@dataclass(frozen=True, slots=True)
class CachedAnswer:
    """A finished answer: its bytes compressed, a weak ETag (the same for both encodings), its other headers."""

    revision: int
    compressed: bytes
    etag: str
    headers: Mapping[str, str]  # of both encodings: without their lengths

    @classmethod
    def of(cls, revision: int, response: HttpResponse) -> "CachedAnswer":
        """The answer as it is stored: without what belongs to one request."""
        tag = response.headers.get("ETag") or quote_etag(hashlib.sha256(response.content).hexdigest()[:32])
        headers = {name: value for name, value in response.items() if name not in _HEADERS_LEFT_OUT}
        vary = [name.strip() for name in response.headers.get("Vary", "").split(",")]
        lasting = [name for name in vary if name in ("Authorization", "Accept-Language")]
        return cls(
            revision,
            gzip.compress(response.content, _COMPRESSION, mtime=0),
            tag if tag.startswith("W/") else f"W/{tag}",
            {
                "Cache-Control": "public, max-age=0, must-revalidate",
                **cdn_headers(),
                **headers,
                "Vary": ", ".join([*lasting, "Accept-Encoding"]),
            },
        )

    @property
    def size(self) -> int:
        return len(self.compressed) + sum(map(len, self.headers.values())) + _OVERHEAD


_CACHES: "WeakSet[PageCache]" = WeakSet()


class _RecentBytes:
    """What was used last, up to a budget of bytes; safe among threads."""

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self.clear()

    def clear(self) -> None:
        self._lock = Lock()
        self._items: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()
        self.size = 0

    def get(self, key: Hashable) -> object | None:
        with self._lock:
            item = self._items.get(key)
            if item is None:
                return None
            self._items.move_to_end(key)
            return item[0]

    def put(self, key: Hashable, value: object, size: int) -> None:
        with self._lock:
            _value, before = self._items.pop(key, (None, 0))
            self._items[key] = (value, size)
            self.size += size - before
            while self.size > self._budget:
                _key, (_value, evicted) = self._items.popitem(last=False)
                self.size -= evicted


class PageCache:
    """The answers of one public revision, by their keys; those that were used last are the last to go."""

    def __init__(self, budget: int) -> None:
        _CACHES.add(self)
        self._largest = budget // _LARGEST_SHARE
        plain = budget // _PLAIN_SHARE
        self._answers, self._plain = _RecentBytes(budget - plain), _RecentBytes(plain)
        self._revision = -1

    @property
    def size(self) -> int:
        """Bytes: what the cache takes, keys, headers and Python's own share included."""
        return self._answers.size + self._plain.size

    def clear(self) -> None:
        """Forget all answers."""
        self._answers.clear()
        self._plain.clear()

    def get(self, key: str, revision: int) -> CachedAnswer | None:
        """The answer of this revision."""
        if revision != self._revision:
            self._revision = revision
            self.clear()
        answer = self._answers.get(key)
        return answer if isinstance(answer, CachedAnswer) and answer.revision == revision else None

    def put(self, key: str, answer: CachedAnswer) -> None:
        """Keep the answer, unless it is so large that it would push all others out, or outdated by now."""
        if answer.revision == self._revision and answer.size <= self._largest:
            self._answers.put(key, answer, answer.size + len(key))

    def plain(self, key: str, answer: CachedAnswer) -> bytes:
        """The bytes for a reader who takes no gzip; such a reader comes again, so they are kept for a while."""
        stored = self._plain.get((key, answer.revision))
        if isinstance(stored, bytes):
            return stored
        content = gzip.decompress(answer.compressed)
        if len(content) <= self._largest:
            self._plain.put((key, answer.revision), content, len(content) + len(key) + _OVERHEAD)
        return content


def forget_answers() -> None:
    """Empty all caches of this process; benches call this, to ask for what nobody has asked for."""
    for cache in _CACHES:
        cache.clear()
