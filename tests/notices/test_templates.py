"""Templates: versions kept whole, words filled, placeholders refused kindly, begun from and kept as."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from apps.core.calendar import CalendarYearMissing, office_time
from apps.core.models import CalendarYear
from apps.delivery.models import GroupRobot
from apps.journal.models import Entry
from apps.notices import services
from apps.notices.enums import NoticeState
from apps.notices.models import NoticeTemplate, TemplateVersion
from apps.notices.placeholders import BY_NAME, Facts, fill, mistakes
from apps.notices.services.audiences import change_audience, create_audience
from apps.notices.services.templates import (
    TemplateClash,
    UnableToSaveTemplate,
    change_template,
    retire_template,
    start_notice,
    values_of_notice,
)
from apps.people.enums import Role
from apps.people.models import Person
from tests import factories
from tests.notices import factories as notices
from tests.notices import series_factories as made
from tests.notices.series_factories import local

pytestmark = pytest.mark.django_db
DAY = Facts(date(2026, 11, 1), date(2026, 10, 30), date(2026, 11, 6))


@pytest.fixture
def clerk() -> Person:
    return notices.ground()


class TestPlaceholders:
    @pytest.mark.parametrize(
        ("text", "language", "expected"),
        [
            ("{month}", "zh-hant", "2026年11月"),
            ("{month}", "en", "November 2026"),
            ("{年月}", "zh-hans", "2026年11月"),
            ("｛年｝度", "zh-hant", "2026年度"),
            ("{ Year }", "en", "2026"),
            ("{day}", "en", "30 October 2026"),
            ("{日期}", "zh-hans", "2026年10月30日"),
            ("{term}", "zh-hans", "2026–2027 学年第一学期"),
            ("{term}", "en", "the first term of 2026–2027"),
            ("{deadline}", "zh-hant", "2026年11月6日"),
            (
                "<p>{month} <b>{term}</b></p>",
                "zh-hant",
                "<p>2026年11月 <b>2026–2027 學年第一學期</b></p>",
            ),
            ("{unknown} {", "en", "{unknown} {"),
            ("{month.__class__}", "en", "{month.__class__}"),
        ],
    )
    def test_filled_in_the_language_of_the_text(self, text: str, language: str, expected: str) -> None:
        assert fill(text, language, DAY) == expected

    @pytest.mark.parametrize(
        ("on", "expected"),
        [
            (date(2026, 7, 31), "the second term of 2025–2026"),
            (date(2026, 8, 1), "the first term of 2026–2027"),
            (date(2027, 1, 31), "the first term of 2026–2027"),
            (date(2027, 2, 1), "the second term of 2026–2027"),
        ],
    )
    def test_term_by_month(self, on: date, expected: str) -> None:
        assert fill("{term}", "en", Facts(on, on)) == expected

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("<p>{monht}</p>", "{monht} is not known here"),
            ("<p>{}</p>", "{} is not known here"),
            ("<p>{mo<strong>nth</strong>}</p>", "partly bold"),
            ("<p>{deadline}</p>", "needs a number of working days"),
            ("<p>{month} {day} {年}</p>", None),
            ("<p>1 { 2</p>", None),
        ],
    )
    def test_what_cannot_be_filled_is_said(self, text: str, words: str | None) -> None:
        with override("en"):
            told = list(mistakes(text, has_deadline=False))
        assert (len(told), words is None or words in told[0]) == (0 if words is None else 1, True)

    @given(st.text(), st.sampled_from(["zh-hant", "zh-hans", "en"]))
    def test_any_text_is_filled_or_told(self, text: str, language: str) -> None:
        filled = fill(text, language, DAY)
        if not any(name in text.casefold() for name in BY_NAME):
            assert filled == text


class TestKeeping:
    def test_each_change_is_a_version_kept_whole(self, clerk: Person) -> None:
        row = made.template(clerk)
        values = made.content(title={"en": "Other"}, body={"en": "<p>Words</p>"})
        change_template(template=row, version=1, name="新名", unit=None, values=values, actor=clerk)
        row.refresh_from_db()
        assert (row.name, row.latest, row.version) == ("新名", 2, 2)
        assert [version.title for version in row.versions.order_by("number")] == [made.TITLE, {"en": "Other"}]
        assert Entry.objects.about(row).latest("pk").changes == {"fields": ["title", "body"], "version": 2}

    def test_another_name_alone_makes_no_version(self, clerk: Person) -> None:
        row = made.template(clerk)
        change_template(template=row, version=1, name="新名", unit=None, values=made.content(), actor=clerk)
        row.refresh_from_db()
        assert (row.latest, row.version) == (1, 2)

    def test_second_of_two_clashes_and_changes_nothing(self, clerk: Person) -> None:
        row = made.template(clerk)
        change_template(template=row, version=1, name="甲", unit=None, values=made.content(), actor=clerk)
        with pytest.raises(TemplateClash):
            change_template(template=row, version=1, name="乙", unit=None, values=made.content(), actor=clerk)
        row.refresh_from_db()
        assert row.name == "甲"

    @pytest.mark.parametrize("act", ["update", "delete"])
    def test_versions_are_never_changed(self, clerk: Person, act: str) -> None:
        made.template(clerk)
        rows = TemplateVersion.objects.all()
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(title={}) if act == "update" else rows.delete()

    def test_name_once_a_unit_and_free_again_when_retired(self, clerk: Person) -> None:
        row = made.template(clerk)
        made.template(clerk, unit=factories.office())
        with pytest.raises(UnableToSaveTemplate):
            made.template(clerk)
        retire_template(template=row, actor=clerk)
        made.template(clerk)
        with pytest.raises(UnableToSaveTemplate):
            retire_template(template=row, actor=clerk)

    def test_template_of_a_series_is_not_retired(self, clerk: Person) -> None:
        row = made.template(clerk)
        made.series(clerk, at=local(2026, 9, 1, 8), made_from=row)
        with pytest.raises(UnableToSaveTemplate, match="每月安全"):
            retire_template(template=row, actor=clerk)

    @pytest.mark.parametrize(
        "wrong", [{"title": {"en": "{nonsense}"}}, {"title": {}, "body": {}}, {"acknowledge_days": None}]
    )
    def test_words_that_cannot_go_out_are_not_kept(self, clerk: Person, wrong: dict) -> None:
        with pytest.raises(UnableToSaveTemplate):
            made.template(clerk, **wrong)

    def test_texts_are_cleaned(self, clerk: Person) -> None:
        row = made.template(clerk, body={"en": "<p onclick=x>Hi<script>x</script></p>"})
        assert row.newest().body == {"en": "<p>Hi</p>"}

    def test_days_lie_after_publishing(self, clerk: Person) -> None:
        with pytest.raises(UnableToSaveTemplate, match="250"):
            made.template(clerk, ends_days=0)
        row = made.template(clerk)
        with pytest.raises(IntegrityError), transaction.atomic():
            TemplateVersion.objects.create(template=row, number=2, made_by=clerk, ends_days=0)

    def test_who_sees_which(self, clerk: Person) -> None:
        own, other = factories.unit("本系"), factories.unit("別系")
        for unit in (None, own, other):
            made.template(clerk, unit=unit)
        secretary = factories.person("秘書", Role.UNIT_SECRETARY, at=own)

        def seen(user: Person) -> set[int | None]:
            return set(NoticeTemplate.objects.visible_to(user).values_list("unit", flat=True))

        assert seen(clerk) == {None, own.pk, other.pk}
        assert seen(secretary) == {own.pk}
        assert seen(factories.person("教師", Role.STAFF, at=own)) == set()


class TestBeginning:
    def test_ordinary_draft_that_remembers_its_version(self, clerk: Person) -> None:
        row = made.template(clerk)
        notice = start_notice(template=row, actor=clerk, unit=factories.office(), at=local(2026, 11, 23, 10))
        assert (notice.state, notice.sender, notice.publish_at) == (NoticeState.DRAFT, clerk, None)
        assert notice.title["zh-hant"] == "2026年11月安全檢查"
        assert notice.body["zh-hant"] == "<p>請於<strong>2026年11月30日</strong>前自查。</p>"
        assert notice.acknowledge_by == local(2026, 11, 30, 17, 30)
        assert (notice.template_version.number, notice.rule, notice.reminder_days) == (1, notices.STAFF, [-1, 0])

    def test_for_a_later_day_it_is_planned_for_its_morning(self, clerk: Person) -> None:
        row = made.template(clerk)
        at, day = local(2026, 11, 23, 10), date(2026, 12, 1)
        notice = start_notice(template=row, actor=clerk, unit=factories.office(), day=day, at=at)
        assert (notice.publish_at, notice.title["en"]) == (local(2026, 12, 1, 9), "Safety check, December 2026")

    def test_later_change_of_the_template_leaves_the_draft(self, clerk: Person) -> None:
        row = made.template(clerk)
        notice = start_notice(template=row, actor=clerk, unit=factories.office())
        values = made.content(title={"en": "x"}, body={"en": "<p>y</p>"})
        change_template(template=row, version=1, name=row.name, unit=None, values=values, actor=clerk)
        notice.refresh_from_db()
        assert notice.template_version.title == made.TITLE

    def test_chat_groups_are_those_that_the_sender_may_post_to(self, clerk: Person) -> None:
        """Whoever made the template for a unit may post to more groups than the unit's secretary."""
        unit = factories.unit(parent=factories.root_unit())
        secretary = factories.person("秘書", Role.UNIT_SECRETARY, at=unit)
        own, others = (GroupRobot.objects.create(name=name, kind="wecom", sealed_token="x") for name in "甲乙")
        GroupRobot.objects.filter(pk=own.pk).update(unit=unit)
        row = made.template(clerk, robots=[own.pk, others.pk])

        by_office = start_notice(template=row, actor=clerk, unit=factories.office())
        by_unit = start_notice(template=row, actor=secretary, unit=unit)

        assert (by_office.robots, by_unit.robots) == ([own.pk, others.pk], [own.pk])

    def test_saved_audience_is_asked_on_the_day(self, clerk: Person) -> None:
        audience = create_audience(name="人", rule=notices.STAFF, unit=None, actor=clerk)
        row = made.template(clerk, saved_audience=audience, audience={})
        other = notices.Rule((notices.Line(roles=(Role.STUDENT,)),))
        change_audience(audience=audience, version=1, name="人", rule=other, unit=None, actor=clerk)
        assert start_notice(template=row, actor=clerk, unit=factories.office()).rule == other

    def test_retired_one_begins_nothing(self, clerk: Person) -> None:
        row = made.template(clerk)
        retire_template(template=row, actor=clerk)
        row.refresh_from_db()
        with pytest.raises(UnableToSaveTemplate):
            start_notice(template=row, actor=clerk, unit=factories.office())


