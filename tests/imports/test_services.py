"""A batch's way: nothing half done, undone as it came, the same again changes nothing."""

from datetime import timedelta

import pytest

from apps.imports import services
from apps.imports.enums import BatchState
from apps.imports.models import Batch
from apps.journal.models import Entry
from apps.people.enums import Role
from apps.people.models import ContactPoint, Person, Post, Unit
from tests import factories
from tests.imports.factories import AT, CHEN, LIN, codes, roster, staged, verdicts

pytestmark = pytest.mark.django_db


def commit(batch: Batch, **options: object) -> Batch:
    return services.commit(batch=batch, actor=None, at=AT, **options)


def held() -> dict[str, object]:
    """Everything that a roster may write."""
    return {
        "people": list(Person.objects.order_by("number").values_list("number", "name", "email", "is_active")),
        "posts": list(Post.objects.order_by("pk").values_list("person__number", "role", "valid_from", "valid_to")),
        "contacts": list(ContactPoint.objects.order_by("pk").values_list("person__number", "value", "is_primary")),
    }


def test_commit_makes_people_units_posts_and_contacts() -> None:
    commit(staged(roster(LIN)))
    person = Person.objects.get()

    assert (person.number, person.name, person.email) == ("S001", "林小美", LIN[4])
    assert not person.has_usable_password()
    assert [(str(post.unit), post.role, post.is_main) for post in person.posts.all()] == [
        ("軟體一班", Role.STUDENT, True)
    ]
    assert sorted(person.contacts.values_list("value", "is_primary")) == [(LIN[5], True), (LIN[4], True)]
    assert list(Unit.objects.order_by("path").values_list("kind", flat=True)) == ["college", "programme", "class"]


def test_unit_paths_are_whole() -> None:
    commit(staged(roster(LIN)))

    college, programme, group = Unit.objects.order_by("path")
    assert group.path == f"{college.pk}/{programme.pk}/{group.pk}/"


def test_existing_unit_is_found_by_name_in_any_language() -> None:
    root = factories.root_unit()
    programme = factories.unit("x", kind="programme", parent=root)
    Unit.objects.filter(pk=programme.pk).update(name={"en": "Software", "zh-hans": "軟體工程"})
    commit(staged(roster(LIN)))

    assert Unit.objects.get(kind="class").parent == programme


def test_class_of_the_same_name_in_another_programme_is_another() -> None:
    other = factories.unit("資訊管理", kind="programme", parent=factories.root_unit())
    factories.unit("軟體一班", kind="class", parent=other)
    commit(staged(roster(LIN)))

    assert Unit.objects.filter(kind="class").count() == 2


def test_second_import_of_the_same_file_changes_nothing() -> None:
    commit(staged(roster(LIN, CHEN)))
    before, units = held(), Unit.objects.count()
    again = commit(staged(roster(LIN, CHEN)))

    assert verdicts(again) == [(2, "unchanged"), (3, "unchanged")]
    assert (held(), Unit.objects.count()) == (before, units)


def test_refused_row_keeps_everything_out() -> None:
    batch = staged(roster(LIN, ["", *CHEN[1:]]))

    with pytest.raises(services.UnableToCommit):
        commit(batch)
    assert held() == {"people": [], "posts": [], "contacts": []}
    assert Batch.objects.get(pk=batch.pk).state == BatchState.CHECKED


def test_good_rows_come_in_when_that_was_agreed() -> None:
    batch = commit(staged(roster(LIN, ["", *CHEN[1:]])), accept_partial=True)

    assert batch.state == BatchState.COMMITTED
    assert Person.objects.count() == 1


def test_commit_twice_brings_in_once() -> None:
    batch = staged(roster(LIN))
    commit(batch)

    assert commit(batch).state == BatchState.COMMITTED
    assert Person.objects.count() == 1


def test_unchecked_batch_is_not_brought_in() -> None:
    with pytest.raises(services.UnableToCommit):
        commit(staged(b"%PDF-1"))


def test_commit_judges_anew_what_changed_since_the_dry_run() -> None:
    batch = staged(roster(LIN))
    factories.person("別人", number="S001")

    with pytest.raises(services.UnableToCommit):
        commit(batch)


