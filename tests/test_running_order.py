"""Tests may be named in any order."""

from tests.support.running_order import files_above_first


def test_a_file_is_collected_before_what_lies_in_folders_beside_it() -> None:
    named = [
        "tests/api/test_b.py",
        "tests/test_c.py::test_a/b",
        "tests/api/",
        "tests/alliance/web",
        "tests/api/test_a.py",
    ]

    assert files_above_first(named) == [
        "tests/test_c.py::test_a/b", "tests/api/", "tests/api/test_b.py", "tests/alliance/web", "tests/api/test_a.py",
    ]  # fmt: skip