class TestKeepingANotice:
    def test_its_moments_become_working_days(self, clerk: Person) -> None:
        notices.staff(1)
        published = local(2026, 9, 28, 9)
        notice = notices.published(
            clerk, at=published, acknowledge_by=local(2026, 10, 10, 17), expires_at=local(2026, 10, 12, 17)
        )
        values = values_of_notice(notice, working=office_time(), at=published)
        assert (values["acknowledge_days"], values["ends_days"]) == (5, 6)  # 29, 30, 8, 9, 10 (made up), 12
        assert (values["title"], values["audience"]) == (notice.title, notices.STAFF.as_json())

    def test_year_without_calendar_is_said_not_guessed(self, clerk: Person) -> None:
        draft = notices.draft(clerk, publish_at=local(2026, 12, 30, 9), acknowledge_by=local(2027, 1, 5, 9))
        CalendarYear.objects.filter(year=2027).delete()
        with pytest.raises(CalendarYearMissing):
            values_of_notice(draft, working=office_time(), at=local(2026, 12, 1, 9))

    def test_kept_one_can_be_sent_again(self, clerk: Person) -> None:
        notices.staff(2)
        first = notices.published(clerk)
        values = values_of_notice(first, working=office_time(), at=first.published_at)
        row = made.create_template(name="再用", unit=None, values=values, actor=clerk)
        again = start_notice(template=row, actor=clerk, unit=factories.office())
        assert services.publish(notice=again, actor=clerk).is_out
