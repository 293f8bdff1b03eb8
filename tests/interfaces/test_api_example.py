"""The example in docs/api.md, run as it stands, against a running portal."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from apps.servicedesk.models import Request
from apps.servicedesk.starter import install_catalogue
from tests import factories
from tests.interfaces.factories import token
from tests.interfaces.test_api_tokens import CALLS

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = Path(settings.BASE_DIR) / "docs/api.md"


@pytest.mark.skipif(not shutil.which("curl"), reason="needs curl")
def test_first_call_works_as_it_stands(live_server) -> None:
    (command,) = re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL)
    factories.calendar()
    install_catalogue()
    student = factories.student(number="S0042")
    environment = os.environ | {"PORTAL": live_server.url, "TOKEN": token(student)[1]}

    told = [
        subprocess.run(["sh", "-c", command], env=environment, capture_output=True, check=False, timeout=60)
        for _each in range(2)
    ]

    assert [each.returncode for each in told] == [0, 0], told[0].stdout + told[0].stderr
    first, again = (json.loads(each.stdout) for each in told)
    assert first == again
    assert (first["state"], first["number"]) == ("submitted", Request.objects.get(requester=student).number)


def test_page_names_every_scope() -> None:
    text = PAGE.read_text()
    assert all(f"`{scope}`" in text for scope, _method, _path in CALLS)
