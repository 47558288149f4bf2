"""A small provider of OpenID Connect. It can rotate its key, be away, and lie."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, CLIENT_SECRET = "alliance-portal", "a secret of the client"


@cache
def signing_key(name: str) -> rsa.RSAPrivateKey:
    """A key by its name, made once in a process."""
    del name
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class OidcServer:
    """What it answers; `claims` go over those that are right, `None` leaves one out."""

    issuer: str = ""
    key_name: str = "first"
    signs_with: str = ""  # another key than the published one
    algorithm: str = "RS256"
    claims: dict[str, Any] = field(default_factory=dict)
    user_information: dict[str, Any] = field(default_factory=dict)
    is_away: bool = False
    redirects_to: str = ""
    requests: list[str] = field(default_factory=list)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def authorize(self, address: str, email: str = "", /, **claims: Any) -> str:
        """Somebody signs in at the address that the portal led to; returns the path that they are led back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = f"code-{len(self._codes)}"
        self._codes[code] = asked
        self.claims = {"email": email, "email_verified": True, "sub": f"sub-of-{email}", "name": "", **claims}
        return self.return_path(asked, code=code)

    def cancel(self, address: str) -> str:
        """They press “cancel” there."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        return self.return_path(asked, error="access_denied")

    @staticmethod
    def return_path(asked: dict[str, str], **answer: str) -> str:
        return f"{urlsplit(asked['redirect_uri']).path}?{urlencode({'state': asked['state'], **answer})}"

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/user",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def keys(self) -> dict[str, Any]:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(signing_key(self.key_name).public_key()))
        return {"keys": [{**public, "kid": self.key_name, "use": "sig", "alg": "RS256"}]}

    def token(self, posted: dict[str, str]) -> dict[str, Any] | None:
        """Each code once, for who knows the secret and the verifier of the challenge."""
        asked = self._codes.pop(posted.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(
            hashlib.sha256(posted.get("code_verifier", "").encode()).digest()
        )
        if asked is None or posted.get("client_secret") != CLIENT_SECRET:
            return None
        if asked["code_challenge"] != challenge.decode().rstrip("="):
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "auth_time": now,
            "nonce": asked["nonce"], **self.claims,
        }  # fmt: skip
        present = {name: value for name, value in claims.items() if value is not None}
        key: Any = signing_key(self.signs_with or self.key_name) if self.algorithm != "none" else None
        token = jwt.encode(present, key, algorithm=self.algorithm, headers={"kid": self.key_name})
        return {"access_token": "an access token", "token_type": "Bearer", "id_token": token}


class _Handler(BaseHTTPRequestHandler):
    provider: OidcServer

    def do_GET(self) -> None:
        answers = {
            "/.well-known/openid-configuration": self.provider.discovery,
            "/keys": self.provider.keys,
            "/user": lambda: self.provider.user_information,
        }
        self.provider.requests.append(self.path)
        if self.provider.redirects_to:
            self._send(302, {}, self.provider.redirects_to)
        elif self.provider.is_away:
            self._send(503, {})
        else:
            self._send(200, answers[self.path]())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        answer = self.provider.token({name: values[0] for name, values in parse_qs(body).items()})
        self._send(200 if answer else 400, answer or {"error": "invalid_grant"})

    def _send(self, status: int, content: dict[str, Any], location: str = "") -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: Any) -> None:
        """Nobody reads it."""


@contextmanager
def oidc_server() -> Iterator[OidcServer]:
    """A provider that listens on this machine."""
    provider = OidcServer()
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
