"""Settings of the peer: Django as it comes, the database of the environment, and nothing else."""

import os
from pathlib import Path

import dj_database_url

SECRET_KEY = os.environ["SECRET_KEY"]
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "bench.pages.peer.urls"
INSTALLED_APPS = ["bench.pages.peer"]
MIDDLEWARE: list[str] = []
DATABASES = {"default": dj_database_url.parse(os.environ["DATABASE_URL"], conn_max_age=60)}
# it reads the same rows without asking who may
DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c portal.kind=system"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
    }
]
TIME_ZONE = "Europe/Moscow"
USE_TZ = True
