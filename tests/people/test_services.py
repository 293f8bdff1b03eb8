"""Verbs on people, posts, units, groups, addresses and invitations."""

from datetime import date, timedelta

import pytest
from django.core import mail
from django.test import Client

from apps.journal.models import Entry
from apps.people import services
from apps.people.enums import Role
from apps.people.models import ContactPoint, ContactProof, Invitation, Person, Unit
from apps.people.services.groups import split_numbers
from tests import factories
from tests.people.factories import AT, group

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
GOOD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def outbox(settings: object) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def token_of(text: str) -> str:
    return next(line for line in text.splitlines() if line.startswith("http")).rstrip("/").rsplit("/", 1)[1]


def verbs(obj: object) -> list[str]:
    return [entry.verb for entry in Entry.objects.about(obj)]


class TestMail:
    def test_set_mail_writes_both_places(self) -> None:
        person = factories.person("某人", mail="old@x.example")
        services.set_mail(person=person, address="new@x.example", actor=person, verified=True, at=AT)

        person.refresh_from_db()
        assert person.email == "new@x.example"
        main = person.contacts.get(is_primary=True)
        assert (main.value, main.verified_at) == ("new@x.example", AT)
        assert verbs(person) == ["mail_changed"]

    def test_set_mail_twice_changes_nothing_more(self) -> None:
        person = factories.person("某人", mail="a@x.example")
        services.set_mail(person=person, address="a@x.example", actor=person)

        assert (person.contacts.count(), verbs(person)) == (1, [])

    @pytest.mark.parametrize("address", ["own@x.example", "OWN@x.example"])
    def test_set_mail_refuses_the_address_of_another(self, address: str) -> None:
        factories.person("別人", mail="own@x.example")

        with pytest.raises(services.UnableToSetMail):
            services.set_mail(person=factories.person("某人"), address=address, actor=None)

    def test_added_address_is_proved_by_its_link(self) -> None:
        person = factories.person("某人")
        contact = services.add_mail(person=person, address="b@x.example", actor=person, at=AT)
        token = token_of(mail.outbox[0].body)
        assert mail.outbox[0].to == ["b@x.example"]
        assert token not in ContactProof.objects.get().token_hash
        services.verify_mail(token=token, person=person, at=AT + DAY)

        contact.refresh_from_db()
        assert contact.verified_at == AT + DAY
        assert verbs(person) == ["mail_added", "mail_verified"]

    def test_link_works_once_for_its_person_and_two_days(self) -> None:
        person, other = factories.person("某人"), factories.person("別人")
        services.add_mail(person=person, address="b@x.example", actor=person, at=AT)
        token = token_of(mail.outbox[0].body)

        for who, at in ((other, AT), (person, AT + 2 * DAY)):
            with pytest.raises(services.UnableToVerifyMail):
                services.verify_mail(token=token, person=who, at=at)
        services.verify_mail(token=token, person=person, at=AT)
        with pytest.raises(services.UnableToVerifyMail):
            services.verify_mail(token=token, person=person, at=AT)

    def test_new_link_ends_the_old_one(self) -> None:
        person = factories.person("某人")
        contact = services.add_mail(person=person, address="b@x.example", actor=person, at=AT)
        services.send_proof(contact=contact, at=AT)

        assert services.find_proof(token=token_of(mail.outbox[0].body), person=person, at=AT) is None
        assert services.find_proof(token=token_of(mail.outbox[1].body), person=person, at=AT) is not None

    def test_address_of_another_cannot_be_proved(self) -> None:
        factories.person("別人", mail="own@x.example")
        person = factories.person("某人")
        services.add_mail(person=person, address="own@x.example", actor=person, at=AT)

        with pytest.raises(services.UnableToVerifyMail):
            services.verify_mail(token=token_of(mail.outbox[0].body), person=person, at=AT)

    def test_same_address_twice_is_refused(self) -> None:
        person = factories.person("某人", mail="a@x.example")

        with pytest.raises(services.UnableToAddMail):
            services.add_mail(person=person, address="A@x.example", actor=person)

    def test_main_address_is_not_removed(self) -> None:
        person = factories.person("某人", mail="a@x.example")

        with pytest.raises(services.UnableToRemoveContact):
            services.remove_contact(contact=person.contacts.get(), actor=person)


