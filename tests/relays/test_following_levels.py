"""A change on any level goes down to everything made from it, level by level; what a unit wrote itself stays."""

from datetime import timedelta

import pytest

from apps.core.clock import now
from apps.journal.models import Entry
from apps.notices import services as notice_services
from apps.notices.enums import EditionKind, NoticeState
from apps.notices.models import Notice
from apps.people.enums import Role
from apps.people.models import Person, Unit
from apps.relays import services
from apps.relays.enums import LineState
from apps.relays.models import Copy, Relay
from tests import factories
from tests.notices import factories as board
from tests.relays import factories as make

NEW = {"zh-hant": "<p>改到週四。</p>", "en": "<p>Moved to Thursday.</p>"}


class Chain:
    """The office → a department (note 系附言) → an institute below (note 室附言) → its people."""

    def __init__(self, college) -> None:
        self.clerk, self.unit, self.secretary = college.clerk, college.units[0], college.secretaries[0]
        self.below: Unit = factories.unit("教研室", parent=self.unit)
        self.lower: Person = factories.person("教研室秘書", Role.UNIT_SECRETARY, at=self.below)
        for place in (1, 2):
            factories.person(f"教研室教師{place}", Role.STAFF, at=self.below)
        self.relay: Relay = make.relayed(self.clerk, [self.unit])
        services.sign(line=self.line(self.unit), actor=self.secretary)
        services.pass_down(line=self.line(self.unit), actor=self.secretary, units=[self.below], note="系附言")
        make.settle()
        services.sign(line=self.line(self.below), actor=self.lower)
        services.pass_on(line=self.line(self.below), actor=self.lower, note="室附言")
        make.settle()

    def line(self, unit: Unit):
        return make.of(self.relay, unit)

    @property
    def down(self) -> Notice:
        """The department's notice to the institute."""
        return Notice.objects.get(pk=self.line(self.unit).passed_down_id)

    @property
    def on(self) -> Notice:
        """The institute's notice to its people."""
        return Notice.objects.get(pk=self.line(self.below).passed_on_id)


@pytest.fixture
def chain(college) -> Chain:
    return Chain(college)


def change(notice: Notice, actor: Person, kind=EditionKind.CORRECTION, note="moved", **words) -> None:
    fresh = Notice.objects.get(pk=notice.pk)
    values = {"title": fresh.title, "body": fresh.body, "version": fresh.version, "note": note} | words
    notice_services.change(notice=fresh, actor=actor, kind=kind, **values)
    make.settle()


def sweep() -> int:
    count = services.follow_originals(now() + timedelta(minutes=1))
    services.release_lines(now() + timedelta(minutes=1))
    make.settle()
    return count


def verbs(line) -> list[str]:
    return list(Entry.objects.about(line).order_by("pk").values_list("verb", flat=True))


def test_office_changes_go_down_one_level_a_sweep_and_notes_stay(chain) -> None:
    change(chain.relay.notice, chain.clerk, body=NEW)
    assert (sweep(), sweep(), sweep()) == (1, 1, 0)
    for notice, notes in ((chain.down, ["系附言"]), (chain.on, ["系附言", "室附言"])):
        assert NEW["zh-hant"] in notice.body["zh-hant"]
        assert all(note in notice.body["zh-hant"] for note in notes)
        edition = notice.editions.latest("number")
        assert (edition.number, edition.note, edition.published_by) == (2, "moved", chain.clerk)
    assert board.BODY["zh-hant"] not in chain.on.body["zh-hant"]
    assert "copy_followed" in verbs(chain.line(chain.unit))
    assert "copy_followed" in verbs(chain.line(chain.below))


