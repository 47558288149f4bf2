"""Tests may be named in any order."""

from pathlib import Path

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


def test_a_path_from_the_root_is_as_deep_as_any_other() -> None:
    above, below = str(Path("tests/test_c.py").absolute()), "tests/practices/web/editor/test_imports.py"
    assert files_above_first([below, above, "./tests/api/../api"]) == [above, "./tests/api/../api", below]
