"""Template tags that every page may use."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.contenttypes.models import ContentType
from django.template import Context, Template
from django.utils import translation
from freezegun import freeze_time

from apps.core import look, verbs
from apps.core.templatetags import portal
from apps.journal.models import Entry
from apps.people.models import Person

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # 12:00 in the office's time zone


def draw(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def test_icon_is_drawn_and_hidden_from_readers() -> None:
    drawn = draw('{% icon "bell" "big" %}')

    assert drawn.startswith('<svg class="icon big"')
    assert 'aria-hidden="true"' in drawn
    assert "<path" in drawn


def test_icon_with_unknown_name_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        portal.icon("no-such-icon")


def test_state_badge_escapes_its_word() -> None:
    assert portal.state_badge("<b>", "red") == '<span class="badge bg-red-lt">&lt;b&gt;</span>'


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hant", "11月23日（週一）"), ("zh-hans", "11月23日（周一）"), ("en", "23 Nov 2026 (Mon)")],
)
@freeze_time(NOON)
def test_day_in_the_local_manner(language: str, words: str) -> None:
    with translation.override(language):
        assert portal.day(date(2026, 11, 23)) == words


@freeze_time(NOON)
def test_day_of_another_year_names_the_year() -> None:
    with translation.override("zh-hant"):
        assert portal.day(date(2025, 11, 23)) == "2025年11月23日（週日）"


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 23, 6, 20, tzinfo=UTC), "今天 14:20"),
        (datetime(2026, 11, 24, 1, 0, tzinfo=UTC), "明天 09:00"),
        (datetime(2026, 11, 22, 1, 0, tzinfo=UTC), "昨天 09:00"),
        (datetime(2026, 11, 20, 1, 0, tzinfo=UTC), "11-20 09:00"),
        (datetime(2025, 11, 20, 1, 0, tzinfo=UTC), "2025-11-20"),
        (None, "—"),
    ],
)
@freeze_time(NOON)
def test_short_moment(moment: datetime | None, words: str) -> None:
    with translation.override("zh-hant"):
        assert portal.short(moment) == words


@freeze_time(NOON)
def test_moment_tag_carries_the_exact_moment() -> None:
    with translation.override("zh-hant"):
        tag = portal.moment_tag(datetime(2026, 11, 23, 6, 20, tzinfo=UTC))

    assert 'datetime="2026-11-23T14:20:00+08:00"' in tag
    assert ">今天 14:20<" in tag


@pytest.mark.parametrize(("part", "whole", "words"), [(1, 3, "33%"), (999, 1000, "99%"), (0, 0, "—"), (None, 4, "0%")])
def test_percent_never_claims_more_than_there_is(part: int | None, whole: int, words: str) -> None:
    assert portal.percent(part, whole) == words


def test_form_token_is_new_each_time() -> None:
    assert portal.form_token() != portal.form_token()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("王小明", "小明"),
        ("科員甲", "員甲"),
        ("科員乙", "員乙"),
        ("李四", "李四"),
        ("Ada Lovelace", "AL"),
        ("Ada", "A"),
        ("", "?"),
    ],
)
def test_initials_tell_people_apart(name: str, expected: str) -> None:
    assert look.initials(name) == expected


def test_person_keeps_the_same_colour() -> None:
    person = Person(number="T1", name="王小明")

    assert portal.avatar_colour(person) == portal.avatar_colour(Person(number="T1", name="王小明"))
    assert len({look.colour_of(f"T{number}") for number in range(100)}) == len(look.AVATAR_COLOURS)


def test_bar_segments_add_up_to_the_whole() -> None:
    segments = portal.bar_segments([("a", "green", 1, ""), ("b", "red", 1), ("c", "blue", 1, "/x")])

    assert [(part.start, part.width) for part in segments] == [(0, 333), (333, 333), (666, 334)]
    assert segments[2].url == "/x"


def test_bar_segments_of_nothing_have_no_width() -> None:
    assert [part.width for part in portal.bar_segments([("a", "green", 0, "")])] == [0]


@pytest.mark.parametrize(
    ("agent", "name", "icon"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/120 Safari/537.36 Edg/120",
            "Edge · Windows",
            "monitor",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17) Version/17 Mobile/15E Safari/604", "Safari · iPhone", "smartphone"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile MicroMessenger/8.0", "WeChat · Android", "smartphone"),
        ("curl/8", "curl/8", "monitor"),
        ("", "?", "monitor"),
    ],
)
def test_device_in_words(agent: str, name: str, icon: str) -> None:
    assert (portal.device_name(agent), portal.device_icon(agent)) == (name, icon)


@pytest.mark.django_db
class TestVerbs:
    def entry(self, verb: str) -> Entry:
        return Entry(verb=verb, subject_type=ContentType.objects.get_for_model(Person))

    def test_known_verb_is_translated(self) -> None:
        with translation.override("zh-hans"):
            assert portal.verb_label(self.entry("returned")) == "退回补正"

    def test_unknown_verb_is_shown_as_it_is(self) -> None:
        assert portal.verb_label(self.entry("made_blue")) == "made blue"

    def test_app_without_words_of_its_own(self) -> None:
        assert verbs.words_of("contenttypes") == {}

    def test_every_common_verb_has_an_icon_that_exists(self) -> None:
        assert all(portal.icon(verbs.icon(verb)) for verb in verbs.VERBS)


def test_link_to_a_page_that_is_not_there_is_empty() -> None:
    assert portal.page_link("nowhere:list") == ""
    assert portal.page_link("account_login") == "/accounts/login/"