def test_secretary_changes_the_own_copy_and_units_below_get_it_in_that_name(chain) -> None:
    text = {code: words.replace("系附言", "系附言：帶證件") for code, words in chain.down.body.items()}
    change(chain.down, chain.secretary, body=text, note="bring papers")
    assert (sweep(), sweep()) == (1, 0)
    edition = chain.on.editions.latest("number")
    assert (edition.published_by, edition.note) == (chain.secretary, "bring papers")
    assert "系附言：帶證件" in chain.on.body["zh-hant"]
    assert "室附言" in chain.on.body["zh-hant"]
    assert Notice.objects.get(pk=chain.relay.notice_id).edition == 1, "nothing goes up"


def test_own_words_of_a_unit_outlast_the_next_change_of_the_office(chain) -> None:
    own = {code: words.replace("室附言", "室附言：三樓") for code, words in chain.on.body.items()}
    change(chain.on, chain.lower, body=own, title=chain.on.title | {"zh-hant": "【必看】" + board.TITLE["zh-hant"]})
    change(chain.relay.notice, chain.clerk, body=NEW)
    sweep(), sweep()
    body = chain.on.body["zh-hant"]
    assert "室附言：三樓" in body
    assert "系附言" in body
    assert NEW["zh-hant"] in body
    assert body.index("室附言") < body.index("系附言") < body.index("改到週四")
    assert chain.on.title["zh-hant"].startswith("【必看】"), "the office did not change the title"
    assert "copy_overruled" not in verbs(chain.line(chain.below))


def test_original_counts_where_both_changed_and_history_says_so(chain) -> None:
    own = {code: words.replace("自查", "自查自糾") for code, words in chain.on.body.items()}
    change(chain.on, chain.lower, body=own)
    change(chain.relay.notice, chain.clerk, body=NEW)
    sweep(), sweep()
    assert "自查自糾" not in chain.on.body["zh-hant"]
    assert "自查自糾" in chain.on.editions.get(number=2).body["zh-hant"], "the unit's words stay readable"
    assert verbs(chain.line(chain.below))[-2:] == ["copy_followed", "copy_overruled"]


def test_deputys_change_has_both_names_on_every_level(chain) -> None:
    deputy = factories.person("代理", Role.STAFF, at=chain.unit)
    make.deputy(chain.secretary, deputy)
    change(chain.down, deputy, title={"zh-hant": "新題", "en": "New"})
    sweep()
    for notice in (chain.down, chain.on):
        entry = Entry.objects.about(notice).get(verb="changed_published")
        assert (entry.actor, entry.on_behalf_of) == (deputy, chain.secretary)
    entry = Entry.objects.about(chain.line(chain.below)).get(verb="copy_followed")
    assert (entry.actor, entry.on_behalf_of) == (deputy, chain.secretary)


def test_replacement_of_a_units_copy_asks_those_below_anew(chain) -> None:
    for line in chain.on.obligations.select_related("person", "notice__message"):
        notice_services.acknowledge(obligation=line, actor=line.person, session_key="s")
    change(chain.down, chain.secretary, EditionKind.REPLACEMENT, title={"zh-hant": "新題", "en": "New"})
    assert chain.on.obligations.owed().count() == 0
    sweep()
    assert chain.on.obligations.owed().count() == 2


def test_replacement_needs_no_director_on_the_way_down(chain, settings) -> None:
    settings.NOTICE_APPROVAL_FROM = 1
    director = factories.director()
    change(chain.relay.notice, director, EditionKind.REPLACEMENT, body=NEW)
    assert (sweep(), sweep()) == (1, 1)
    assert chain.on.counts_from == 2


def test_several_changes_before_the_sweep_are_all_told(chain) -> None:
    change(chain.relay.notice, chain.clerk, EditionKind.REPLACEMENT, body=NEW, note="day")
    change(chain.relay.notice, chain.clerk, title={"zh-hant": "新題", "en": "New"}, note="title")
    sweep()
    edition = chain.down.editions.latest("number")
    assert (edition.kind, edition.note) == (EditionKind.REPLACEMENT, "day; title")
    assert Copy.objects.get(notice=chain.down).edition == 3


