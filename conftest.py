"""Before Django: servers to test against and settings for tests. Each xdist worker has its own Redis and files.

The settings module is named here, not in pyproject.toml: pytest-django would read it before this file has run.
"""

import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import django

from office_portal import embedded

os.environ.setdefault("PORTAL_HOME", str(Path(tempfile.gettempdir()) / f"office-portal-tests-{os.getuid()}"))
embedded.ensure_environment()
os.environ.setdefault("SECRET_KEY", "for tests only")
os.environ.setdefault("PORTAL_DEBUG", "1")  # static files straight from their folders
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "office_portal.settings")

worker = os.environ.get("PYTEST_XDIST_WORKER", "")
if worker.startswith("gw"):
    url = urlsplit(os.environ["REDIS_URL"])
    first = int(url.path.strip("/") or 0)
    os.environ["REDIS_URL"] = urlunsplit(url._replace(path=f"/{(first + 1 + int(worker[2:])) % 16}"))
    os.environ["PORTAL_HOME"] = str(Path(os.environ["PORTAL_HOME"]) / worker)
(Path(os.environ["PORTAL_HOME"]) / "static").mkdir(parents=True, exist_ok=True)

django.setup()  # the conftest.py files below import models
