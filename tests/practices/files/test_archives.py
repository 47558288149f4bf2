"""A zip of practices: what is doubtful is refused in words before anything is taken from it."""

import io
import stat
import struct
import zipfile
from collections.abc import Callable

import pytest

from portal.kernel.errors import DomainError
from practices.files.archives import MAX_FILES, UnpackLimits, unpack


def packed(*files: tuple[str, bytes], **options: int) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            for attribute, value in options.items():
                setattr(entry, attribute, value)
            archive.writestr(entry, content)
    return made.getvalue()


def names(raw: bytes) -> list[str]:
    return [entry.name for entry in unpack(raw, UnpackLimits())]


def refusal(raw: bytes) -> str:
    with pytest.raises(DomainError) as refused:
        names(raw)
    return str(refused.value)


def locked() -> bytes:
    """As a packer marks an entry that needs a password."""
    raw = bytearray(packed(("a.md", b"x")))
    raw[6] |= 1
    place = raw.index(b"PK\x01\x02")
    raw[place + 8] |= 1
    return bytes(raw)


def long_table() -> bytes:
    raw = bytearray(packed(("a.md", b"x")))
    place = raw.rindex(b"PK\x05\x06")
    raw[place + 12 : place + 16] = struct.pack("<L", 200_000_000)
    return bytes(raw)


def damaged() -> bytes:
    raw = bytearray(packed(("a.md", b"x" * 5000)))
    raw[40:44] = b"\xff\xff\xff\xff"
    return bytes(raw)


def twice() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate name"):
        return packed(("a.md", b"x"), ("a.md", b"y"))


def test_parts_of_packs_are_unpacked_with_their_paths_and_other_files_are_named_alone() -> None:
    raw = packed(
        ("folder/", b""), ("folder/a.md", b"# A"), ("b.MARKDOWN", b"# B"), ("picture.png", b"\x89PNG"),
        ("__MACOSX/folder/._a.md", b"\x00"), ("script.py", b"x"), ("LICENSE", b"MIT"),
        ("Makefile", b"x"), ("program", b"\x7fELF\x00"), (".git", b"x"),
        ("COPYING", "© 2026".encode("cp1252")), ("old/inner.zip", b"PK"), ("notes.md.gz", b"\x1f\x8b"),
    )  # fmt: skip

    entries = list(unpack(raw, UnpackLimits()))

    assert [entry.name for entry in entries if not entry.is_passed_over] == [
        "folder/a.md", "b.MARKDOWN", "picture.png", "LICENSE", "Makefile", "COPYING",
    ]  # fmt: skip
    passed_over = [(entry.name, entry.raw) for entry in entries if entry.is_passed_over]
    assert sorted(passed_over) == [
        (name, b"") for name in (".git", "notes.md.gz", "old/inner.zip", "program", "script.py")
    ]
    assert entries[0].raw == b"# A"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: packed(("../a.md", b"x")), "The path “../a.md” leads outside the zip"),
        (lambda: packed(("a/../../b.md", b"x")), "leads outside the zip"),
        (lambda: packed(("/etc/a.md", b"x")), "“/etc/a.md” leads outside the zip"),
        (lambda: packed(("C:\\a.md", b"x")), "leads outside the zip"),
        (lambda: packed(("..\\a.md", b"x")), "leads outside the zip"),
        (lambda: packed(("a\u202edm.md", b"x")), "“a�dm.md” contains an invisible character"),
        (lambda: packed(("fine.md", b"x"), ("../picture.png", b"x")), "“../picture.png” leads outside"),
        (lambda: packed(("a.md", b"/etc/passwd"), external_attr=(stat.S_IFLNK | 0o777) << 16), "“a.md” is a link"),
        (lambda: packed(("bomb.md", b"\n" * 900_000)), "“bomb.md” is packed in a suspicious way"),
        (lambda: packed(*((f"{n}.md", b"x") for n in range(MAX_FILES + 1))), "more than 200 files"),
        (locked, "“a.md” is locked with a password"),
        (long_table, "more than 200 files"),
        (twice, "“a.md” is in the zip twice"),
        (damaged, "damaged, or not a zip"),
        (lambda: b"PK\x03\x04 and no more", "damaged, or not a zip"),
        (lambda: b"", "damaged, or not a zip"),
        (lambda: packed(("a.md", b"x"))[:-10], "damaged, or not a zip"),
    ],
)  # fmt: skip
def test_a_doubtful_zip_is_refused_with_the_name_of_the_entry(
    make: Callable[[], bytes], message: str
) -> None:
    assert message in refusal(make())


def test_what_unpacks_to_too_much_is_stopped_while_it_streams() -> None:
    noise = bytes(range(256)) * 3800  # packs well, but not suspiciously
    files = [(f"{n}.md", noise + str(n).encode()) for n in range(65)]
    unpacked = UnpackLimits()

    with pytest.raises(DomainError, match=r"more than 60 MB|suspicious"):
        list(unpack(packed(*files), unpacked))


def test_files_of_hidden_folders_are_passed_over_and_not_counted() -> None:
    hidden = [(f"p/.git/objects/{number}", b"x") for number in range(MAX_FILES)]
    entries = list(unpack(packed(("p/a.md", b"# A"), ("p/.github/x.md", b"# X"), *hidden), UnpackLimits()))

    assert [entry.name for entry in entries if not entry.is_passed_over] == ["p/a.md"]


def test_the_count_goes_on_over_several_zips() -> None:
    unpacked = UnpackLimits()
    raw = packed(*((f"{n}.md", b"x") for n in range(150)))
    list(unpack(raw, unpacked))

    with pytest.raises(DomainError, match="more than 200 files"):
        list(unpack(raw, unpacked))
