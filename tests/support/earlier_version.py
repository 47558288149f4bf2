"""Run by the code of an earlier version, in its own folder, on a database that has moved on: it reads and writes.

Prints as JSON what it met. Only what every version has is used: addresses and forms.
"""

import json
import sys

import django

django.setup()  # before anything that needs the settings

from django.conf import settings  # noqa: E402 - after setup
from django.test import Client  # noqa: E402 - after setup

import portal  # noqa: E402 - after setup

# plain names: nothing is collected for a program that shows nobody its pages
plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
urls, email, password = json.loads(sys.argv[1])
client = Client(SERVER_NAME=settings.ORIGIN.split("://")[1].split(":")[0])
answers = {url: client.get(url).status_code for url in urls}  # an error ends the program, and is shown
signed_in = client.post("/accounts/login/", {"login": email, "password": password}).status_code
inside = {
    url: client.get(url).status_code for url in ("/workspace/", "/workspace/inbox/", "/workspace/reports/")
}
health = client.get("/health/ready").json()
left = client.post("/accounts/logout/").status_code
print(
    json.dumps(
        {
            "version": portal.__version__,
            "place": portal.__file__,
            "answers": answers,
            "signed_in": signed_in,
            "inside": inside,
            "missing": health.get("missing_migrations"),
            "left": left,
        }
    )
)
