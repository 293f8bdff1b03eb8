"""Malformed input: never a 500, and never a word about SQL, classes or paths."""

import base64
import json
import re

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import NoReverseMatch

from tests.security import matrix
from tests.security.world import World, undone

pytestmark = pytest.mark.django_db
BIG = "9" * 25
TELLING = re.compile(rb"Traceback|psycopg|SELECT |Error at /|apps/\w+/\w+\.py|site-packages|ValidationError|DataError")


def cursor(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


CURSORS = (
    "x",
    "%ff",
    "é",
    cursor(1),
    cursor([None, None]),
    cursor(["abc", 1]),
    cursor([1, 1]),
    cursor(["2026-99-99T00:00:00Z", 1]),
    cursor(["2026-11-23T00:00:00", 1]),
    cursor(["2026-11-23T00:00:00+08:00", int(BIG)]),
    cursor([int(BIG), int(BIG)]),
    cursor([True, 1]),
    cursor([[1], 1]),
    cursor([{"a": 1}, 1]),
    cursor(["\x00", 1]),
    cursor(["\ud800", 1]),
    cursor(["9999-12-31T23:59:59-14:00", 1]),
    base64.urlsafe_b64encode(b"[" * 3000).decode(),
    cursor([1e400, 1]),
)
NAMES = """
q page show chip state section poll after before seen do language person people unit role service handler area from to
first last period kind due number group date year sort field figure channel verdict due_from due_to
""".split()  # noqa: SIM905 (a list of so many words is no easier to read)
VALUES = (BIG, "-1", "'[]\\%", "2026-02-30", "0001-01-01", "😀" * 500)
GETS = [line.name for line in matrix.table().values() if line.get not in ("–", "absent", "refused", "begun")]
POSTS = [line.name for line in matrix.table().values() if line.post not in ("–", "absent", "begun")]


def silent(answer, what: object) -> None:
    assert answer.status_code < 500 or answer.status_code == 503, (what, answer.status_code)
    body = b"".join(answer)
    assert not TELLING.search(body), (what, TELLING.search(body))


def who(line: matrix.Line) -> str:
    """Somebody who gets as far as the code."""
    letters = f"{line.get} {line.post}".replace(";", " ").split()
    return next((matrix.LETTERS[letter] for letter in "ADCLUST" if letter in letters), "director")


@pytest.mark.parametrize("name", GETS)
def test_page_survives_malformed_queries(world: World, name: str) -> None:
    line = matrix.table()[name]
    thing = world.things[line.thing]
    path = matrix.address(name, thing.parameters)
    client = world.client(thing.owner if "own" in line.get.split() else who(line))
    with undone():
        silent(client.get(path, dict.fromkeys(NAMES, "\x00")), "nul")
        for value in VALUES:
            silent(client.get(path, dict.fromkeys(NAMES, value)), value[:20])
        silent(client.get(path + "?q=%ff%fe&page=%00&cursor=%ff"), "utf-8")


@pytest.mark.parametrize(
    "name", [name for name in GETS if name.endswith((":list", ":mine", ":inbox", ":people", ":unmatched", ":report"))]
)
def test_list_ignores_a_broken_cursor(world: World, name: str) -> None:
    line = matrix.table()[name]
    path = matrix.address(name, world.things[line.thing].parameters)
    with undone():
        for value in CURSORS:
            silent(world.client(who(line)).get(path, {"cursor": value, "chip": "all", "show": "all"}), value[:40])


NUMBERED = sorted(name for name in {*GETS, *POSTS} if matrix.table()[name].thing != "nothing")


@pytest.mark.parametrize("name", NUMBERED)
def test_number_beyond_the_database_is_not_found(world: World, name: str) -> None:
    line = matrix.table()[name]
    parameters = world.things[line.thing].parameters
    for value in (BIG, str(2**63), "0"):
        try:
            path = matrix.address(name, dict.fromkeys(parameters, value) | {"app_label": "auth"})
        except NoReverseMatch:
            return
        with undone():
            silent(world.client("director").get(path), value)
            silent(world.client("director").post(path), value)


@pytest.mark.parametrize("name", POSTS)
def test_form_survives_malformed_fields(world: World, name: str) -> None:
    line = matrix.table()[name]
    thing = world.things[line.thing]
    path = matrix.address(name, thing.parameters)
    client = world.client(thing.owner if "own" in line.post.split() else who(line))
    keys = {
        *thing.form,
        *NAMES,
        "name",
        "title_zh_hant",
        "body_zh_hant",
        "pk",
        "step",
        "note",
        "audience",
        "line-TOTAL_FORMS",
    }
    for value in (BIG, "[1]", "2026-02-30T99:99", "😀" * 3000):
        with undone():
            silent(client.post(path, dict.fromkeys(keys, value)), value[:20])
    with undone():
        silent(client.post(path, {key: ["1", "x", BIG] for key in keys}), "lists")
        silent(client.post(path, dict.fromkeys(keys, "a\x00b")), "nul")
        silent(client.post(path, b"\xff\xfe=%ff&a=%00", content_type="application/x-www-form-urlencoded"), "bytes")
        silent(client.post(path, b"{", content_type="application/json"), "json")
        silent(client.post(path, b"--x\r\nbroken", content_type="multipart/form-data; boundary=x"), "multipart")
        silent(client.post(path, {"file": SimpleUploadedFile("a.csv", b"\x00\xff")}), "file")


def test_nul_in_address_query_cookie_and_form_is_answered_with_400(world: World) -> None:
    client = world.client("student")
    assert client.get("/requests/file/a%00b").status_code == 400
    assert client.get("/", {"q": "a\x00"}).status_code == 400
    assert client.post("/accounts/theme/", {"next\x00": "1"}).status_code == 400
    client.cookies[settings.SESSION_COOKIE_NAME] = '"abcdefgh\\000"'
    assert client.get("/").status_code in (302, 400)


def test_refusal_of_unreadable_input_stands_in_three_languages(world: World) -> None:
    text = world.client(None).get("/accounts/login/", {"q": "\x00"}).content.decode()

    assert all(word in text for word in ("這個請求無法讀取", "这个请求无法读取", "This request cannot be read"))
