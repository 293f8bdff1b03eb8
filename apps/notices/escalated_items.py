"""Whom the last reminder did not move, for unit secretaries and the director: one row for each notice."""

from datetime import datetime

from django.db.models import Count, F, Min, OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.templatetags.portal import day
from apps.core.text import localized
from apps.core.work_item import Action, Section, WorkItem
from apps.notices.enums import Escalation
from apps.notices.managers import ObligationQuerySet, has_post_under, looked_after
from apps.notices.models import Notice, Obligation
from apps.notices.standing_in import Names, names_of, secretaries_stood_in_for
from apps.people.enums import Role
from apps.people.models import Person, Post

KIND = gettext_lazy("notice")


def escalated(user: Person, at: datetime, limit: int) -> list[WorkItem]:
    """At most `limit`, two queries however many notices."""
    level = Escalation.DIRECTOR if user.has_role(Role.DIRECTOR) else Escalation.SECRETARY
    lines = _lines(user)
    if lines is None:
        return []
    main = Post.objects.current(timezone.localtime(at).date()).filter(person=OuterRef("person"))
    main = main.order_by("-is_main", "pk").values("unit")[:1]
    counts = lines.alias(unit=Subquery(main)).order_by().values("notice")
    found = {
        row["notice"]: row
        for row in counts.annotate(
            people=Count("pk"), units=Count("unit", distinct=True), since=Min("escalated_at")
        ).order_by(F("since"), "notice")[:limit]
    }
    notices = Notice.objects.filter(pk__in=found).select_related("sender").order_by("acknowledge_by", "pk")
    stands_in_for = names_of(secretaries_stood_in_for(user))
    return [_item(notice, found[notice.pk], level, stands_in_for) for notice in notices]


def with_director() -> ObligationQuerySet:
    return Obligation.objects.owed().filter(
        escalation=Escalation.DIRECTOR, notice__in=Notice.objects.running().values("pk")
    )


def _lines(user: Person) -> ObligationQuerySet | None:
    """The director: what came so far; a secretary, or who stands in: all that was raised of the unit's people but
    oneself.
    """
    if user.has_role(Role.DIRECTOR):
        return with_director()
    paths = list(looked_after(user))
    if not paths:
        return None
    raised = Obligation.objects.owed().filter(
        escalation__gt=Escalation.NONE, notice__in=Notice.objects.running().values("pk")
    )
    return raised.filter(has_post_under(paths, "person")).exclude(person=user)


def _item(notice: Notice, row: dict, level: Escalation, stands_in_for: Names | None) -> WorkItem:
    report = f"{reverse('notices:report', args=[notice.pk])}?show=owed"
    values = {"people": row["people"], "units": row["units"], "since": day(row["since"])}
    if level == Escalation.DIRECTOR:
        reason = _("people still open: %(people)s, units: %(units)s; raised on %(since)s") % values
        remind = Action(_("Remind"), reverse("notices:remind", args=[notice.pk]), key="r", post=True, primary=True)
        actions = (remind, Action(_("Phone list"), reverse("notices:phone_list")))
    else:
        reason = _("people of your unit still open: %(people)s; raised on %(since)s") % values
        actions = (Action(_("Phone list"), reverse("notices:phone_list"), primary=True),)
        if stands_in_for:
            reason = _("for %(name)s: %(reason)s") % {"reason": reason, "name": stands_in_for.name}
    return WorkItem(
        key=f"notices.escalated:{notice.pk}",
        section=Section.OVERDUE,
        number=notice.number,
        title=localized(notice.title),
        url=report,
        icon="megaphone",
        kind=str(KIND),
        who=notice.sender.name,
        reason=reason,
        state=str(level.label),
        state_colour="red" if level == Escalation.DIRECTOR else "orange",
        due_at=notice.acknowledge_by,
        since=row["since"],
        overdue=True,
        handler=notice.sender.name,
        handler_id=notice.sender_id,
        actions=actions,
    )
