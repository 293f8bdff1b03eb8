"""Two forms that every office collects, ready to be sent out with a notice: workload and title review.

Safe to run again: what is there already is left as it is, an administrator may have published a newer version.
"""

from datetime import datetime

from django.db import transaction

from apps.core.clock import now
from apps.questionnaires.models import Form
from apps.questionnaires.services import publish_form
from apps.replies.starter.title_review import TITLE_REVIEW
from apps.replies.starter.words import words
from apps.replies.starter.workload import WORKLOAD

FORMS = (
    ("workload", words("工作量核定", "工作量核定", "Workload"), WORKLOAD),
    ("title-review", words("職稱評審材料", "职称评审材料", "Material for title review"), TITLE_REVIEW),
)


@transaction.atomic
def install_forms(at: datetime | None = None) -> list[Form]:
    """Make and publish the forms that are missing; gives those made now."""
    made = []
    for code, name, fields in FORMS:
        form, is_new = Form.objects.get_or_create(
            code=code, defaults={"name": name, "draft": list(fields), "collects": True}
        )
        if is_new:
            publish_form(form=form, actor=None, at=at or now())
            made.append(form)
    return made