def test_failure_in_the_middle_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = staged(roster(LIN, CHEN))
    monkeypatch.setattr("apps.imports.roster.write._write_contacts", lambda rows: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        commit(batch)
    assert held() == {"people": [], "posts": [], "contacts": []}


def test_confirmed_row_renames_the_person() -> None:
    clerk = factories.clerk()
    person = factories.person("林大美", Role.STUDENT, number="S001", mail=LIN[4])
    batch = staged(roster(LIN))
    services.confirm_rename(row=batch.rows.get(), actor=clerk)
    commit(services.check(batch=batch, actor=clerk, at=AT))

    person.refresh_from_db()
    assert (person.name, person.version) == ("林小美", 2)


def test_move_ends_the_old_post_the_day_before() -> None:
    old = factories.unit("舊班", kind="class", parent=factories.root_unit())
    person = factories.person("林小美", Role.STUDENT, at=old, number="S001", mail=LIN[4])
    commit(staged(roster(LIN)))

    first, second = person.posts.order_by("pk")
    assert str(first.valid_to) == "2026-08-31"
    assert (str(second.valid_from), second.valid_to, second.is_main, first.is_main) == ("2026-09-01", None, True, False)


def test_new_address_replaces_one_that_was_never_proved() -> None:
    person = factories.person("林小美", Role.STUDENT, number="S001", mail="old@example.org")
    commit(staged(roster(LIN)))

    person.refresh_from_db()
    assert person.email == LIN[4]
    assert list(person.contacts.filter(kind="mail", is_primary=True).values_list("value", flat=True)) == [LIN[4]]


def test_each_person_gets_one_entry_of_history() -> None:
    commit(staged(roster(LIN, CHEN)))

    assert [Entry.objects.about(person).get().verb for person in Person.objects.all()] == ["imported"] * 2


def test_undo_deactivates_new_people_and_takes_their_posts() -> None:
    batch = commit(staged(roster(LIN, CHEN)))
    services.undo(batch=batch, actor=None, at=AT)

    assert held() == {
        "people": [("S001", "林小美", "", False), ("S002", "陳大文", "", False)],
        "posts": [],
        "contacts": [],
    }
    assert not Unit.objects.filter(kind="class", is_active=True).exists()


def test_undo_gives_back_what_was_changed() -> None:
    old = factories.unit("舊班", kind="class", parent=factories.root_unit())
    factories.person("林小美", Role.STUDENT, at=old, number="S001", mail="old@example.org")
    before = held()
    batch = commit(staged(roster(LIN)))
    assert held() != before
    services.undo(batch=batch, actor=None, at=AT)

    assert held() == before


def test_import_after_undo_takes_people_back() -> None:
    services.undo(batch=commit(staged(roster(LIN))), actor=None, at=AT)
    again = commit(staged(roster(LIN)))

    assert codes(again) == {2: ["deactivated"]}
    person = Person.objects.get()
    assert (person.is_active, person.email, person.posts.count()) == (True, LIN[4], 1)
    assert not Unit.objects.filter(is_active=False).exists()


def test_undo_stops_at_people_who_were_changed_or_used() -> None:
    batch = commit(staged(roster(LIN, CHEN)))
    Person.objects.filter(number="S001").update(name="林美")
    Person.objects.filter(number="S002").update(last_login=AT)

    with pytest.raises(services.UnableToUndo) as caught:
        services.undo(batch=batch, actor=None, at=AT)
    assert caught.value.stayed == 2
    assert Person.objects.filter(is_active=True).count() == 2


def test_undo_can_leave_changed_people_and_says_why() -> None:
    batch = commit(staged(roster(LIN, CHEN)))
    Person.objects.filter(number="S001").update(name="林美")
    undone = services.undo(batch=batch, actor=None, leave_changed=True, at=AT)

    assert services.stayed_words(undone) == {batch.rows.get(line=2).pk: "was changed since"}
    assert list(Person.objects.filter(is_active=True).values_list("number", flat=True)) == ["S001"]


def test_person_in_a_group_counts_as_used() -> None:
    from apps.people.models import Group, Membership

    batch = commit(staged(roster(LIN)))
    group = Group.objects.create(code="g", name={"en": "g"}, owner=factories.clerk())
    Membership.objects.create(group=group, person=Person.objects.get(number="S001"))

    with pytest.raises(services.UnableToUndo):
        services.undo(batch=batch, actor=None, at=AT)


def test_undo_twice_undoes_once() -> None:
    batch = commit(staged(roster(LIN)))
    services.undo(batch=batch, actor=None, at=AT)

    assert services.undo(batch=batch, actor=None, at=AT).state == BatchState.UNDONE


def test_batch_that_never_came_in_is_not_undone() -> None:
    with pytest.raises(services.UnableToUndo):
        services.undo(batch=staged(roster(LIN)), actor=None)


def test_unknown_columns_wait_for_a_person() -> None:
    clerk = factories.clerk()
    batch = staged("Matrikel,姓名,班級\nS001,林小美,一班".encode())
    assert batch.state == BatchState.RECEIVED
    services.change_mapping(batch=batch, mapping=batch.mapping | {"Matrikel": "number"}, role="student", actor=clerk)
    batch = services.check(batch=batch, actor=clerk, at=AT)

    assert verdicts(batch) == [(2, "created")]
    assert batch.rows.get().values["number"] == "S001"


class TestResumeStuck:
    """A message to a worker may be lost: work that stands still is handed over again."""

    def stuck(self, state: BatchState, minutes: int) -> Batch:
        batch = staged(roster(LIN))
        Batch.objects.filter(pk=batch.pk).update(state=state, progress_at=AT - timedelta(minutes=minutes))
        return batch

    @pytest.mark.parametrize("state", [BatchState.CHECKING, BatchState.COMMITTING])
    def test_what_stood_still_is_asked_for_once(self, state: BatchState) -> None:
        batch = self.stuck(state, 3)

        assert services.resume_stuck(at=AT) == 1
        assert services.resume_stuck(at=AT) == 0
        batch.refresh_from_db()
        assert (batch.state, batch.progress_at) == (state, AT)

    def test_what_moves_or_is_done_is_left_alone(self) -> None:
        self.stuck(BatchState.COMMITTING, 1)
        self.stuck(BatchState.CHECKED, 30)

        assert services.resume_stuck(at=AT) == 0

    def test_asking_notes_who_asked_and_when(self) -> None:
        batch, actor = staged(roster(LIN)), factories.administrator()
        services.start_check(batch=batch, actor=actor)

        batch.refresh_from_db()
        assert batch.asked_by == actor
        assert batch.progress_at is not None