class TestPosts:
    def test_losing_the_last_office_role_ends_the_sessions(self) -> None:
        person, actor = factories.clerk(), factories.administrator()
        client = Client()
        client.force_login(person)
        assert client.get("/people/me/").status_code == 200
        assert services.count_sessions(person) == 1
        services.end_post(post=person.posts.get(), last_day=date.today() - DAY, actor=actor)

        assert services.count_sessions(person) == 0
        assert client.get("/people/me/").status_code == 302

    def test_losing_one_of_two_office_roles_keeps_the_sessions(self) -> None:
        person = factories.person("某人", Role.CLERK, Role.DIRECTOR)
        client = Client()
        client.force_login(person)
        client.get("/people/me/")
        post = person.posts.get(role=Role.CLERK)
        services.end_post(post=post, last_day=date.today() - DAY, actor=factories.administrator())

        assert client.get("/people/me/").status_code == 200

    def test_post_that_began_today_leaves_no_day(self) -> None:
        person = factories.person("某人")
        post = factories.post(person, Role.CLERK, factories.office(), valid_from=AT.date())
        services.end_post(post=post, last_day=services.yesterday(AT), actor=factories.administrator(), at=AT)

        assert person.posts.count() == 0
        assert verbs(person) == ["post_ended"]

    def test_ended_post_is_not_ended_again(self) -> None:
        person = factories.clerk()
        post = services.end_post(post=person.posts.get(), last_day=services.yesterday(AT), actor=person, at=AT)

        with pytest.raises(services.UnableToEndPost):
            services.end_post(post=post, last_day=services.yesterday(AT), actor=person, at=AT)

    def test_last_administrator_stays(self) -> None:
        person = factories.administrator()

        with pytest.raises(services.UnableToEndPost):
            services.end_post(post=person.posts.get(), last_day=services.yesterday(AT), actor=person, at=AT)

    def test_overlapping_post_is_refused(self) -> None:
        person = factories.clerk()

        with pytest.raises(services.UnableToAddPost):
            services.add_post(
                person=person, unit=factories.office(), role=Role.CLERK, valid_from=AT.date(), actor=None, at=AT
            )


class TestPeople:
    def test_deactivated_person_is_signed_out(self) -> None:
        person = factories.student()
        client = Client()
        client.force_login(person)
        client.get("/people/me/")
        services.deactivate(person=person, actor=factories.administrator())
        services.deactivate(person=person, actor=factories.administrator())

        assert client.get("/people/me/").status_code == 302
        assert verbs(person) == ["deactivated"]

    def test_edit_of_an_old_version_is_refused(self) -> None:
        person, actor = factories.student(), factories.administrator()
        services.edit_person(person=person, name="新名", name_en="", version=1, actor=actor)

        with pytest.raises(services.UnableToEditPerson):
            services.edit_person(person=person, name="又名", name_en="", version=1, actor=actor)
        assert Person.objects.get(pk=person.pk).name == "新名"


class TestUnits:
    def test_moving_a_unit_moves_everything_below(self) -> None:
        root = factories.root_unit()
        old, new = factories.unit("甲系", parent=root), factories.unit("乙系", parent=root)
        programme = factories.unit("專業", kind="programme", parent=old)
        group_ = factories.unit("一班", kind="class", parent=programme)
        services.move_unit(unit=programme, parent=new, actor=None)

        programme.refresh_from_db()
        group_.refresh_from_db()
        assert programme.path == f"{root.pk}/{new.pk}/{programme.pk}/"
        assert group_.path == f"{root.pk}/{new.pk}/{programme.pk}/{group_.pk}/"
        assert list(Unit.objects.under(old)) == [old]
        assert verbs(programme) == ["moved"]

    def test_unit_does_not_come_to_stand_below_itself(self) -> None:
        root = factories.root_unit()
        child = factories.unit("甲系", parent=root)

        for parent in (root, child):
            with pytest.raises(services.UnableToSaveUnit):
                services.move_unit(unit=root, parent=parent, actor=None)

    def test_code_is_used_once(self) -> None:
        root = factories.root_unit()

        with pytest.raises(services.UnableToSaveUnit):
            services.create_unit(code=root.code, kind="office", name={"en": "x"}, parent=None, actor=factories.clerk())


