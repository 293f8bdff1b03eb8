"""Who comes in: tokens, scopes, networks, limits; sessions and cookies count for nothing."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from apps.core.clock import now
from apps.interfaces import services
from apps.interfaces.enums import Scope
from apps.interfaces.models import Token
from apps.interfaces.tokens import hash_token, is_token, new_token
from apps.journal.models import Entry
from apps.people.models import Post
from tests import factories
from tests.interfaces.factories import BASE, Caller, caller, integration, token
from tests.jobs.moments import freeze
from tests.servicedesk import factories as desk

pytestmark = pytest.mark.django_db


def test_token_is_recognised_by_its_mark_and_check() -> None:
    text = new_token()
    assert is_token(text)
    assert text.startswith("opt_")
    assert len({new_token() for _each in range(100)}) == 100
    broken = text[:-9] + ("a" if text[-9] != "a" else "b") + text[-8:]
    assert not any(map(is_token, ("", "opt_", text[:-1], text + "0", text.upper(), broken)))


def test_only_the_hash_is_kept() -> None:
    row, text = token(factories.student())
    with connection.cursor() as cursor:
        cursor.execute("SELECT token::text FROM interfaces_token token")
        (kept,) = cursor.fetchone()
    assert row.token_hash == hash_token(text)
    assert text not in kept
    assert text[12:40] not in kept + str(list(Entry.objects.values_list("changes", "note")))


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer ", "Basic abc", "Bearer opt_x", "Bearer {new}", "Bearer é", "Bearer a b c"],
)
def test_without_a_good_token_nobody_comes_in(header) -> None:
    header = header.format(new=new_token())  # whole and well made, but nobody's
    answer = Client().get(f"{BASE}/services", headers={"Authorization": header} if header else {})
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["type"] == "urn:office-portal:problem:token"


def test_session_is_no_token_and_no_cookie_comes_back(client) -> None:
    client.force_login(factories.director(), backend="django.contrib.auth.backends.ModelBackend")
    refused = client.get(f"{BASE}/services")
    student = caller(factories.student())
    student.client.cookies = client.cookies
    taken = student.get("/requests")

    assert (refused.status_code, taken.status_code) == (401, 200)
    assert not refused.cookies
    assert not taken.cookies
    assert taken["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in taken
    assert student.get("/requests?side=desk").json()["items"] == []  # the student's, not the director's


def test_token_ends_when_it_is_over_revoked_switched_off_or_its_owner_leaves(monkeypatch) -> None:
    owner = factories.student()

    def works(text: str) -> bool:
        return Caller(text).get("/services").status_code == 200

    _over, over_text = token(owner, days=1)
    revoked, revoked_text = token(owner)
    off, off_text = token(owner)
    stays, text = token(owner)
    assert all(map(works, (over_text, revoked_text, off_text, text)))

    services.revoke_token(token=revoked, actor=owner)
    services.switch_off(integration=off.integration, actor=owner)
    assert [works(each) for each in (over_text, revoked_text, off_text, text)] == [True, False, False, True]
    freeze(monkeypatch, now() + timedelta(days=1, seconds=1))
    assert [works(each) for each in (over_text, text)] == [False, True]
    owner.is_active = False
    owner.save()
    assert not works(text)
    assert stays.last_used_at is None
    assert Token.objects.get(pk=stays.pk).last_used_at is not None


def test_rights_are_those_of_the_owner_on_the_day() -> None:
    clerk = factories.clerk()
    item = desk.request()
    program = caller(clerk, "desk:read", "desk:write")
    assert program.get(f"/requests/{item.pk}").status_code == 200

    Post.objects.filter(person=clerk).update(valid_to=(now() - timedelta(days=2)).date())

    assert program.get(f"/requests/{item.pk}").status_code == 404
    assert program.post(f"/requests/{item.pk}/take").status_code == 404


CALLS = [
    (Scope.SERVICES_READ, "GET", "/services"),
    (Scope.REQUESTS_READ, "GET", "/requests"),
    (Scope.REQUESTS_WRITE, "POST", "/requests"),
    (Scope.REQUESTS_WRITE, "POST", "/requests/1/withdraw"),
    (Scope.DESK_READ, "GET", "/requests/1/notes"),
    (Scope.DESK_WRITE, "POST", "/requests/1/take"),
    (Scope.DESK_WRITE, "POST", "/requests/1/notes"),
    (Scope.CERTIFICATES_READ, "GET", "/certificates"),
    (Scope.PEOPLE_READ, "GET", "/people/1"),
]


@pytest.mark.parametrize(("scope", "method", "path"), CALLS)
def test_call_needs_its_scope(scope, method, path) -> None:
    others = [each for each in Scope.values if each != scope]
    if scope == Scope.REQUESTS_READ:
        others.remove(Scope.DESK_READ)
    answer = caller(factories.director(), *others).send(method, path, {}, {})
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:office-portal:problem:scope")
    assert scope in answer.json()["detail"]


def test_without_desk_read_only_the_own_ones_are_there() -> None:
    clerk = factories.clerk()
    theirs, own = desk.request(), desk.request(requester=clerk)
    program = caller(clerk, "requests:read", "requests:write", "desk:write")

    assert [each["id"] for each in program.get("/requests").json()["items"]] == [own.pk]
    assert program.get("/requests?side=desk").status_code == 403
    assert program.get(f"/requests/{theirs.pk}").status_code == 404
    assert program.get(f"/requests/{theirs.pk}/messages").status_code == 404
    assert program.post(f"/requests/{theirs.pk}/withdraw", {"note": "x"}).status_code == 404


def test_networks_are_kept_to(settings) -> None:
    made, text = token(factories.student(), networks=("10.1.2.3/16", "2001:db8::/32"))
    assert made.networks == ["10.1.0.0/16", "2001:db8::/32"]
    answers = {}
    for address in ("10.1.9.9", "10.2.0.1", "2001:db8::1", "::ffff:10.1.0.1", "nonsense"):
        client = Client(REMOTE_ADDR=address)
        answers[address] = client.get(f"{BASE}/services", headers={"Authorization": f"Bearer {text}"}).status_code
    assert answers == {"10.1.9.9": 200, "10.2.0.1": 403, "2001:db8::1": 200, "::ffff:10.1.0.1": 200, "nonsense": 403}


def test_calls_a_minute_are_counted_for_each_token(settings, monkeypatch) -> None:
    settings.API_CALLS_A_MINUTE = 2
    at = now().replace(second=10, microsecond=0)
    freeze(monkeypatch, at)
    first, other = caller(factories.student()), caller(factories.student())

    answers = [first.get("/services") for _each in range(3)]

    assert [each.status_code for each in answers] == [200, 200, 429]
    assert answers[0]["RateLimit-Policy"] == '"minute";q=2;w=60'
    assert [each["RateLimit"] for each in answers] == ['"minute";r=1;t=50', '"minute";r=0;t=50', '"minute";r=0;t=50']
    assert answers[2]["Retry-After"] == "50"
    assert other.get("/services").status_code == 200
    freeze(monkeypatch, at + timedelta(seconds=50))
    assert first.get("/services").status_code == 200


def test_wrong_tokens_of_a_network_are_slowed_down() -> None:
    client = Client(REMOTE_ADDR="10.77.1.1")
    codes = {client.get(f"{BASE}/services", headers={"Authorization": "Bearer x"}).status_code for _each in range(52)}
    assert codes == {401, 429}


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("text/plain", b"{}", 415),
        ("application/x-www-form-urlencoded", b"a=1", 415),
        ("multipart/form-data; boundary=x", b"--x--", 415),
        ("application/json", b"{", 400),
        ("application/json", b"\xff", 400),
        ("application/json", b'{"service": "a\\u0000b"}', 400),
        ("application/json", b'{"service": "\\ud800"}', 400),
        ("application/json", b'{"answers": ' + b"[" * 50 + b"]" * 50 + b"}", 400),
        ("application/json", b'{"answers": {"a": NaN}}', 400),
        ("application/json", b'{"answers": {"a": 1e999}}', 400),
        ("application/json", b"[]", 422),
        ("application/json", b'{"service": "a", "state": "resolved"}', 422),
        ("application/json", b'{"service": "' + b"a" * 2**20 + b'"}', 413),
    ],
)
def test_what_cannot_be_read_is_refused(content_type, body, status) -> None:
    headers = {"Authorization": f"Bearer {token(factories.student())[1]}", "Idempotency-Key": "a-key-of-mine"}
    client = Client(raise_request_exception=False)
    answer = client.generic("POST", f"{BASE}/requests", body, content_type=content_type, headers=headers)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


@pytest.mark.parametrize("path", ["/nothing", "/requests/0", "/requests/99999999999999999999", "/requests/abc", "/"])
def test_unknown_addresses_are_told_in_the_same_form(path) -> None:
    answer = caller(factories.student()).get(path)
    assert answer.status_code in (404, 422)
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path"), [("DELETE", "/requests"), ("OPTIONS", "/services"), ("GET", "/requests/1/take")]
)
def test_wrong_method_is_told(method, path) -> None:
    answer = caller(factories.student()).send(method, path, None, {})
    assert (answer.status_code, answer["Content-Type"]) == (405, "application/problem+json")
    assert answer["Allow"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [("zh-Hant", "沒有"), ("zh-TW,zh;q=0.8", "沒有"), ("zh-Hans", "没有"), ("en", "There is nothing"), ("", "沒有")],
)
def test_words_come_in_the_language_asked_for_or_the_owners(asked, words) -> None:
    program = caller(factories.student(language="zh-hant"))
    assert words in program.get("/requests/1", **{"Accept_Language": asked} if asked else {}).json()["detail"]


def test_second_factor_is_asked_of_pages_as_ever_and_never_of_programs(client, settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    clerk = factories.clerk()
    client.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")

    assert client.get("/requests/list/").status_code == 302
    assert client.get("/requests/list/", headers={"Authorization": f"Bearer {token(clerk)[1]}"}).status_code == 302
    assert caller(clerk).get("/requests").status_code == 200


def test_token_opens_no_page() -> None:
    text = token(factories.administrator())[1]
    for path in ("/", "/requests/list/", "/people/", "/admin/", "/files/8d5a6b3c-8b0e-4f0e-9d0e-3f5b6f1f2a10"):
        assert Client().get(path, headers={"Authorization": f"Bearer {text}"}).status_code == 302, path


def test_token_within_a_year_with_scopes_of_an_active_program() -> None:
    made = integration(factories.student())
    for data in (
        services.TokenData(["requests:read"], 366),
        services.TokenData(["requests:read"], 0),
        services.TokenData([], 30),
        services.TokenData(["everything"], 30),
        services.TokenData(["requests:read"], 30, ["10.0.0.0/99"]),
    ):
        with pytest.raises(services.UnableToMakeToken):
            services.make_token(integration=made, data=data, actor=made.created_by)
    services.make_token(integration=made, data=services.TokenData(["requests:read"], 365), actor=made.created_by)
    with pytest.raises(IntegrityError), transaction.atomic():
        Token.objects.update(expires_at=now() + timedelta(days=400))


def test_another_owner_ends_the_tokens() -> None:
    made, text = token(factories.student())
    row = made.integration
    data = services.IntegrationData(row.name, row.purpose, factories.director())
    services.edit_integration(integration=row, data=data, version=1, actor=row.created_by)

    assert Caller(text).get("/services").status_code == 401
    verbs = Entry.objects.about(row).values_list("verb", flat=True)
    assert list(verbs) == [
        "integration_created",
        "integration_confirmed",
        "token_made",
        "integration_edited",
        "token_revoked",
    ]
