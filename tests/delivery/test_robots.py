"""Robots of chat groups: their pages, their secrets, and what they post to a local server in place of the three."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.clock import now
from apps.delivery.channels.robot import ORIGIN, token_in
from apps.delivery.enums import Channel, DeliveryState, Queue, RobotKind
from apps.delivery.models import Delivery, GroupRobot
from apps.delivery.sealing import UnableToUnseal, seal, unseal
from apps.delivery.sending import send_due
from apps.delivery.services import plan_robots, switch_robot_off
from apps.journal.models import Entry
from apps.people.enums import Role
from apps.people.models import Person
from tests import factories
from tests.delivery.factories import NOON, message
from tests.delivery.standins.server import CLOSE
from tests.delivery.standins.services import Robots

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]

TOKEN = "abcdef12-3456"
PATHS = {
    "wecom": "/cgi-bin/webhook/send",
    "dingtalk": "/robot/send",
    "feishu": f"/open-apis/bot/v2/hook/{TOKEN}",
}


def robot(kind: str = "wecom", secret: str = "", **fields: object) -> GroupRobot:
    return GroupRobot.objects.create(
        **{"name": f"Group {kind}", "kind": kind, "sealed_token": seal(TOKEN), "sealed_secret": seal(secret)} | fields
    )


def send() -> int:
    return send_due(Queue.NOTICE, Channel.ROBOT).mails


@pytest.fixture
def director(client: Client) -> Person:
    person = factories.director()
    client.force_login(person)
    return person


class TestPosting:
    @pytest.mark.parametrize("kind", RobotKind.values)
    def test_message_is_posted_once_to_each_group(self, robots: Robots, kind: str) -> None:
        about, group = message(target_url="/n/1/"), robot(kind)

        assert plan_robots(message=about, robots=[group], at=NOON) == 1
        assert plan_robots(message=about, robots=[group], at=NOON) == 0
        assert send() == 1

        (asked,) = robots.asked_for(PATHS[kind])
        assert "關於期末考試安排的通知" in str(asked.body)
        assert "http://localhost:8000/n/1/" in str(asked.body)
        row = Delivery.objects.get()
        assert (row.person, row.address, row.state) == (None, f"robot:{group.pk}", DeliveryState.HANDED_OFF)

    def test_signatures_are_made_where_there_is_a_secret(self, robots: Robots) -> None:
        plan_robots(message=message(), robots=[robot("dingtalk", "s1"), robot("feishu", "s2")], at=NOON)

        assert send() == 2
        assert set(robots.asked_for(PATHS["dingtalk"])[0].query) == {"access_token", "timestamp", "sign"}
        assert {"timestamp", "sign"} <= set(robots.asked_for(PATHS["feishu"])[0].body)

    @pytest.mark.parametrize(
        ("kind", "answer"),
        [
            ("wecom", {"errcode": 93000, "errmsg": "invalid webhook url"}),
            ("dingtalk", {"errcode": 310000, "errmsg": "sign not match"}),
            ("feishu", {"code": 19001, "msg": "param invalid"}),
        ],
    )
    def test_answer_200_that_says_no_is_a_failure(self, robots: Robots, kind: str, answer: dict) -> None:
        plan_robots(message=message(), robots=[robot(kind)], at=NOON)
        robots.once(PATHS[kind], (200, answer))

        assert send() == 0
        assert Delivery.objects.get().state == DeliveryState.FAILED

    @pytest.mark.parametrize(("kind", "code"), [("wecom", 45009), ("dingtalk", 130101), ("feishu", 9499)])
    def test_limit_of_the_robot_waits(self, robots: Robots, kind: str, code: int) -> None:
        plan_robots(message=message(), robots=[robot(kind)], at=NOON)
        robots.once(PATHS[kind], (200, {"errcode" if kind != "feishu" else "code": code}))
        send()

        assert Delivery.objects.get().state == DeliveryState.PLANNED

    def test_line_that_closes_is_uncertain(self, robots: Robots) -> None:
        plan_robots(message=message(), robots=[robot()], at=NOON)
        robots.once(PATHS["wecom"], CLOSE)
        send()

        assert Delivery.objects.get().state == DeliveryState.UNCERTAIN

    def test_each_robot_has_its_own_pace(self, robots: Robots, settings) -> None:
        settings.PACE_A_MINUTE = settings.PACE_A_MINUTE | {"robot": 6}
        one, other = robot("wecom"), robot("feishu")
        for _n in range(2):
            plan_robots(message=message(), robots=[one, other], at=NOON)

        assert send() == 2
        assert Delivery.objects.filter(state=DeliveryState.PLANNED, not_before__gt=now()).count() == 2

    def test_robot_that_was_switched_off_meanwhile_posts_nothing(self, robots: Robots) -> None:
        group = robot()
        plan_robots(message=message(), robots=[group], at=NOON)
        switch_robot_off(robot_id=group.pk, actor=factories.director())
        send()

        assert Delivery.objects.get().state == DeliveryState.FAILED
        assert robots.asked == []

    def test_robot_that_is_off_is_not_planned(self) -> None:
        assert plan_robots(message=message(), robots=[robot(is_active=False)], at=NOON) == 0


@pytest.mark.parametrize(
    ("kind", "address", "expected"),
    [
        ("wecom", f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={TOKEN}", TOKEN),
        ("dingtalk", f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}", TOKEN),
        ("feishu", f"https://open.feishu.cn/open-apis/bot/v2/hook/{TOKEN}", TOKEN),
        ("feishu", TOKEN, TOKEN),
        ("wecom", f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}", ""),
        ("wecom", f"https://qyapi.weixin.qq.com.evil.example/cgi-bin/webhook/send?key={TOKEN}", ""),
        ("wecom", f"http://169.254.169.254/cgi-bin/webhook/send?key={TOKEN}", ""),
        ("feishu", "../../../etc/passwd", ""),
    ],
)
def test_only_addresses_of_the_three_hosts_are_taken(kind: str, address: str, expected: str) -> None:
    assert token_in(address, RobotKind(kind)) == expected


def test_hosts_are_those_of_the_vendors_and_nothing_in_a_row_names_another(settings) -> None:
    assert settings.ROBOT_STAND_IN == ""
    assert set(ORIGIN.values()) == {
        "https://qyapi.weixin.qq.com",
        "https://oapi.dingtalk.com",
        "https://open.feishu.cn",
    }


def test_secret_opens_with_an_older_key_and_with_no_other(settings) -> None:
    sealed = seal(TOKEN)
    assert TOKEN not in sealed
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key"
    assert unseal(sealed) == TOKEN
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(UnableToUnseal):
        unseal(sealed)


class TestPages:
    def form(self, **values: object) -> dict[str, object]:
        address = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={TOKEN}"
        return {"name": "全院群", "kind": "wecom", "unit": "", "address": address, "secret": ""} | values

    def test_robot_is_made_and_its_token_is_never_shown(self, client: Client, director: Person) -> None:
        assert client.post(reverse("delivery:create_robot"), self.form()).status_code == 302

        made = GroupRobot.objects.get()
        assert unseal(made.sealed_token) == TOKEN
        for name, keys in (("delivery:robots", {}), ("delivery:edit_robot", {"pk": made.pk})):
            page = client.get(reverse(name, kwargs=keys)).content.decode()
            assert "全院群" in page
            assert TOKEN not in page
            assert made.sealed_token not in page
        assert TOKEN not in str(Entry.objects.about(made).values_list("changes", flat=True))

    @pytest.mark.parametrize(
        "wrong", [{"address": ""}, {"address": "https://evil.example/x"}, {"kind": "feishu"}, {"name": ""}]
    )
    def test_what_is_wrong_is_told_and_the_name_kept(self, client: Client, director: Person, wrong: dict) -> None:
        answer = client.post(reverse("delivery:create_robot"), self.form(**wrong))

        assert answer.status_code == 422
        assert TOKEN not in answer.content.decode()
        assert not GroupRobot.objects.exists()

    def test_sent_twice_makes_one(self, client: Client, director: Person) -> None:
        codes = [client.post(reverse("delivery:create_robot"), self.form()).status_code for _n in range(2)]

        assert codes == [302, 422]
        assert GroupRobot.objects.count() == 1

    def test_empty_address_keeps_the_token(self, client: Client, director: Person) -> None:
        group = robot()
        client.post(
            reverse("delivery:edit_robot", kwargs={"pk": group.pk}), self.form(name="新名", address="", version=1)
        )

        group.refresh_from_db()
        assert (group.name, group.version, unseal(group.sealed_token)) == ("新名", 2, TOKEN)

    def test_older_page_changes_nothing(self, client: Client, director: Person) -> None:
        group = robot(version=3)
        answer = client.post(reverse("delivery:edit_robot", kwargs={"pk": group.pk}), self.form(name="新名", version=2))

        assert answer.status_code == 422
        group.refresh_from_db()
        assert group.name == "Group wecom"

    def test_trial_goes_the_way_of_all_posts(self, client: Client, director: Person, robots: Robots) -> None:
        group = robot()
        answer = client.post(reverse("delivery:try_robot", kwargs={"pk": group.pk}))

        row = Delivery.objects.get()
        assert answer["Location"] == reverse("delivery:detail", kwargs={"pk": row.pk})
        assert send_due(Queue.URGENT, Channel.ROBOT).mails == 1
        assert client.get(answer["Location"]).status_code == 200

    def test_off_and_on_again(self, client: Client, director: Person) -> None:
        group = robot()
        for verb, active in (("off", False), ("off", False), ("on", True)):
            client.post(reverse(f"delivery:switch_robot_{verb}", kwargs={"pk": group.pk}))
            group.refresh_from_db()
            assert group.is_active is active
        assert group.version == 3

    def test_same_queries_with_one_and_three_rows(
        self, client: Client, director: Person, django_assert_num_queries
    ) -> None:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        counts = []
        for names in (["a"], ["b", "c"]):
            for name in names:
                robot(name=name, unit=factories.root_unit())
            client.get(reverse("delivery:robots"))
            with CaptureQueriesContext(connection) as captured:
                client.get(reverse("delivery:robots"))
            counts.append(len(captured))
        assert counts[0] == counts[1]

    @pytest.mark.parametrize("role", [Role.CLERK, Role.LEADER, Role.STUDENT])
    def test_others_may_not(self, client: Client, role: str) -> None:
        client.force_login(factories.person("人", role))

        assert client.get(reverse("delivery:robots")).status_code == 403
        assert client.post(reverse("delivery:create_robot"), self.form()).status_code == 403
        assert client.post(reverse("delivery:try_robot", kwargs={"pk": robot().pk})).status_code == 404
