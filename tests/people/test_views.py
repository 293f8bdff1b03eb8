"""The pages of people: who sees what, who may do what, and the second time."""

from collections.abc import Callable

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.people.enums import Role
from apps.people.models import ContactPoint, Deputy, Group, Person, Post, Unit
from tests import factories
from tests.people.factories import AT, deputy, group

pytestmark = pytest.mark.django_db
GOOD = "correct horse battery staple"
OFFICE = ["clerk", "director", "leader", "administrator"]


@pytest.fixture(autouse=True)
def outbox(settings: object) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def as_role(client: Client) -> Callable[[str], Person]:
    """Sign in as a new person of a role."""

    def sign_in(role: str) -> Person:
        person = factories.person("某人", role, at=factories.office(), language="en")
        client.force_login(person)
        return person

    return sign_in


def status(client: Client, name: str, *args: object, post: dict[str, object] | None = None) -> int:
    address = reverse(f"people:{name}", args=args)
    return (client.get(address) if post is None else client.post(address, post)).status_code


@pytest.mark.parametrize(
    ("role", "expected"),
    [*[(role, 200) for role in [*OFFICE, "unit_secretary"]], ("staff", 403), ("student", 403)],
)
def test_list_and_units_are_for_those_who_look_after_people(
    client: Client, as_role: Callable, role: str, expected: int
) -> None:
    as_role(role)

    assert [status(client, "list"), status(client, "units")] == [expected, expected]


@pytest.mark.parametrize("name", ["profile", "groups", "deputies"])
def test_own_pages_are_for_everybody(client: Client, as_role: Callable, name: str) -> None:
    as_role("student")

    assert status(client, name) == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "小明"}, {"S1"}),
        ({"q": "s"}, {"S1", "S2"}),
        ({"q": "S2"}, {"S2"}),
        ({"role": "student"}, {"S1"}),
        ({"state": "inactive"}, {"S9"}),
        ({"q": "沒有"}, set()),
    ],
)
def test_list_finds_by_name_number_role_and_state(
    client: Client, as_role: Callable, query: dict[str, str], found: set[str]
) -> None:
    as_role("clerk")
    factories.person("王小明", Role.STUDENT, number="S1")
    factories.person("李大年", Role.STAFF, number="S2")
    factories.person("張三", Role.STAFF, number="S9", is_active=False)
    answer = client.get(reverse("people:list"), query)

    assert {person.number for person in answer.context["page"].rows if person.number.startswith("S")} == found


def test_list_of_a_unit_holds_those_below(client: Client, as_role: Callable) -> None:
    as_role("clerk")
    department = factories.unit("計算機系", parent=factories.root_unit())
    inside = factories.student(at=factories.unit("一班", parent=department))
    answer = client.get(reverse("people:list"), {"unit": department.pk})

    assert answer.context["page"].rows == [inside]


@pytest.mark.parametrize("name", ["list", "groups", "deputies", "units"])
def test_list_page_asks_the_same_number_of_questions(client: Client, as_role: Callable, name: str) -> None:
    me = as_role("director")

    def queries() -> int:
        client.get(reverse(f"people:{name}"))
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse(f"people:{name}"))
        return len(captured)

    def add() -> None:
        person = factories.student(at=factories.unit("新班", parent=factories.root_unit()))
        group(me, person)
        deputy(me, person, starts_at=AT.replace(year=2020), ends_at=AT.replace(year=2090))

    add()
    one = queries()
    add()
    add()
    assert queries() == one


def test_student_sees_the_own_page_and_no_other(client: Client, as_role: Callable) -> None:
    me, other = as_role("student"), factories.student()

    assert [status(client, "detail", me.pk), status(client, "detail", other.pk)] == [200, 404]


@pytest.mark.parametrize(("role", "expected"), [("student", 404), ("staff", 404), ("clerk", 403), ("leader", 403)])
@pytest.mark.parametrize("verb", ["edit", "add_post", "deactivate", "activate"])
def test_verbs_on_people_are_for_editors(
    client: Client, as_role: Callable, role: str, expected: int, verb: str
) -> None:
    as_role(role)
    other = factories.student()

    assert status(client, verb, other.pk, post={"name": "x", "version": 1}) == expected


@pytest.mark.parametrize("verb", ["add_post", "deactivate", "activate", "invite"])
def test_verbs_on_people_are_not_reached_by_get(client: Client, as_role: Callable, verb: str) -> None:
    as_role("administrator")

    assert status(client, verb, factories.student().pk) == 405


