"""One story by pages: a paper for two departments in three parts, one returned as incomplete, one extended, one overdue
and urged. Then all is done and closed, with the late days on the supervision list.
"""

import pytest
from django.test import Client
from django.urls import reverse

from apps.assignments import services
from apps.assignments.enums import AssignmentState, PartRole, PartState, Rung
from apps.assignments.jobs import sweep
from apps.assignments.models import Assignment, Part
from apps.assignments.services import PartWanted
from apps.dashboard.jobs import daily
from apps.journal.models import Entry
from apps.people.enums import Role
from tests import factories
from tests.assignments import factories as make
from tests.assignments.factories import moment
from tests.dashboard.test_daily import words_to
from tests.jobs.moments import freeze
from tests.notices import factories as board
from tests.replies.test_views import signed_in


class Story:
    """Everybody acts by the pages, at the moment at which the clock stands."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch

    def at(self, *place: int, month: int = 11) -> None:
        """The clock stands here, and the jobs run."""
        freeze(self.monkeypatch, moment(*place, month=month))
        sweep()
        daily()

    def does(self, who, name: str, thing, **data) -> None:
        client: Client = signed_in(who)
        page = client.get(thing.get_absolute_url())
        assert page.status_code == 200
        answer = client.post(reverse(f"assignments:{name}", args=[thing.pk]), data)
        assert answer.status_code == 302, (name, answer.content.decode()[:2000])


def test_two_departments_three_parts(college, monkeypatch):
    story, (first, second, _third) = Story(monkeypatch), college.units
    lab = factories.unit("實驗中心", parent=first)
    lab_clerk = factories.person("實驗中心秘書", Role.UNIT_SECRETARY, at=lab)
    lab_head = factories.head(lab, "實驗中心主任")
    leader = factories.leader()
    row = services.give(
        subject=board.draft(college.clerk),
        title="實驗室安全自查",
        words="各系自查，月底前彙整",
        parts=[
            PartWanted(first, PartRole.LEAD, "彙整全院結果", moment(30, 17, 30)),
            PartWanted(second, asks="本系自查", due_at=moment(26, 17, 30), wants=("count",)),
        ],
        actor=college.clerk,
        on_behalf_of=leader,
        at=moment(23),
    )
    lead, helper = make.of(row, first), make.of(row, second)

    # Monday: the lead signs, names a teacher, and passes a part down to its laboratory.
    story.at(23, 10)
    story.does(college.secretaries[0], "sign", lead)
    story.does(college.secretaries[0], "name", lead, person=college.teachers[0].pk)
    story.does(college.teachers[0], "pass_down", lead, units=[lab.pk], asks="逐間檢查", due_at="2026-11-27T17:30")
    down = make.of(row, lab)
    assert (down.depth, down.added_by, down.parent_id) == (2, college.teachers[0], lead.pk)
    story.does(lab_clerk, "sign", down)

    # Nobody of the second department signs: on Tuesday it is on the phone list, the office calls.
    story.at(23, 16)
    story.at(24, 16)
    helper.refresh_from_db()
    assert helper.rung == Rung.PHONE
    story.does(college.clerk, "sign_by_phone", helper, person=college.secretaries[1].pk, note="已知悉")

    # The laboratory asks for more time before its day is over; the department above grants it.
    story.at(25, 9)
    story.does(lab_clerk, "ask_extension", down, until="2026-11-30T12:00", reason="三間尚未檢查")
    story.does(college.teachers[0], "grant_extension", down, until="2026-11-30T12:00", note="可")
    assert make.of(row, lab).due_at == moment(30, 12)

    # Friday: the second department is late. It is told with everything else in one message, and urged.
    story.at(27, 9)
    assert words_to(college.secretaries[1])[-1][0] == "1 thing waits for you (2026-11-27)"
    story.does(college.clerk, "urge", helper, note="請今日回報")
    assert make.subjects_to(college.secretaries[1])[-1] == "Urged: 實驗室安全自查"
    story.does(college.secretaries[1], "report", helper, text="自查完畢", count=4)
    story.does(college.heads[1], "confirm", helper)

    # The lead returns the laboratory's report as incomplete; it comes again, complete.
    story.does(lab_clerk, "report", down, text="已檢查")
    story.does(lab_head, "confirm", down)
    story.does(college.secretaries[0], "give_back", down, note="缺三樓結果")
    story.at(30, 9)
    story.does(lab_clerk, "report", down, text="已檢查，附三樓結果")
    story.does(lab_head, "confirm", down)
    story.does(college.secretaries[0], "accept", down)
    story.does(college.secretaries[0], "accept", helper)

    # Now the lead can report, its head confirms, the office accepts and closes.
    story.does(college.teachers[0], "report", lead, text="全院自查完成")
    story.does(college.heads[0], "confirm", lead)
    story.does(college.director, "accept", lead)
    story.does(college.clerk, "close", row, note="已答覆校方")

    row = Assignment.objects.get()
    assert (row.state, row.given_for) == (AssignmentState.CLOSED, leader)
    found = Part.objects.order_by("pk").values_list("unit__code", "state", "rounds", "late_days")
    assert list(found) == [
        (first.code, PartState.ACCEPTED, 1, 0),
        (second.code, PartState.ACCEPTED, 1, 1),
        (lab.code, PartState.ACCEPTED, 2, 0),
    ]
    page = signed_in(leader).get(reverse("assignments:supervision"), {"show": "closed_late"})
    assert [part.unit for part in page.context["page"].rows] == [second]
    assert {str(line.unit): line.late_days for line in page.context["lines"]} == {"乙系": 1, "甲系": 0, "實驗中心": 0}
    history = Entry.objects.about(down).values_list("verb", flat=True)
    assert list(history) == [
        "part_given",
        "signed_for",
        "extension_asked",
        "extension_granted",
        "reported",
        "confirmed",
        "report_returned",
        "reported",
        "confirmed",
        "report_accepted",
    ]
