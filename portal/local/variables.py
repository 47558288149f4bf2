"""The environment variables that make a portal out of a data folder and two servers."""

import os
from collections.abc import Mapping

from portal.local.folder import DataFolder
from portal.local.identity import Identity


def portal_variables(folder: DataFolder, addresses: Mapping[str, str], port: int) -> dict[str, str]:
    """The variables that settings.py reads."""
    return {
        **addresses,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "PORTAL_DATA_DIR": str(folder.path),
        "PORTAL_ORIGIN": f"http://127.0.0.1:{port}",
        "SECRET_KEY": folder.secret_key(),
        "CREDENTIAL_KEYS": folder.credential_key(),
    }


def child_environment(folder: DataFolder, variables: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of a child; one that is not root any more has its home in the data folder."""
    home = {} if folder.identity is Identity.SELF else {"HOME": str(folder.path)}
    return {**os.environ, **home, "TMPDIR": str(folder.temporary), "PYTHONUNBUFFERED": "1", **variables}