def test_name_is_corrected_and_a_clash_keeps_what_was_typed(client: Client, as_role: Callable) -> None:
    as_role("director")
    person = factories.student()
    address = reverse("people:edit", args=[person.pk])
    assert client.post(address, {"name": "新名", "name_en": "", "version": 1}).status_code == 302
    clash = client.post(address, {"name": "又名", "name_en": "", "version": 1})

    assert clash.status_code == 422
    assert "又名" in clash.content.decode()
    assert client.post(address, {"name": "又名", "name_en": "", "version": 2}).status_code == 302
    assert Person.objects.get(pk=person.pk).name == "又名"


def test_extra_fields_change_nothing(client: Client, as_role: Callable) -> None:
    """A student cannot gain rights by sending fields that the form does not have."""
    me = as_role("student")
    extra = {
        "number": "A1",
        "name": "院長",
        "email": "x@x.example",
        "is_staff": "on",
        "is_superuser": "on",
        "is_active": "on",
        "role": "administrator",
        "roles": "administrator",
        "version": "9",
        "user_permissions": "1",
        "groups": "1",
    }
    before = Person.objects.filter(pk=me.pk).values("number", "name", "email", "is_staff", "is_superuser").get()
    for name in ("edit_profile", "add_mail"):
        status(client, name, post={"language": "en", "shortcuts": "on", "address": "n@x.example", **extra})

    assert Person.objects.filter(pk=me.pk).values("number", "name", "email", "is_staff", "is_superuser").get() == before
    assert [post.role for post in me.posts.all()] == ["student"]
    assert status(client, "add_post", me.pk, post=extra) == 403
    assert status(client, "edit", me.pk, post=extra) == 403


def post_data(unit: Unit, role: str) -> dict[str, object]:
    return {"unit": unit.pk, "role": role, "valid_from": "2026-01-01"}


def test_post_is_given_and_ended(client: Client, as_role: Callable) -> None:
    as_role("administrator")
    person = factories.student()
    data = post_data(factories.office(), "clerk")
    assert status(client, "add_post", person.pk, post=data) == 302
    assert status(client, "add_post", person.pk, post=data) == 422
    post = person.posts.get(role="clerk")
    assert status(client, "end_post", person.pk, post.pk, post={}) == 302

    assert not Person.objects.get(pk=person.pk).has_role("clerk")


def test_director_makes_and_touches_no_administrator(client: Client, as_role: Callable) -> None:
    as_role("director")
    person, admin = factories.student(), factories.administrator()

    assert status(client, "add_post", person.pk, post=post_data(factories.office(), "administrator")) == 422
    assert status(client, "end_post", admin.pk, admin.posts.get().pk, post={}) == 403
    assert status(client, "deactivate", admin.pk, post={}) == 403


def test_post_of_another_person_is_not_found(client: Client, as_role: Callable) -> None:
    as_role("administrator")
    one, other = factories.student(), factories.student()

    assert status(client, "end_post", one.pk, other.posts.get().pk, post={}) == 404


def test_person_is_deactivated_and_taken_back(client: Client, as_role: Callable) -> None:
    as_role("administrator")
    person = factories.student()
    for verb, active in (("deactivate", False), ("deactivate", False), ("activate", True), ("activate", True)):
        status(client, verb, person.pk, post={})
        assert Person.objects.get(pk=person.pk).is_active is active


def test_settings_are_saved(client: Client, as_role: Callable) -> None:
    me = as_role("student")
    status(client, "edit_profile", post={"language": "zh-hans"})

    me.refresh_from_db()
    assert (me.language, me.shortcuts) == ("zh-hans", False)


def link_path(text: str) -> str:
    link = next(line for line in text.splitlines() if line.startswith("http"))
    return link[link.index("/people/") :]


def test_address_is_added_proved_and_made_the_main_one(client: Client, as_role: Callable) -> None:
    me = as_role("student")
    status(client, "add_mail", post={"address": "new@x.example"})
    path = link_path(mail.outbox[0].body)
    contact = ContactPoint.objects.get(value="new@x.example")
    assert status(client, "make_main", contact.pk, post={}) == 404
    assert client.get(path).status_code == 200
    contact.refresh_from_db()
    assert contact.verified_at is None
    assert client.post(path).status_code == 302
    assert client.post(path).status_code == 404
    assert status(client, "make_main", contact.pk, post={}) == 302

    me.refresh_from_db()
    assert me.email == "new@x.example"


