"""Who stands in for a unit secretary sees and chases what the secretary does, with both names, while it lasts."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.clock import now
from apps.delivery.enums import EvidenceKind
from apps.delivery.models import Evidence
from apps.journal.models import Entry
from apps.notices.audience import Line, Rule
from apps.notices.enums import CallOutcome
from apps.notices.models import Notice, Obligation
from apps.notices.rules import acts_for
from apps.notices.services import UnableToChange, change, finish_all, recall, record_call, remind_person
from apps.people.enums import DeputyScope, Role
from apps.people.models import Deputy, Person
from tests import factories
from tests.notices import factories as board

pytestmark = pytest.mark.django_db


class Ground:
    """A notice of the office to two departments; the secretary of the first has a deputy who is no secretary."""

    def __init__(self) -> None:
        self.clerk = board.ground()
        root = factories.root_unit()
        self.unit, self.other = (factories.unit(name, parent=root) for name in ("甲系", "乙系"))
        self.secretary = factories.person("甲系秘書", Role.UNIT_SECRETARY, at=self.unit)
        self.teacher = factories.person("甲系教師", Role.STAFF, at=self.unit)
        self.stranger = factories.person("乙系教師", Role.STAFF, at=self.other)
        self.deputy = factories.person("代理", Role.STUDENT, at=self.other)
        self.stands_in()
        self.notice = board.published(self.clerk, acknowledge_by=now() + timedelta(days=3))

    def stands_in(self, *, principal: Person | None = None, scope: str = DeputyScope.NOTICES, days: int = 30) -> None:
        Deputy.objects.create(
            principal=principal or self.secretary,
            deputy=self.deputy,
            scope=scope,
            starts_at=now() - timedelta(days=40),
            ends_at=now() + timedelta(days=days),
            created_by=self.secretary,
        )

    @property
    def line(self) -> Obligation:
        return board.of(self.notice, self.teacher)


@pytest.fixture
def ground() -> Ground:
    return Ground()


def signed_in(person: Person) -> Client:
    Person.objects.filter(pk=person.pk).update(language="en")
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["django_language"] = "en"
    return client


def pages(ground: Ground) -> dict[str, int]:
    client = signed_in(ground.deputy)
    found = {
        "report": reverse("notices:report", args=[ground.notice.pk]),
        "own": reverse("notices:person", args=[ground.notice.pk, ground.teacher.pk]),
        "foreign": reverse("notices:person", args=[ground.notice.pk, ground.stranger.pk]),
        "history": reverse("notices:history", args=[ground.notice.pk]),
        "phone": reverse("notices:phone_list"),
        "sent": reverse("notices:list"),
    }
    return {name: client.get(address).status_code for name, address in found.items()}


def test_deputy_sees_the_pages_of_the_units_people_alone(ground):
    assert pages(ground) == {"report": 200, "own": 200, "foreign": 404, "history": 200, "phone": 200, "sent": 200}
    people = set(Obligation.objects.visible_to(ground.deputy).values_list("person__name", flat=True))
    assert people == {"甲系教師"}


@pytest.mark.parametrize("change", ["ended", "other scope", "secretary left"])
def test_nothing_of_it_when_it_does_not_hold(ground, change):
    if change == "ended":
        Deputy.objects.update(ends_at=now() - timedelta(minutes=1))
    elif change == "other scope":
        Deputy.objects.update(scope=next(code for code in DeputyScope.values if code not in ("all", "notices")))
    else:
        ground.secretary.posts.update(valid_to=now().date() - timedelta(days=2))
    assert pages(ground) == {"report": 404, "own": 404, "foreign": 404, "history": 404, "phone": 403, "sent": 403}
    assert not Obligation.objects.visible_to(ground.deputy).exists()


def test_page_says_for_whom_one_acts(ground):
    client = signed_in(ground.deputy)
    for name, args in (
        ("report", [ground.notice.pk]),
        ("person", [ground.notice.pk, ground.teacher.pk]),
        ("phone_list", []),
    ):
        page = client.get(reverse(f"notices:{name}", args=args)).content.decode()
        assert "You are acting for 甲系秘書" in page


def test_deputy_chases_with_both_names(ground):
    client = signed_in(ground.deputy)
    for verb in ("remind_person", "told", "excuse"):
        address = reverse(f"notices:{verb}", args=[ground.notice.pk, ground.teacher.pk])
        assert client.post(address, {"note": "said so"}).status_code == 302
        foreign = reverse(f"notices:{verb}", args=[ground.notice.pk, ground.stranger.pk])
        assert client.post(foreign, {"note": "said so"}).status_code == 404
    client.post(reverse("notices:export", args=[ground.notice.pk]), {"show": "all"})
    names = Entry.objects.about(ground.notice).filter(actor=ground.deputy).values_list("verb", "on_behalf_of__name")
    assert set(names) == {(verb, "甲系秘書") for verb in ("reminded", "told", "excused", "exported")}
    fact = Evidence.objects.get(kind=EvidenceKind.TOLD)
    assert (fact.recorded_by, fact.detail["for"]) == (ground.deputy, "甲系秘書")
    page = signed_in(ground.clerk).get(reverse("notices:person", args=[ground.notice.pk, ground.teacher.pk]))
    assert "noted by 代理 for 甲系秘書" in page.content.decode()


def test_deputy_calls_from_the_phone_list_with_both_names(ground):
    Notice.objects.filter(pk=ground.notice.pk).update(acknowledge_by=now() - timedelta(days=1))
    client = signed_in(ground.deputy)
    assert "甲系教師" in client.get(reverse("notices:phone_list")).content.decode()
    client.post(
        reverse("notices:call", args=[ground.teacher.pk]),
        {"line": [ground.line.pk], "outcome": CallOutcome.NO_ANSWER.value},
    )
    entry = Entry.objects.about(ground.notice).get(verb="called")
    assert (entry.actor, entry.on_behalf_of) == (ground.deputy, ground.secretary)
    assert Evidence.objects.get(kind=EvidenceKind.CALLED).detail["for"] == "甲系秘書"
    record_call(lines=[ground.line], actor=ground.clerk, outcome=CallOutcome.TOLD)
    assert Entry.objects.about(ground.notice).get(verb="told").on_behalf_of is None


def test_deputy_of_a_secretary_may_not_change_what_the_office_sent(ground):
    client = signed_in(ground.deputy)
    assert client.get(reverse("notices:change", args=[ground.notice.pk])).status_code == 403
    assert client.post(reverse("notices:remind", args=[ground.notice.pk])).status_code == 403
    with pytest.raises(UnableToChange):
        recall(notice=ground.notice, actor=ground.deputy, reason="x")


def test_deputy_of_the_sender_changes_and_takes_back_with_both_names(ground):
    rule = Rule(lines=(Line(ground.unit.pk, roles=(Role.STAFF,)),))
    own = board.published(ground.secretary, rule=rule, unit=ground.unit)
    page = signed_in(ground.deputy).get(reverse("notices:change", args=[own.pk])).content.decode()
    assert "You are acting for 甲系秘書" in page
    words = {"title": {"en": "New"}, "body": {"en": "<p>New</p>"}, "note": "new", "version": own.version}
    change(notice=own, actor=ground.deputy, kind="correction", **words)
    assert own.editions.latest("number").published_by == ground.deputy
    finish_all(now())
    recall(notice=own, actor=ground.deputy, reason="x")
    names = Entry.objects.about(own).filter(actor=ground.deputy).values_list("verb", "on_behalf_of__name")
    assert list(names) == [("changed_published", "甲系秘書"), ("withdrawn", "甲系秘書")]


def test_in_whose_place(ground):
    """A right of one's own comes first, then the sender, then the secretary of the person."""
    both = factories.person("乙系秘書", Role.UNIT_SECRETARY, at=ground.other)
    Deputy.objects.create(
        principal=ground.secretary,
        deputy=both,
        starts_at=now() - timedelta(days=1),
        ends_at=now() + timedelta(days=1),
        created_by=ground.secretary,
    )
    cases = {
        (ground.clerk, ground.teacher): None,
        (ground.secretary, ground.teacher): None,
        (ground.deputy, ground.teacher): ground.secretary,
        (ground.deputy, ground.stranger): None,
        (ground.deputy, None): ground.secretary,
        (both, ground.teacher): ground.secretary,
        (both, ground.stranger): None,
        (both, None): None,
    }
    assert {case: acts_for(case[0], ground.notice, person=case[1]) for case in cases} == cases


def test_reminder_by_a_deputy_of_the_sender_names_the_sender(ground):
    own = board.published(ground.secretary, rule=Rule(lines=(Line(ground.unit.pk, roles=(Role.STAFF,)),)))
    remind_person(obligation=board.of(own, ground.teacher), actor=ground.deputy)
    assert Entry.objects.about(own).get(verb="reminded").on_behalf_of == ground.secretary
