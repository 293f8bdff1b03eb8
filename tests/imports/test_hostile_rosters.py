"""A roster takes nobody's account over, brings nobody back by the way, and a small file cannot fill the memory."""

from datetime import date

import pytest

from apps.core.clock import now
from apps.imports import services
from apps.imports.reading import Unreadable, read_sheets, workbooks
from apps.people.enums import Role
from apps.people.models import Person
from tests import factories
from tests.imports.factories import LIN, codes, roster, staged, verdicts, workbook

pytestmark = pytest.mark.django_db


def brought(actor: Person | None, mail: str = "clerk@evil.example") -> object:
    """LIN's line with another address, brought in by `actor`."""
    batch = staged(roster([*LIN[:4], mail, ""]), actor=actor)
    return services.commit(batch=batch, actor=actor)


def mails(person: Person) -> list[tuple[str, bool, object]]:
    rows = person.contacts.filter(kind="mail").order_by("pk")
    return list(rows.values_list("value", "is_primary", "verified_at"))


class TestAccounts:
    @pytest.mark.parametrize("role", [Role.DIRECTOR, Role.LEADER, Role.ADMINISTRATOR, Role.UNIT_HEAD, Role.CLERK])
    def test_of_the_office_keep_their_address(self, role: str) -> None:
        person = factories.person("林小美", role, number="S001", mail="own@example.org")
        batch = brought(factories.clerk())

        person.refresh_from_db()
        assert person.email == "own@example.org"
        assert mails(person) == [("own@example.org", True, None), ("clerk@evil.example", False, None)]
        assert "mail_kept" in codes(batch)[2]

    def test_post_to_come_counts(self) -> None:
        person = factories.person("林小美", number="S001", mail="own@example.org")
        factories.post(person, Role.DIRECTOR, factories.office(), valid_from=date(2099, 1, 1))
        brought(factories.clerk())

        person.refresh_from_db()
        assert person.email == "own@example.org"

    @pytest.mark.parametrize("fields", [{"is_staff": True}, {"is_superuser": True}, {"last_login": now()}])
    def test_used_ones_keep_it(self, fields: dict[str, object]) -> None:
        person = factories.person("林小美", Role.STUDENT, number="S001", mail="own@example.org", **fields)
        brought(factories.administrator())

        person.refresh_from_db()
        assert person.email == "own@example.org"

    def test_without_an_address_get_none_for_signing_in(self) -> None:
        person = factories.person("林小美", Role.DIRECTOR, number="S001", mail=None)
        brought(factories.clerk())

        person.refresh_from_db()
        assert (person.email, mails(person)) == ("", [("clerk@evil.example", True, None)])

    def test_never_used_ones_follow_the_roster(self) -> None:
        person = factories.person("林小美", Role.STUDENT, number="S001", mail="old@example.org")
        batch = brought(factories.clerk(), LIN[4])

        person.refresh_from_db()
        assert (person.email, codes(batch)) == (LIN[4], {})


class TestDeactivated:
    @pytest.fixture
    def gone(self) -> Person:
        return factories.person("林小美", Role.STUDENT, number="S001", mail=LIN[4], is_active=False)

    def test_clerk_brings_nobody_back(self, gone: Person) -> None:
        batch = brought(factories.clerk(), LIN[4])

        gone.refresh_from_db()
        assert (gone.is_active, codes(batch)) == (False, {2: ["stays_deactivated"]})
        assert [verdict for _line, verdict in verdicts(batch)] == ["updated"]

    @pytest.mark.parametrize("make", [factories.director, factories.administrator])
    def test_director_and_administrator_do(self, gone: Person, make) -> None:
        batch = brought(make(), LIN[4])

        gone.refresh_from_db()
        assert (gone.is_active, codes(batch)) == (True, {2: ["deactivated"]})

    def test_who_brings_it_in_counts_and_not_who_looked_at_it(self, gone: Person) -> None:
        batch = staged(roster(LIN), actor=factories.director())
        services.commit(batch=batch, actor=factories.clerk())

        gone.refresh_from_db()
        assert not gone.is_active


class TestMergedCells:
    ROWS = [["甲", "乙"], ["1", "x"], ["", "y"], ["3", "z"]]

    def test_beyond_the_last_column_are_left(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(workbooks, "MOST_MERGED", 3)
        (sheet,) = read_sheets(workbook({"a": self.ROWS}, merged={"a": ["A2:A3", "XA1:XA60", "XB1:XB60"]}))

        assert [cells.values[0] for cells in sheet.rows] == ["甲", "1", "1", "3"]

    def test_too_many_are_refused_with_words(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(workbooks, "MOST_MERGED", 3)

        with pytest.raises(Unreadable, match="merged"):
            read_sheets(workbook({"a": self.ROWS}, merged={"a": ["A2:A3", "B2:B3"]}))

    def test_across_one_line_cost_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(workbooks, "MOST_MERGED", 2)
        (sheet,) = read_sheets(workbook({"a": self.ROWS}, merged={"a": ["A1:B1", "A4:B4"]}))

        assert len(sheet.rows) == 4
