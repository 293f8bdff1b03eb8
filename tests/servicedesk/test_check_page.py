"""The public page behind the code on a certificate."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse

from apps.core.clock import now
from apps.core.public_links import TRIES, client_address, hash_token
from apps.journal.models import Blob
from apps.servicedesk.models import Certificate
from tests import factories
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db
TOKEN = "a-Token_of-32-characters-exactly"
PRINTED = {"college": "信息學院", "name": "林曉晴", "number": "20230412", "unit": "軟件2303班", "since": ""}


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    cache.clear()


@pytest.fixture
def certificate() -> Certificate:
    at = now()
    student = factories.student("林曉晴", mail="secret@college.example")
    return desk.certificate(
        desk.request("resolved", requester=student, title="不該出現的題目"),
        number="Z2026-00001",
        token_hash=hash_token(TOKEN),
        blob=Blob.objects.create(sha256="a" * 64, size=1, content_type="application/pdf"),
        printed=PRINTED,
        issued_at=at,
        issued_by=factories.clerk(),
        expires_at=at + timedelta(days=180),
    )


def look(client: Client, token: str = TOKEN, **headers: str) -> object:
    return client.get(reverse("servicedesk:check", args=[token]), headers={"accept-language": "en", **headers})


def test_valid_one_shows_what_is_printed_and_no_more(client: Client, certificate: Certificate) -> None:
    page = look(client)
    text = page.content.decode()

    assert page.status_code == 200
    assert "This certificate is valid" in text
    for word in ("林曉晴", "20230412", "軟件2303班", "Z2026-00001"):
        assert word in text
    for word in ("不該出現的題目", certificate.request.number, "secret@college.example", "科員甲"):
        assert word not in text


def test_replaced_one_says_so(client: Client, certificate: Certificate) -> None:
    newer = desk.certificate(certificate.request, number="Z2026-00002", printed=PRINTED)
    Certificate.objects.filter(pk=certificate.pk).update(replaced_by=newer)
    text = look(client).content.decode()

    assert "This certificate was replaced" in text
    assert "Z2026-00002" not in text


def test_revoked_one_says_so_without_the_reason(client: Client, certificate: Certificate) -> None:
    Certificate.objects.filter(pk=certificate.pk).update(revoked_at=now(), revoke_reason="已退學")
    text = look(client).content.decode()

    assert "This certificate was revoked" in text
    assert "已退學" not in text


def test_expired_one_says_so(client: Client, certificate: Certificate) -> None:
    Certificate.objects.filter(pk=certificate.pk).update(expires_at=now() - timedelta(days=1))

    assert "This certificate has expired" in look(client).content.decode()


@pytest.mark.parametrize("token", ["b-Token_of-32-characters-exactly", "x", "x" * 300, "令牌", "a b", "Z2026-00001"])
def test_wrong_link_gets_the_same_words(client: Client, certificate: Certificate, token: str) -> None:
    page = look(client, token)

    assert page.status_code == 404
    assert "No certificate belongs to this link" in page.content.decode()


def test_is_kept_by_nobody_and_found_by_nobody(client: Client, certificate: Certificate) -> None:
    for page in (look(client), look(client, "wrong")):
        assert "no-store" in page["Cache-Control"]
        assert page["X-Robots-Tag"].startswith("noindex")
        assert page["Referrer-Policy"] == "no-referrer"


def test_many_tries_from_one_address_have_to_wait(client: Client, certificate: Certificate) -> None:
    for _n in range(TRIES):
        assert look(client).status_code == 200

    assert look(client).status_code == 429
    assert client.get(reverse("servicedesk:check", args=[TOKEN]), REMOTE_ADDR="198.51.100.7").status_code == 200


def test_works_without_redis(client: Client, certificate: Certificate) -> None:
    away = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}}
    with override_settings(CACHES=away):
        assert look(client).status_code == 200


def test_takes_no_post(client: Client, certificate: Certificate) -> None:
    assert client.post(reverse("servicedesk:check", args=[TOKEN])).status_code == 405


@pytest.mark.parametrize(
    ("proxies", "header", "expected"),
    [
        (0, "198.51.100.7", "127.0.0.1"),  # nobody is trusted, so the claim is not read
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "203.0.113.9, 198.51.100.7", "198.51.100.7"),  # the first one is what the visitor claims
        (2, "203.0.113.9, 198.51.100.7", "203.0.113.9"),
        (1, "", "127.0.0.1"),
    ],
)
def test_address_behind_proxies(rf: object, proxies: int, header: str, expected: str) -> None:
    with override_settings(TRUSTED_PROXY_COUNT=proxies):
        assert client_address(rf.get("/", HTTP_X_FORWARDED_FOR=header)) == expected