def test_contact_of_another_is_not_found(client: Client, as_role: Callable) -> None:
    as_role("student")
    other = factories.student().contacts.get()

    for verb in ("remove_contact", "make_main", "send_proof"):
        assert status(client, verb, other.pk, post={}) == 404


@pytest.mark.parametrize(("role", "expected"), [("clerk", 403), ("student", 403), ("leader", 403), ("director", 302)])
def test_units_are_made_and_moved_by_editors(client: Client, as_role: Callable, role: str, expected: int) -> None:
    as_role(role)
    unit = factories.unit("甲系", parent=factories.root_unit())
    data = {"code": "new", "kind": "department", "name_hant": "乙系", "parent": factories.root_unit().pk}
    assert status(client, "create_unit", post=data) == expected
    assert status(client, "edit_unit", unit.pk, post={**data, "code": "other", "is_active": "on"}) == expected

    assert Unit.objects.filter(code__in=["new", "other"]).count() == (2 if expected == 302 else 0)


def test_unit_with_a_used_code_is_told(client: Client, as_role: Callable) -> None:
    as_role("director")
    code = factories.root_unit().code

    assert status(client, "create_unit", post={"code": code, "kind": "office", "name_hant": "x"}) == 422


def test_units_count_people_below(client: Client, as_role: Callable) -> None:
    as_role("clerk")
    department = factories.unit("計算機系", parent=factories.root_unit())
    for name in ("一班", "二班"):
        factories.student(at=factories.unit(name, parent=department))
    tree = {unit: people for unit, _depth, people in client.get(reverse("people:units")).context["tree"]}

    assert (tree[department], tree[factories.root_unit()]) == (2, 3)


def test_group_is_made_and_members_are_added_row_by_row(client: Client, as_role: Callable) -> None:
    as_role("unit_secretary")
    factories.student(number="S1")
    team = {"code": "t", "kind": "task_team", "name_hant": "迎新工作組", "ends_on": "2027-01-31"}
    assert status(client, "create_group", post={**team, "ends_on": ""}) == 422
    assert status(client, "create_group", post=team) == 302
    made = Group.objects.get()
    page = client.post(reverse("people:add_members", args=[made.pk]), {"numbers": "S1\nS404"})

    assert [(row.number, row.outcome) for row in page.context["results"]] == [("S1", "added"), ("S404", "unknown")]
    person = Person.objects.get(number="S1")
    for _time, expected in enumerate((302, 404)):
        assert status(client, "remove_member", made.pk, person.pk, post={}) == expected


@pytest.mark.parametrize(
    ("role", "seen", "edited"), [("clerk", 200, 200), ("leader", 200, 403), ("staff", 404, 404), ("member", 200, 403)]
)
def test_group_is_seen_by_members_and_edited_by_owner_or_office(
    client: Client, as_role: Callable, role: str, seen: int, edited: int
) -> None:
    me = as_role("student" if role == "member" else role)
    made = group(factories.clerk(), *([me] if role == "member" else []))

    assert status(client, "group", made.pk) == seen
    assert status(client, "add_members", made.pk, post={"numbers": "S1"}) == edited
    assert status(client, "edit_group", made.pk) == edited


def deputy_data(person: Person, **fields: str) -> dict[str, str]:
    return {"deputy": person.number, "scope": "all", "first_day": "2090-01-01", "last_day": "2090-01-05", **fields}


def test_everybody_names_the_own_deputy_for_whole_days(client: Client, as_role: Callable) -> None:
    me, other = as_role("leader"), factories.director()
    for _time in range(2):
        assert status(client, "set_deputy", post=deputy_data(other)) == 302
    row = Deputy.objects.get()

    assert (row.principal, row.deputy) == (me, other)
    assert (row.ends_at - row.starts_at).days == 5


def test_only_editors_name_deputies_for_others(client: Client, as_role: Callable) -> None:
    leader, other = factories.leader(), factories.clerk()
    me = as_role("clerk")
    status(client, "set_deputy", post=deputy_data(other, principal=leader.number))
    assert Deputy.objects.get().principal == me
    as_role("director")
    status(client, "set_deputy", post=deputy_data(other, principal=leader.number))

    assert Deputy.objects.filter(principal=leader).count() == 1


