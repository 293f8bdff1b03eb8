"""Saved audiences on pages: made, changed with the other's change in between, retired, brought back, and where used."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core.clock import now
from apps.journal.models import Entry
from apps.notices.audience import Line, Rule
from apps.notices.models import Notice, SavedAudience
from apps.notices.rules import can_change_audience, can_use_audience
from apps.notices.services.audiences import (
    UnableToSaveAudience,
    change_audience,
    create_audience,
    restore_audience,
    retire_audience,
)
from apps.people.enums import Role
from apps.people.models import Group, Person, Unit
from tests import factories
from tests.notices import factories as notices
from tests.notices.test_composing import form as notice_form
from tests.notices.test_views import signed_in

pytestmark = pytest.mark.django_db


def sent(**changes: object) -> dict[str, object]:
    """A filled form: all staff."""
    empty = {f"{set_}-{name}": value for set_ in ("line", "but") for name, value in MANAGEMENT.items()}
    return empty | {"name": "教師", "unit": "", "line-0-roles": ["staff"], "line-0-below": "on"} | changes


MANAGEMENT = {"TOTAL_FORMS": "1", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "20"}


def saved(actor: Person, unit: Unit | None = None, rule: Rule = notices.STAFF, name: str = "教師") -> SavedAudience:
    return create_audience(name=name, rule=rule, unit=unit, actor=actor)


class TestRules:
    @pytest.mark.parametrize(
        ("who", "kept_for", "use", "change"),
        [
            ("clerk", None, True, True),
            ("director", None, True, True),
            ("administrator", None, True, True),
            ("leader", None, True, False),
            ("secretary", None, False, False),
            ("staff", None, False, False),
            ("clerk", "own", True, True),
            ("leader", "own", True, False),
            ("secretary", "own", True, True),
            ("secretary", "below", True, True),
            ("secretary", "other", False, False),
            ("owner", None, True, True),
            ("owner", "own", True, True),
            ("former owner", None, False, False),
        ],
    )
    def test_who_may_use_and_change(self, who: str, kept_for: str | None, use: bool, change: bool) -> None:
        own, other = factories.unit("本系"), factories.unit("別系")
        units = {None: None, "own": own, "other": other, "below": factories.unit("班", parent=own)}
        people = {
            "clerk": factories.clerk(),
            "director": factories.director(),
            "administrator": factories.administrator(),
            "leader": factories.leader("院長"),
            "secretary": factories.person("秘書", Role.UNIT_SECRETARY, at=own),
            "staff": factories.person("師", Role.STAFF, at=own),
            "owner": factories.leader("副院長"),
            "former owner": factories.person("離任", Role.STAFF),
        }
        owner = people[who] if "owner" in who else people["clerk"]
        audience = SavedAudience.objects.create(
            name="x", rule=notices.STAFF.as_json(), unit=units[kept_for], owner=owner
        )
        user = people[who]

        assert (can_use_audience(user, audience), can_change_audience(user, audience)) == (use, change)
        assert SavedAudience.objects.visible_to(user).filter(pk=audience.pk).exists() == use


class TestCreate:
    def test_office_keeps_it_for_a_unit_and_its_secretary_may_use_it(self) -> None:
        unit = factories.unit("本系")
        answer = signed_in(factories.clerk()).post(reverse("notices:create_audience"), sent(unit=unit.pk))

        made = SavedAudience.objects.get()
        assert answer.url == reverse("notices:audience", args=[made.pk])
        assert (made.as_rule, made.unit, made.version) == (notices.STAFF, unit, 1)
        secretary = factories.person("秘書", Role.UNIT_SECRETARY, at=unit)
        assert signed_in(secretary).get(answer.url).status_code == 200

    def test_secretary_keeps_it_for_the_own_unit_only(self) -> None:
        own, other = factories.unit("本系"), factories.unit("別系")
        client = signed_in(factories.person("秘書", Role.UNIT_SECRETARY, at=own))
        url = reverse("notices:create_audience")

        for unit in ("", other.pk):
            assert client.post(url, sent(unit=unit)).status_code == 422
        client.post(url, sent(unit=own.pk))

        assert SavedAudience.objects.get().unit == own

    @pytest.mark.parametrize(
        "changes", [{"name": ""}, {"line-0-roles": []}, {"numbers": "X9"}, {"line-0-unit": "99999"}, {"groups": ["77"]}]
    )
    def test_mistakes_are_told_and_what_was_typed_stays(self, changes: dict[str, object]) -> None:
        answer = signed_in(factories.clerk()).post(
            reverse("notices:create_audience"), sent(but_groups=[], excluded="", **changes)
        )
        assert answer.status_code == 422
        assert "data-error-summary" in answer.text or "invalid-feedback" in answer.text
        assert not SavedAudience.objects.exists()
        assert changes.get("name") == "" or "教師" in answer.text

    def test_name_that_is_taken_is_told_and_nothing_is_lost(self) -> None:
        clerk = factories.clerk()
        saved(clerk)
        answer = signed_in(clerk).post(reverse("notices:create_audience"), sent(excluded=clerk.number))
        assert (answer.status_code, clerk.number in answer.text) == (422, True)


class TestEdit:
    def test_name_rule_and_unit(self) -> None:
        clerk, unit = factories.clerk(), factories.unit("系")
        made = saved(clerk)
        url = reverse("notices:edit_audience", args=[made.pk])
        client = signed_in(clerk)
        assert client.get(url).context["form"].initial["name"] == "教師"

        fields = {"name": "新生", "line-0-roles": ["student"], "line-0-years": "2026", "unit": unit.pk, "version": 1}
        assert client.post(url, sent(**fields)).status_code == 302

        made.refresh_from_db()
        assert (made.name, made.unit, made.version) == ("新生", unit, 2)
        assert made.as_rule == Rule((Line(roles=("student",), years=(2026,)),))
        assert set(Entry.objects.about(made).get(verb="edited").changes) == {"name", "rule", "unit_id"}

    def test_nothing_new_makes_no_version(self) -> None:
        clerk = factories.clerk()
        made = saved(clerk)
        signed_in(clerk).post(reverse("notices:edit_audience", args=[made.pk]), sent(version=1))
        made.refresh_from_db()
        assert made.version == 1
        assert not Entry.objects.about(made).filter(verb="edited").exists()

    def test_clash_keeps_what_was_typed_and_shows_the_other(self) -> None:
        clerk = factories.clerk()
        made = saved(clerk)
        url, client = reverse("notices:edit_audience", args=[made.pk]), signed_in(clerk)
        change_audience(
            audience=made, version=1, name="別人改的", rule=Rule((Line(years=(2031,)),)), unit=None, actor=clerk
        )

        answer = client.post(url, sent(name="我改的", version=1))

        assert answer.status_code == 422
        assert 'value="我改的"' in answer.text
        assert "別人改的" in answer.text
        assert "2031" in answer.text
        assert '<input type="hidden" name="version" value="2">' in answer.text
        made.refresh_from_db()
        assert made.name == "別人改的"

        assert client.post(url, sent(name="我改的", version=2)).status_code == 302
        made.refresh_from_db()
        assert (made.name, made.version) == ("我改的", 3)

    @pytest.mark.parametrize("version", ["", "0", "x", "-1", "99"])
    def test_wrong_version_changes_nothing(self, version: str) -> None:
        clerk = factories.clerk()
        made = saved(clerk)
        url = reverse("notices:edit_audience", args=[made.pk])
        assert signed_in(clerk).post(url, sent(name="x", version=version)).status_code == 422
        made.refresh_from_db()
        assert made.name == "教師"

    def test_retired_one_is_not_changed(self) -> None:
        clerk = factories.clerk()
        made = saved(clerk)
        retire_audience(audience=made, actor=clerk)
        url = reverse("notices:edit_audience", args=[made.pk])
        assert signed_in(clerk).post(url, sent(name="x", version=2)).status_code == 422
        made.refresh_from_db()
        assert made.name == "教師"


class TestStrangeParts:
    """What stands in a rule and may not be chosen is shown and refused, never turned into something else unseen."""

    def test_unit_out_of_use_does_not_become_anywhere(self) -> None:
        clerk, unit = factories.clerk(), factories.unit("舊系")
        made = saved(clerk, rule=Rule((Line(unit.pk, True, ("student",)),)))
        Unit.objects.filter(pk=unit.pk).update(is_active=False)
        url, client = reverse("notices:edit_audience", args=[made.pk]), signed_in(clerk)

        page = client.get(url).text
        assert f'<option value="{unit.pk}" selected>' in page

        answer = client.post(url, sent(version=1, **{"line-0-unit": unit.pk, "line-0-roles": ["student"]}))
        assert answer.status_code == 422
        assert f'<option value="{unit.pk}" selected>' in answer.text

    def test_group_that_is_over_is_not_dropped(self) -> None:
        clerk = factories.clerk()
        kind = {"kind": "task_team", "ends_on": "2020-01-01"}
        team = Group.objects.create(code="old", name={"en": "Old team"}, owner=clerk, **kind)
        made = saved(clerk, rule=Rule((Line(roles=("staff",)),), but_groups=(team.pk,)))
        url, client = reverse("notices:edit_audience", args=[made.pk]), signed_in(clerk)

        page = client.get(url).text
        assert f'name="but_groups" value="{team.pk}"' in page
        assert client.post(url, sent(version=1, but_groups=[team.pk])).status_code == 422
        assert client.post(url, sent(version=1)).status_code == 302


class TestUses:
    def test_notice_remembers_what_it_was_copied_from(self) -> None:
        clerk = notices.ground()
        made = saved(clerk)
        client = signed_in(clerk)
        page = client.get(reverse("notices:create"), {"audience": made.pk})
        copied = page.context["form"]["copied_from"].value()

        client.post(reverse("notices:create"), notice_form(factories.office().pk, copied_from=copied))

        draft = Notice.objects.get()
        assert (draft.audience_from, draft.audience_version) == (made, 1)
        page = client.get(reverse("notices:audience", args=[made.pk]))
        assert [(row.pk, row.is_changed) for row in page.context["uses"]] == [(draft.pk, False)]

        edit = reverse("notices:edit", args=[draft.pk])
        assert client.get(edit).context["form"]["copied_from"].value() == f"{made.pk}:1"
        client.post(edit, notice_form(factories.office().pk, version=1, copied_from=copied, excluded=clerk.number))
        page = client.get(reverse("notices:audience_uses", args=[made.pk]))
        assert [(row.pk, row.is_changed) for row in page.context["page"].rows] == [(draft.pk, True)]

    @pytest.mark.parametrize("copied", ["", "x", "1", "0:0", "99999:1", "1:99", "1:1:1", "９:1", "9" * 30 + ":1"])
    def test_made_up_memory_is_not_taken(self, copied: str) -> None:
        client = signed_in(notices.ground())
        client.post(reverse("notices:create"), notice_form(factories.office().pk, copied_from=copied))
        assert Notice.objects.get().audience_from is None

    def test_draft_that_gave_the_rule_remembers_it(self) -> None:
        clerk = notices.ground()
        draft = notices.draft(clerk)
        notices.staff(1)
        signed_in(clerk).post(reverse("notices:save_audience", args=[draft.pk]), {"name": "教師"})
        draft.refresh_from_db()
        assert (draft.audience_from, draft.audience_version) == (SavedAudience.objects.get(), 1)

    def test_reader_sees_only_notices_that_are_theirs_to_see(self) -> None:
        clerk, unit = notices.ground(), factories.unit("本系")
        made = saved(clerk, unit)
        secretary = factories.person("秘書", Role.UNIT_SECRETARY, at=unit)
        factories.person("外人", Role.STAFF)
        Notice.objects.filter(pk=notices.published(clerk).pk).update(audience_from=made, audience_version=1)

        for user, count in ((clerk, 1), (secretary, 0)):
            client = signed_in(user)
            assert len(client.get(reverse("notices:audience", args=[made.pk])).context["uses"]) == count
            assert len(client.get(reverse("notices:audience_uses", args=[made.pk])).context["page"].rows) == count

    def test_pages_ask_the_same_with_one_use_and_with_three(self) -> None:
        clerk = notices.ground()
        made = saved(clerk)
        client = signed_in(clerk)
        for name in ("audience", "audience_uses"):
            counts = []
            for number in (1, 2):
                for _place in range(number):
                    notices.draft(clerk, audience_from=made, audience_version=1)
                client.get(reverse(f"notices:{name}", args=[made.pk]))
                with CaptureQueriesContext(connection) as asked:
                    client.get(reverse(f"notices:{name}", args=[made.pk]))
                counts.append(len(asked))
            assert counts[0] == counts[1], name


class TestRetireAndRestore:
    def test_brought_back_it_can_be_chosen_again(self) -> None:
        clerk = factories.clerk()
        made, client = saved(clerk), signed_in(clerk)
        client.post(reverse("notices:retire_audience", args=[made.pk]))
        assert "教師" in client.get(reverse("notices:audiences"), {"show": "retired"}).text
        assert "教師" not in client.get(reverse("notices:audiences")).text

        for _time in range(2):
            assert client.post(reverse("notices:restore_audience", args=[made.pk])).status_code == 302

        made.refresh_from_db()
        assert (made.is_active, made.version) == (True, 3)
        verbs = Entry.objects.about(made).order_by("pk").values_list("verb", flat=True)
        assert list(verbs) == ["created", "retired", "restored"]

    def test_name_taken_meanwhile_keeps_it_out_of_use(self) -> None:
        clerk = factories.clerk()
        made = saved(clerk)
        retire_audience(audience=made, actor=clerk)
        saved(clerk)
        with pytest.raises(UnableToSaveAudience):
            restore_audience(audience=made, actor=clerk)
        signed_in(clerk).post(reverse("notices:restore_audience", args=[made.pk]))
        made.refresh_from_db()
        assert not made.is_active

    @pytest.mark.parametrize("verb", ["retire", "restore"])
    def test_who_may(self, verb: str) -> None:
        made = saved(factories.clerk(), factories.unit("本系"))
        url = reverse(f"notices:{verb}_audience", args=[made.pk])
        assert signed_in(factories.leader()).post(url).status_code == 403
        stranger = factories.person("別秘", Role.UNIT_SECRETARY, at=factories.unit("別系"))
        assert signed_in(stranger).post(url).status_code == 404
        assert signed_in(factories.director()).get(url).status_code == 405


class TestPage:
    def test_people_by_line_and_whom_no_channel_reaches(self) -> None:
        clerk = factories.clerk()
        notices.staff(2)
        factories.person("無信箱", Role.STAFF, mail=None)
        made = saved(clerk)
        client, url = signed_in(clerk), reverse("notices:audience", args=[made.pk])

        page = client.get(url)
        assert (page.context["counts"].left, page.context["without_way"]) == (3, 1)
        assert sum(way.count for way in page.context["ways"]) == 3

        page = client.get(url, {"show": "unreached"})
        assert [person.name for person, _why, _channels in page.context["people"]] == ["無信箱"]

    def test_more_people_than_a_page(self) -> None:
        clerk = factories.clerk()
        notices.staff(51)
        made = saved(clerk)
        client, url = signed_in(clerk), reverse("notices:audience", args=[made.pk])

        first = client.get(url)
        second = client.get(url, {"after": first.context["next_after"]})
        third = client.get(url, {"after": second.context["people"][-1][0].person_id})

        assert [len(page.context["people"]) for page in (first, second, third)] == [50, 1, 0]
        assert third.context["counts"].left == 51

    @pytest.mark.parametrize("query", ["after=x", "after=-1", "after=" + "9" * 30, "show=zz"])
    def test_address_changed_by_hand(self, query: str) -> None:
        clerk = factories.clerk()
        url = reverse("notices:audience", args=[saved(clerk).pk])
        assert signed_in(clerk).get(f"{url}?{query}").status_code == 200

    def test_rule_that_takes_nobody_now(self) -> None:
        clerk = factories.clerk()
        made = saved(clerk, rule=Rule((Line(years=(2099,)),)))
        page = signed_in(clerk).get(reverse("notices:audience", args=[made.pk]))
        assert (page.status_code, page.context["counts"].left, now() is not None) == (200, 0, True)
