"""Where the sign-ins lie: one file, for its owner alone, with a portal and a token under each name."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from alliance_client.errors import NotSignedIn, Unreadable
from alliance_client.files import write_whole
from alliance_client.words import say

DEFAULT_PROFILE = "default"
ORIGIN_VARIABLE, TOKEN_VARIABLE = "ALLIANCE_ORIGIN", "ALLIANCE_TOKEN"


@dataclass(frozen=True, slots=True)
class SignIn:
    """A portal, and the token for it."""

    origin: str
    token: str

    def __repr__(self) -> str:  # a token stands in no trace and no log
        return f"SignIn({self.origin!r})"


def config_path(environment: Mapping[str, str] = os.environ) -> Path:
    """The file, by the XDG rules; on Windows below the user's application data."""
    if sys.platform == "win32":
        base = environment.get("APPDATA") or str(Path.home() / "AppData/Roaming")
    else:
        base = environment.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(base) / "alliance" / "sign-ins.json"


def read_sign_in(profile: str, environment: Mapping[str, str] = os.environ) -> SignIn:
    """The sign-in of this name; the environment comes before the file. Raises NotSignedIn."""
    origin, token = environment.get(ORIGIN_VARIABLE), environment.get(TOKEN_VARIABLE)
    if origin and token:
        return SignIn(origin, token)
    sign_in = _read(config_path(environment)).get(profile)
    if sign_in is None:
        raise NotSignedIn(say("Sign in first: alliance login"))
    return sign_in


def save_sign_in(profile: str, sign_in: SignIn) -> Path:
    """Keep a sign-in under this name, readable for its owner alone."""
    path = config_path()
    return _write(path, {**_read(path), profile: sign_in})


def forget_sign_in(profile: str) -> bool:
    """Remove the sign-in of this name; whether there was one."""
    path = config_path()
    sign_ins = _read(path)
    if sign_ins.pop(profile, None) is None:
        return False
    if sign_ins:
        _write(path, sign_ins)
    else:
        path.unlink()
    return True


def _read(path: Path) -> dict[str, SignIn]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): SignIn(str(row["origin"]), str(row["token"])) for name, row in content.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unreadable(say("{path} cannot be read. Delete it and sign in again.", path=path)) from error


def _write(path: Path, sign_ins: Mapping[str, SignIn]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = json.dumps({name: asdict(each) for name, each in sign_ins.items()}, indent=2)
    return write_whole(path, [content.encode()], overwrite=True, mode=0o600)
