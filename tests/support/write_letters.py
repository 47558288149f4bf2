"""Write `docs/letters.md`, the table of every letter; with `--pictures` also its pictures, by Chromium.

.venv/bin/python -m tests.support.write_letters --pictures
"""

import os
import secrets
import sys

import django

from portal.local.translations import compile_translations

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
os.environ.setdefault("SECRET_KEY", secrets.token_urlsafe(50))  # letters with a link of their own sign it
compile_translations()  # before any of them is read
django.setup()

from tests.support.letter_catalogue import DOCUMENT, document, write_pictures  # noqa: E402  (needs the settings)

if __name__ == "__main__":
    if "--pictures" in sys.argv:
        print(f"{write_pictures()} pictures")
    DOCUMENT.write_text(document(), encoding="utf-8")
    print(DOCUMENT)
