"""What people type is shown as text: in a real browser nothing of it runs or breaks out, no policy is breached."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from apps.core.clock import now
from apps.journal.models import Attachment
from apps.knowledge.services.articles import TERMS, change_article
from apps.knowledge.services.feedback import say_whether_it_helped
from apps.notices.audience import Rule
from apps.notices.rich import clean_html
from apps.people.models import Person, Unit
from apps.servicedesk.models import Area, Service, ServiceStep
from tests.notices import factories as board
from tests.security import matrix
from tests.security.world import World, attach, build
from tests.servicedesk import factories as desk

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
RUNS = "window.__pwned=1"
HOSTILE = (
    f"<script>{RUNS}</script>",
    f"\"'><img src=x onerror={RUNS}>",
    f"</title></textarea><svg/onload={RUNS}>",
    f"{{{{ request }}}}{{% load x %}}${{{RUNS}}}",
    f"javascript:{RUNS}//",
    "\u202egnp.exe\u2066\u200b",
    "長" * 60,
)
ALL = " ".join(HOSTILE)
STAFF = (
    "servicedesk:detail",
    "servicedesk:list",
    "servicedesk:views",
    "servicedesk:canned",
    "servicedesk:clock",
    "servicedesk:mails",
    "servicedesk:mail",
    "servicedesk:others",
    "servicedesk:split",
    "servicedesk:recurrence",
    "tasks:detail",
    "notices:read",
    "notices:report",
    "notices:person",
)
MORE = (
    "knowledge:list",
    "knowledge:detail",
    "knowledge:history",
    "notices:list",
    "notices:people",
    "people:list",
    "people:detail",
    "people:units",
    "people:groups",
    "imports:detail",
)
LAST = (
    "delivery:list",
    "delivery:unmatched",
    "dashboard:home",
    "servicedesk:catalogue",
    "servicedesk:file",
    "servicedesk:retention",
    "people:edit",
    "servicedesk:manage",
    "servicedesk:areas",
    "servicedesk:edit_service",
    "servicedesk:preview_service",
    "servicedesk:plan",
    "servicedesk:edit_step",
    "servicedesk:try_plan",
)


def poison(world: World) -> None:
    """Hostile text in everything that people may write, also past the forms that would refuse it."""
    request, notice = world.things["request"].row, world.things["notice draft"].row
    Person.objects.filter(pk=world.owner.pk).update(name=HOSTILE[1][:80], name_en=HOSTILE[0])
    Person.objects.filter(pk=world.people["director"].pk).update(name=HOSTILE[0][:80])
    Unit.objects.filter(pk=world.far.pk).update(name={"zh-hant": HOSTILE[2], "en": HOSTILE[1]})
    Service.objects.update(name={"zh-hant": HOSTILE[1]}, description={"zh-hant": HOSTILE[0]})
    texts = ("documents", "product_note", "fee_note", "delay_note")
    Service.objects.update(**{name: {"zh-hant": HOSTILE[place % 2]} for place, name in enumerate(texts)})
    Area.objects.update(name={"zh-hant": HOSTILE[1]})
    ServiceStep.objects.update(name={"zh-hant": HOSTILE[0]})
    for text in HOSTILE:
        desk.message(request, world.owner, text)
    desk.message(request, world.sender, ALL, internal=True)
    task = world.things["task"].row
    type(task).objects.filter(pk=task.pk).update(title=HOSTILE[1][:100], words=ALL)
    type(request).objects.filter(pk=request.pk).update(title=HOSTILE[1][:100])
    type(request.answer_set).objects.filter(pk=request.answer_set.pk).update(
        answers={"purpose": ALL, "remarks": ALL, "register": HOSTILE[0]}
    )
    Attachment.objects.update(name=HOSTILE[1][:120] + ".pdf")
    attach(request, world.owner, HOSTILE[0])
    body = {"zh-hant": clean_html(f"<p>{HOSTILE[0]}</p><img src=x onerror={RUNS}><a href='javascript:{RUNS}'>x</a>")}
    sent = board.published(
        world.sender, rule=Rule(numbers=(world.owner.number,)), title={"zh-hant": HOSTILE[1]}, body=body
    )
    world.things["notice"].parameters["pk"] = sent.pk
    type(notice).objects.filter(pk=notice.pk).update(title={"zh-hant": ALL}, body=body)
    article = world.things["article"].row
    say_whether_it_helped(article=article, person=world.owner, helped=False, word=HOSTILE[1])
    values = {
        "title": {"zh-hant": HOSTILE[2]},
        "body": {"zh-hant": HOSTILE[0] + f"<p>{ALL}</p>"},
        "keywords": ALL[:300],
    }
    terms = {name: getattr(article, name) for name in TERMS}
    change_article(article=article, version=article.version, values=values | terms, actor=world.sender)
    world.things["batch"].row.rows.update(raw=[HOSTILE[0], HOSTILE[1]], values={"name": HOSTILE[1], "number": "1"})
    type(world.things["inbound"].row).objects.update(subject=HOSTILE[1], sender=HOSTILE[0][:200])
    type(world.things["hold"].row).objects.update(reason=ALL)
    poisoned = {"subject": HOSTILE[1], "sender": HOSTILE[0][:200], "text": ALL, "settle_note": HOSTILE[1]}
    note = {"code": "refused", "name": HOSTILE[1], "why": HOSTILE[0]}
    type(world.things["mail"].row).objects.update(notes=[note], **poisoned)
    type(world.things["delivery"].row).objects.update(last_answer=HOSTILE[1])
    program, address = world.things["program"].row, world.things["address of a program"].row
    type(program).objects.update(name=HOSTILE[1], purpose=ALL)
    type(address).objects.update(url=f"https://{HOSTILE[0]}")
    address.calls.get().tries.create(at=now(), status=500, words=ALL, millis=1)


def test_nothing_that_was_typed_runs(open_page: Callable[..., Page]) -> None:
    world = build()
    poison(world)
    for person, names in (
        (world.people["director"], (*STAFF, *MORE, *LAST, "notices:preview")),
        (
            world.owner,
            (
                "dashboard:home",
                "servicedesk:detail",
                "servicedesk:mine",
                "servicedesk:recurring",
                "tasks:detail",
                "tasks:list",
                "notices:inbox",
                "notices:read",
                "delivery:mine",
                "interfaces:integrations",
                "interfaces:integration",
                "interfaces:subscription",
            ),
        ),
    ):
        page = open_page(person)
        page.on("dialog", lambda dialog: dialog.dismiss())
        for name in names:
            line = matrix.table()[name]
            answer = page.goto(matrix.address(name, world.things[line.thing].parameters), wait_until="load")
            assert answer.status == 200, (name, answer.status)
            assert page.evaluate("window.__pwned") is None, name
            assert (
                page.locator("script:not([src]), img[src='x'], [onerror], [onload], a[href^='javascript']").count() == 0
            ), name