def test_unknown_deputy_is_told(client: Client, as_role: Callable) -> None:
    as_role("leader")
    answer = client.post(reverse("people:set_deputy"), {**deputy_data(factories.clerk()), "deputy": "nobody"})

    assert answer.status_code == 422
    assert "nobody" in answer.content.decode()


@pytest.mark.parametrize(("who", "expected"), [("principal", 302), ("deputy", 403), ("director", 302), ("clerk", 404)])
def test_deputy_is_taken_back_by_principal_or_editors(
    client: Client, as_role: Callable, who: str, expected: int
) -> None:
    me = as_role("director" if who == "director" else "clerk")
    principal = me if who == "principal" else factories.leader()
    stand_in = me if who == "deputy" else factories.student()
    row = deputy(principal, stand_in)

    assert status(client, "revoke_deputy", row.pk, post={}) == expected
    assert Deputy.objects.filter(revoked_at__isnull=False).count() == (expected == 302)


def imported() -> Person:
    person = factories.student(language="en")
    person.set_unusable_password()
    person.save()
    return person


@pytest.mark.parametrize(("role", "expected"), [("clerk", 302), ("leader", 403), ("student", 404)])
def test_clerk_invites(client: Client, as_role: Callable, role: str, expected: int) -> None:
    as_role(role)

    assert status(client, "invite", imported().pk, post={}) == expected
    assert len(mail.outbox) == (expected == 302)


def test_filtered_people_are_invited_by_the_worker(
    client: Client, as_role: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_role("clerk")
    sent: list[list[int]] = []
    monkeypatch.setattr(
        "celery.current_app.send_task", lambda name, args, **options: sent.append(args[0]), raising=False
    )
    wanted = imported()
    imported_before = factories.student()
    imported_before.set_password(GOOD)
    imported_before.save()
    client.post(f"{reverse('people:invite_many')}?role=student")

    assert sent == [[wanted.pk]]


class TestAccept:
    def path(self, client: Client, as_role: Callable) -> str:
        as_role("clerk")
        status(client, "invite", imported().pk, post={})
        client.logout()
        return link_path(mail.outbox[0].body)

    def test_get_uses_nothing_up_and_post_sets_the_password(self, client: Client, as_role: Callable) -> None:
        path = self.path(client, as_role)
        assert [client.get(path).status_code for _time in range(2)] == [200, 200]
        answer = client.post(path, {"password": GOOD, "again": GOOD})

        assert answer["Location"].startswith(reverse("account_login"))
        assert client.post(path, {"password": GOOD, "again": GOOD}).status_code == 404
        assert client.session.get("_auth_user_id") is None

    def test_wrong_used_and_old_links_look_alike(self, client: Client, as_role: Callable) -> None:
        path = self.path(client, as_role)
        client.post(path, {"password": GOOD, "again": GOOD})
        used, wrong = client.get(path), client.get(reverse("people:accept_invitation", args=["x" * 43]))

        assert used.status_code == wrong.status_code == 404
        assert self.body(used) == self.body(wrong)

    @staticmethod
    def body(answer: object) -> str:
        text = answer.content.decode()
        return text[text.index("<h1") : text.index("<h1") + 300]

    @pytest.mark.parametrize(("one", "two"), [("short", "short"), (GOOD, "another"), ("password1234", "password1234")])
    def test_weak_or_mistyped_password_is_told(self, client: Client, as_role: Callable, one: str, two: str) -> None:
        path = self.path(client, as_role)

        assert client.post(path, {"password": one, "again": two}).status_code == 422
        assert client.get(path).status_code == 200

    def test_secret_address_is_told_to_nobody(self, client: Client, as_role: Callable) -> None:
        answer = client.get(self.path(client, as_role))

        assert answer["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer["Cache-Control"]

    def test_guessing_is_slowed_down(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("apps.people.throttle.TRIES", 2)
        address = reverse("people:accept_invitation", args=["guess"])
        answers = [client.get(address, REMOTE_ADDR="203.0.113.77").status_code for _time in range(3)]

        assert answers[-1] == 429


def test_detail_page_shows_what_is_known(client: Client, as_role: Callable) -> None:
    as_role("director")
    person = factories.student("王曉明", mail="w@x.example")
    group(factories.clerk(), person)
    page = client.get(reverse("people:detail", args=[person.pk])).content.decode()

    assert all(words in page for words in ("王曉明", "w@x.example", person.number, "Group"))
    assert Post.objects.filter(person=person).exists()
