"""Work behind the pages: owners are told of articles that want another look."""

from celery import shared_task

from apps.core.clock import now


@shared_task(name="knowledge.tell_reviews")
def tell_reviews() -> None:
    """Each working morning, and safe to run at any hour: each review is told once."""
    from apps.knowledge.services.reviews import tell_due_reviews

    tell_due_reviews(at=now())
