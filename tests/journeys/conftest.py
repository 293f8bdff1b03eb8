"""Web and worker of a story share one folder of files, whatever tests before did with theirs."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings


@pytest.fixture(autouse=True)
def shared_files() -> Iterator[None]:
    """Where a worker process looks: PORTAL_HOME/files, as the settings say."""
    files = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": Path(os.environ["PORTAL_HOME"]).resolve() / "files"},
    }
    with override_settings(STORAGES=settings.STORAGES | {"default": files}):
        yield