class TestGroups:
    def test_pasted_numbers_are_split(self) -> None:
        assert split_numbers(" S1,S2；S3\nS1\tS4、 ") == ["S1", "S2", "S3", "S4"]

    def test_each_number_is_answered(self) -> None:
        owner, there = factories.clerk(), factories.student(number="S1")
        factories.student(number="S2")
        factories.student(number="S3", is_active=False)
        team = group(owner, there)
        results = services.add_members(group=team, numbers=["s1", "s2", "S3", "S9"], actor=owner)

        assert [(row.number, row.outcome) for row in results] == [
            ("s1", "there"),
            ("s2", "added"),
            ("S3", "inactive"),
            ("S9", "unknown"),
        ]
        assert team.memberships.count() == 2

    def test_removing_twice_removes_once(self) -> None:
        owner, member = factories.clerk(), factories.student()
        team = group(owner, member)
        for _time in range(2):
            services.remove_member(group=team, person=member, actor=owner)

        assert verbs(team) == ["member_removed"]


def imported(**fields: object) -> Person:
    person = factories.student(**fields)
    person.set_unusable_password()
    person.save()
    return person


class TestInvitations:
    def test_invited_person_sets_the_first_password_once(self) -> None:
        person, clerk = imported(), factories.clerk()
        services.invite(person=person, actor=clerk, at=AT)
        token = token_of(mail.outbox[0].body)
        services.accept_invitation(token=token, password=GOOD, at=AT + DAY)

        person.refresh_from_db()
        assert person.check_password(GOOD)
        assert ContactPoint.objects.get(person=person).verified_at == AT + DAY
        with pytest.raises(services.UnableToAccept):
            services.accept_invitation(token=token, password=GOOD, at=AT + DAY)
        assert verbs(person) == ["invited", "invitation_used"]

    def test_token_is_long_and_kept_as_hash(self) -> None:
        services.invite(person=imported(), actor=factories.clerk(), at=AT)
        token = token_of(mail.outbox[0].body)

        assert len(token) >= 43
        assert Invitation.objects.get().token_hash != token

    def test_link_ends_after_two_days_and_with_the_next_one(self) -> None:
        person, clerk = imported(), factories.clerk()
        services.invite(person=person, actor=clerk, at=AT)
        first = token_of(mail.outbox[0].body)
        assert services.find_invitation(token=first, at=AT + 2 * DAY) is None
        services.invite(person=person, actor=clerk, at=AT + DAY)

        assert services.find_invitation(token=first, at=AT + DAY) is None
        assert services.find_invitation(token=token_of(mail.outbox[1].body), at=AT + DAY) is not None

    def test_link_of_a_deactivated_person_is_dead(self) -> None:
        person = imported()
        services.invite(person=person, actor=factories.clerk(), at=AT)
        Person.objects.filter(pk=person.pk).update(is_active=False)

        assert services.find_invitation(token=token_of(mail.outbox[0].body), at=AT) is None

    @pytest.mark.parametrize("fields", [{"is_active": False}, {"last_login": AT}, {"mail": None}])
    def test_who_cannot_be_invited(self, fields: dict[str, object]) -> None:
        with pytest.raises(services.UnableToInvite):
            services.invite(person=imported(**fields), actor=factories.clerk(), at=AT)
        assert mail.outbox == []

    def test_mail_is_in_the_language_of_the_person(self) -> None:
        for language in ("en", "zh-hans"):
            services.invite(person=imported(language=language), actor=factories.clerk(), at=AT)

        assert "account" in mail.outbox[0].body
        assert "account" not in mail.outbox[1].body

    def test_many_are_invited_once(self) -> None:
        from apps.people.jobs import invite_many

        people, clerk = [imported() for _n in range(3)], factories.clerk()
        for _time in range(2):
            invite_many([person.pk for person in people], clerk.pk)

        assert len(mail.outbox) == 3
