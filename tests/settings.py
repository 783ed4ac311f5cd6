"""The tests' settings: the product's own, in the demonstration's fixed moment, made quick and quiet.

Whatever else the environment says is not heard, except `DATABASE_URL`: the suite runs on SQLite unless
that names another.
"""

import os
import secrets
import tempfile
from pathlib import Path

_database_url = os.environ.get("DATABASE_URL", "")
for _name in [name for name in os.environ if name.startswith(("LOIP_", "DJANGO_", "EMAIL_", "DATABASE_"))]:
    if _name != "DJANGO_SETTINGS_MODULE":
        del os.environ[_name]
os.environ |= {
    "DATABASE_URL": _database_url,
    "DJANGO_SECRET_KEY": secrets.token_urlsafe(50),
    "EMAIL_URL": "memorymail://",
    "LOIP_DEMONSTRATION": "True",
    "LOIP_SHOW_COMPONENTS": "True",
    "LOIP_TODAY": "2022-01-10T10:00",
}

from loip.settings import *  # noqa: E402,F403
from loip.settings import BASE_DIR, DATABASES, STORAGES, TEMPLATES  # noqa: E402
from tests.strict_templates import InvalidVariable  # noqa: E402

# One folder a process, gone when the process ends: workers and people never meet.
_folder = tempfile.TemporaryDirectory(prefix="loip-tests-")

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as in life: a live server's threads each open it, which a database in memory cannot offer.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(_folder.name) / "test.sqlite3")}
    # Nobody minds losing it at a power cut.
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
STATIC_ROOT = Path(_folder.name) / "static"
STATIC_ROOT.mkdir()
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = InvalidVariable(BASE_DIR / "templates")
