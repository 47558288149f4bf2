"""Receives webhooks of the portal and prints what they say: standard library alone, one secret, one port.

    SECRET=whsec_… python3 receive_webhooks.py 8080

Put it behind your own HTTPS proxy. While you give the webhook a new secret, name both: SECRET="whsec_new whsec_old".
"""

import base64
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

SECRETS = os.environ["SECRET"].split()
LONGEST_BODY = 64 * 1024
seen = set()  # in your program: a table of the numbers that you have handled


def is_genuine(headers, body):
    """Whether one of our secrets has signed it, within the last five minutes."""
    message, moment = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not moment.isdigit() or abs(time.time() - int(moment)) > 300:
        return False
    signed = f"{message}.{moment}.".encode() + body
    for secret in SECRETS:
        key = base64.b64decode(secret.removeprefix("whsec_"))
        right = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
        for signature in headers.get("webhook-signature", "").split():
            if hmac.compare_digest(signature, f"v1,{right}"):
                return True
    return False


class Receiver(BaseHTTPRequestHandler):
    timeout = 5

    def do_POST(self):
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(min(length, LONGEST_BODY))
        status = 204 if is_genuine(self.headers, body) else 400
        if status == 204 and self.headers["webhook-id"] not in seen:  # it may come twice
            seen.add(self.headers["webhook-id"])
            event = json.loads(body)
            print(
                event["type"], json.dumps(event["data"]), flush=True
            )  # only note it here, and work on it later
        self.send_response(status)
        self.end_headers()


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
