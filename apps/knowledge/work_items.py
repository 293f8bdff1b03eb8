"""What articles put on dashboards: those that their owner should look at again."""

from datetime import datetime, time

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.calendar import office_time
from apps.core.templatetags.portal import day
from apps.core.work_item import Action, Section, WorkItem
from apps.knowledge.models import Article
from apps.knowledge.rules import can_write
from apps.people.enums import OFFICE_ROLES, Role
from apps.people.models import Person, Post

KIND = gettext_lazy("help article")
END_OF_DAY = time(17, 30)


def for_user(user: Person, *, at: datetime, limit: int = 50) -> list[WorkItem]:
    """Articles of this person whose review is due; the director has those of who left (one query for writers)."""
    if not can_write(user):
        return []
    concerned = Q(owner=user)
    if user.has_role(Role.DIRECTOR):
        posts = Post.objects.current().filter(role__in=OFFICE_ROLES, person=OuterRef("owner"))
        concerned |= Q(owner__is_active=False) | ~Exists(posts)
    today = office_time().day(at)
    rows = Article.objects.to_review(today).filter(concerned).select_related("owner").order_by("review_on", "pk")
    return [make_item(row, late=row.is_stale(today)) for row in rows[:limit]]


def make_item(row: Article, *, late: bool) -> WorkItem:
    return WorkItem(
        key=f"knowledge.article:{row.pk}",
        section=Section.OVERDUE if late else Section.SOON,
        number="",
        title=str(row),
        url=row.get_absolute_url(),
        icon="book-open",
        kind=str(KIND),
        who=row.owner.name,
        reason=_("to look at again; last checked on %(day)s") % {"day": day(row.checked_on)},
        state=str(row.get_state_display()),
        state_colour=row.colour,
        due_at=datetime.combine(row.review_on, END_OF_DAY, office_time().zone),
        since=row.changed_at,
        overdue=late,
        handler=row.owner.name,
        handler_id=row.owner_id,
        actions=(Action(label=_("Look at it again"), url=row.get_absolute_url(), key="o", primary=True),),
    )
