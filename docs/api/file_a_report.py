"""File the report that is a draft: PORTAL (address) and TOKEN from the environment; what it says from report.json."""

import json
import os
import pathlib
import sys
import urllib.error
import urllib.request

API = f"{os.environ['PORTAL']}/api/v1/workspace/reports/"
content = json.loads(pathlib.Path("report.json").read_text(encoding="utf-8"))


def ask(method, path="", body=None, **headers):
    sent = None if body is None else json.dumps(body).encode()
    headers |= {"Authorization": f"Bearer {os.environ['TOKEN']}", "Content-Type": "application/json"}
    try:
        with urllib.request.urlopen(
            urllib.request.Request(API + path, sent, headers, method=method)
        ) as answer:
            return json.loads(answer.read() or "null")
    except urllib.error.HTTPError as refusal:
        sys.exit(refusal.read().decode())  # what is wrong, and where


report = f"{next(row['id'] for row in ask('GET')['results'] if row['state'] == 'draft')}/"
ask("PATCH", f"{report}answers/", {"answers": content["answers"]})
ask("PATCH", f"{report}figures/", {"figures": content["figures"]})
for link in content["links"]:
    ask("POST", f"{report}measures/{link.pop('measure')}/links/", link)
check = ask("GET", f"{report}check/")
if missing := [f"{item['where']}: {item['detail']}" for item in check["items"] if item["blocks"]]:
    sys.exit("\n".join(missing))
statement = ask("GET", report)["statement"]  # read it: you sign it
signed = {"statement": statement, "shown": check["shown"]}
print(ask("POST", f"{report}submit/", signed, **{"Idempotency-Key": f"file-{report}"}))
