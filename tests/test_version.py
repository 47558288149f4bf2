"""The version that backups and metrics report is that of the package."""

import tomllib

from portal import __version__
from portal.local.environment import ROOT


def test_there_is_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert project["version"] == __version__
