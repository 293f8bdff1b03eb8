"""Links in mails begin with the configured address whatever a request claims; no `next` leads off the site."""

from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.urls import reverse

from apps.delivery.models import Delivery, MessageText
from apps.people import services
from tests import factories
from tests.security.world import World, undone

pytestmark = pytest.mark.django_db
EVIL = "evil.example"
HOSTS = (
    {"host": EVIL},
    {"host": f"{EVIL}:8000"},
    {"host": f"localhost@{EVIL}"},
    {"host": f"localhost#{EVIL}"},
    {"host": f"{EVIL}/localhost"},
    {"host": f"localhost.{EVIL}"},
    {"host": f"localhost:80@{EVIL}"},
    {"host": f"localhost, {EVIL}"},
    {"host": "localhost", "x-forwarded-host": EVIL},
    {"host": "localhost", "x-forwarded-host": f"localhost, {EVIL}"},
    {"host": "localhost", "x-host": EVIL},
    {"host": "localhost", "x-forwarded-server": EVIL},
    {"host": "localhost", "forwarded": f"host={EVIL}"},
    {"host": "localhost", "x-original-url": f"https://{EVIL}/"},
    {"host": "localhost", "x-rewrite-url": f"https://{EVIL}/"},
    {"host": "localhost", "x-forwarded-proto": "https", "x-forwarded-port": "444"},
    {"host": "127.0.0.1", "x-forwarded-host": EVIL},
    {"host": ""},
    {"host": " "},
    {"host": "[::1]"},
)
NEXTS = (
    "https://evil.example/",
    "http://evil.example",
    "//evil.example/",
    "///evil.example/",
    "////evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "http:\\\\evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "ftp://evil.example/",
    "//localhost@evil.example/",
    "https://localhost@evil.example/",
    "https://localhost.evil.example/",
    "https://evil.example#localhost",
    "https://evil.example?localhost",
    "//evil%2eexample/",
    "%2f%2fevil.example",
    "//[::1]@evil.example",
    "///\\evil.example",
)


@pytest.fixture(autouse=True)
def outbox(settings) -> None:
    """Mails go where they go in life, not to the list that tests are given."""
    settings.EMAIL_BACKEND = "apps.delivery.backends.OutboxBackend"


def stays(location: str) -> bool:
    """Would a browser that is sent there stay on this site?"""
    cleaned = location.replace("\\", "/").replace("\t", "").replace("\n", "").strip()
    parts = urlsplit(cleaned)
    return not cleaned.startswith("//") and parts.scheme in ("", "http") and parts.netloc in ("", "testserver")


@pytest.mark.parametrize("wanted", NEXTS)
def test_next_never_leaves_the_site(world: World, wanted: str) -> None:
    request = world.things["request"].row
    places = (
        ("post", world.client(None), reverse("set_theme"), {"theme": "dark"}),
        ("post", world.client("clerk"), reverse("set_language"), {"language": "en"}),
        ("post", world.client("clerk"), reverse("servicedesk:take", args=[request.pk]), {}),
        ("post", world.client("student"), reverse("account_logout"), {}),
        ("get", world.client("student"), reverse("account_login"), {}),
        ("get", world.client(None), "/", {}),
        ("post", world.client("student"), reverse("mfa_reauthenticate"), {}),
    )
    for method, client, path, form in places:
        with undone():
            answer = getattr(client, method)(
                path, form | {"next": wanted}, headers={"referer": wanted.encode().decode("latin-1")}
            )
            if answer.status_code in (301, 302, 303, 307):
                assert stays(answer["Location"]), (path, answer["Location"])


@pytest.mark.parametrize("wanted", NEXTS)
def test_sign_in_never_leads_off_the_site(client, wanted: str) -> None:
    person = factories.student()
    person.set_password(factories.PASSWORD)
    person.save()
    path = reverse("account_login")

    answer = client.post(
        path, {"login": person.number, "password": factories.PASSWORD, "next": wanted}, REMOTE_ADDR="10.8.0.1"
    )

    assert answer.status_code == 302
    assert stays(answer["Location"]), answer["Location"]


@pytest.mark.parametrize("headers", HOSTS, ids=str)
def test_links_in_mails_come_from_the_setting_alone(world: World, headers: dict[str, str]) -> None:
    """Password reset and invitation are the mails that a forged host would turn into a stolen account."""
    with undone():
        newest = MessageText.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        world.client(None).post(reverse("account_reset_password"), {"email": world.owner.email}, headers=headers)
        invited = factories.student()
        world.client("clerk").post(reverse("people:invite", args=[invited.pk]), headers=headers)
        for text in MessageText.objects.filter(pk__gt=newest):
            assert EVIL not in text.subject + text.text + text.html
            for line in (text.text + " " + text.html).split():
                if "://" in line:
                    assert settings.PORTAL_URL in line or "http://www.w3.org" in line, line


def test_mail_of_reset_holds_a_link_of_the_portal(world: World) -> None:
    """The test above has something to look at."""
    with undone():
        newest = MessageText.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        world.client(None).post(reverse("account_reset_password"), {"email": world.owner.email})
        services.invite(person=factories.student(), actor=world.people["clerk"])
        texts = list(MessageText.objects.filter(pk__gt=newest))
        assert texts
        assert any(settings.PORTAL_URL in text.text for text in texts)
        assert Delivery.objects.filter(message__texts__in=texts).exists()