def test_unit_takes_back_its_copy_and_the_units_below_owe_nothing(chain) -> None:
    assert chain.line(chain.below).is_open
    notice_services.recall(notice=chain.down, actor=chain.secretary, reason="重複轉發")
    assert services.open_below(chain.line(chain.unit)) == 0, "the unit above may report"
    sweep()
    assert (chain.on.state, chain.on.withdraw_reason) == (NoticeState.WITHDRAWN, "重複轉發")
    line = chain.line(chain.below)
    assert (line.state, line.excuse, line.decided_by) == (LineState.EXCUSED, "重複轉發", chain.secretary)
    assert verbs(line)[-2:] == ["copy_taken_back", "excused"]
    assert Notice.objects.get(pk=chain.relay.notice_id).state == NoticeState.PUBLISHED
    before = Entry.objects.count()
    assert sweep() == 0
    assert Entry.objects.count() == before, "again changes nothing"


def test_copy_that_the_unit_took_back_stays_so(chain) -> None:
    notice_services.recall(notice=chain.on, actor=chain.lower, reason="改為口頭")
    change(chain.relay.notice, chain.clerk, body=NEW)
    assert (sweep(), sweep(), sweep()) == (1, 0, 0)
    assert (chain.on.state, chain.on.edition) == (NoticeState.WITHDRAWN, 1)
    assert verbs(chain.line(chain.below)).count("copy_was_taken_back") == 1
    notice_services.recall(notice=Notice.objects.get(pk=chain.relay.notice_id), actor=chain.clerk, reason="x")
    sweep(), sweep()
    assert chain.on.withdraw_reason == "改為口頭"


def test_people_of_an_excused_unit_get_the_words_but_are_not_asked_anew(chain) -> None:
    for line in chain.on.obligations.select_related("person", "notice__message"):
        notice_services.acknowledge(obligation=line, actor=line.person, session_key="s")
    services.excuse(line=chain.line(chain.below), actor=chain.secretary, reason="已併入")
    change(chain.relay.notice, chain.clerk, EditionKind.REPLACEMENT, body=NEW)
    sweep(), sweep()
    assert NEW["zh-hant"] in chain.on.body["zh-hant"]
    assert chain.on.obligations.owed().count() == 0
    assert verbs(chain.line(chain.below))[-2:] == ["copy_followed", "copy_not_asked_anew"]


def test_copy_that_is_over_is_left_and_not_tried_for_ever(chain) -> None:
    Notice.objects.filter(pk=chain.on.pk).update(expires_at=now() - timedelta(minutes=5))
    change(chain.relay.notice, chain.clerk, body=NEW)
    assert (sweep(), sweep(), sweep()) == (1, 0, 0)
    assert not Copy.objects.behind().exists()
    assert verbs(chain.line(chain.below))[-1] == "copy_stayed"


def test_new_day_of_the_original_goes_down_where_no_day_was_set_for_units(college) -> None:
    relay = make.relayed(college.clerk, college.units[:1])
    unit, secretary = college.units[0], college.secretaries[0]
    services.sign(line=make.of(relay, unit), actor=secretary)
    services.pass_on(line=make.of(relay, unit), actor=secretary)
    make.settle()
    day = now() + timedelta(days=9)
    change(relay.notice, college.clerk, EditionKind.REPLACEMENT, body=NEW, acknowledge_by=day)
    sweep()
    assert make.of(relay, unit).passed_on.acknowledge_by == day
    own = now() + timedelta(days=3)
    change(make.of(relay, unit).passed_on, secretary, title={"zh-hant": "新", "en": "New"}, acknowledge_by=own)
    change(relay.notice, college.clerk, body={"zh-hant": "<p>再改。</p>", "en": "<p>Again.</p>"})
    sweep()
    assert make.of(relay, unit).passed_on.acknowledge_by == own, "the original's day did not change"
