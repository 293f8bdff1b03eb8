"""The points of a round of signing: which step of sign-off is what, and about which edition."""

from django.db import models
from django.db.models import Q

from apps.approvals.models import Step
from apps.dispatch.enums import POINTS
from apps.documents.enums import OpinionKind
from apps.documents.models import Document, Edition


class SignPoint(models.Model):
    """A step (核稿, 會簽, 簽發, 複核). All of a round are about one edition; the text does not change while it runs."""

    step = models.OneToOneField(Step, on_delete=models.RESTRICT, primary_key=True, related_name="sign_point")
    document = models.ForeignKey(Document, on_delete=models.RESTRICT, related_name="sign_points")
    edition = models.ForeignKey(Edition, on_delete=models.RESTRICT, related_name="sign_points")
    kind = models.CharField(max_length=12, choices=OpinionKind)
    urged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(POINTS)), name="dispatch_point_is_of_the_route")
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.kind} {self.step_id}"
