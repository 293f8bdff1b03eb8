"""What the service desk's forms refuse, and in which field they say so."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.core.clock import now
from apps.servicedesk import forms
from apps.servicedesk.templatetags.servicedesk import working_time
from tests import factories


@pytest.mark.parametrize(
    ("data", "errors"),
    [
        ({"decision": "approved", "step": 1}, set()),
        ({"decision": "refused", "step": 1}, {"note"}),
        ({"decision": "returned", "step": 1, "note": "  "}, {"note"}),
        ({"decision": "returned", "step": 1, "note": "缺日期"}, set()),
        ({"decision": "asked", "step": 1}, {"decision"}),
        ({"decision": "approved", "step": "1; DROP"}, {"step"}),
    ],
)
def test_decision(data, errors):
    assert set(forms.DecideForm(data).errors) == errors


@pytest.mark.parametrize(
    ("data", "errors"),
    [
        ({"rating": "5"}, set()),
        ({"rating": "1"}, {"note"}),
        ({"rating": "2", "note": "等太久"}, set()),
        ({"rating": "6"}, {"rating"}),
        ({"rating": "3", "note": "x" * 501}, {"note"}),
    ],
)
def test_poor_rating_needs_a_reason(data, errors):
    assert set(forms.RateForm(data).errors) == errors


@pytest.mark.parametrize(("days", "errors"), [(1, set()), (-1, {"due_at"})])
def test_new_due_time_lies_ahead(days, errors):
    due = timezone.localtime(now() + timedelta(days=days))

    assert set(forms.SetDueForm({"due_at": f"{due:%Y-%m-%dT%H:%M}", "note": "等印刷廠"}).errors) == errors


def test_return_names_questions_of_this_form_only():
    form = forms.ReturnForm({"fields_to_correct": ["register"], "note": "?"}, questions=[("purpose", "用途")])

    assert set(form.errors) == {"fields_to_correct"}


@pytest.mark.django_db
def test_only_handlers_can_be_given_a_request():
    clerk, student = factories.clerk(), factories.student()

    assert forms.AssignForm({"handler": clerk.pk}).is_valid()
    assert not forms.AssignForm({"handler": student.pk}).is_valid()


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (None, "—"),
        (1, "1 minute"),
        (45, "45 minutes"),
        (60, "1 working hour"),
        (240, "4 working hours"),
        (450, "1 working day"),
        (675, "1.5 working days"),
        (960, "2 working days"),
    ],
)
def test_working_time_in_words(minutes, words, settings):
    from django.utils import translation

    with translation.override("en"):
        assert working_time(minutes) == words
