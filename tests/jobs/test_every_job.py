"""No job without a test in which the clock stands still: a new one fails here until its line names the test."""

import ast
from pathlib import Path

import pytest
from celery import current_app
from django.conf import settings

from office_portal.celery import app

FROZEN = "tests/jobs/test_frozen_clock.py"
REMINDERS = "tests/notices/test_reminders.py"
# job: (file, function), where it runs at set moments: holidays with make-up days, nights, clock changes, a year
# without a calendar, as far as days and hours matter to it.
TESTED: dict[str, tuple[str, str]] = {
    "assignments.sweep": ("tests/assignments/test_ladder.py", "test_steps_over_holidays_and_make_up_days"),
    "core.beat_heartbeat": (FROZEN, "test_heartbeat"),
    "core.check_calendars": (FROZEN, "test_calendar_alarm"),
    "dashboard.daily": ("tests/dashboard/test_daily.py", "test_holidays_are_passed_over_and_make_up_days_are_not"),
    "delivery.send_canary": (FROZEN, "test_canary_flies_at_any_hour"),
    "delivery.send_due": (FROZEN, "test_mails_leave_in_mail_hours"),
    "delivery.sweep": (FROZEN, "test_outbox_sweep"),
    "delivery.sweep_inbound": (FROZEN, "test_what_came_in_is_read"),
    "delivery.sweep_receipts": ("tests/delivery/test_dingtalk.py", "test_result_that_cannot_be_had_leaves_everything"),
    "dispatch.draw_sheet": ("tests/dispatch/test_sweep.py", "test_a_sheet_is_drawn_at_any_hour"),
    "dispatch.sweep": ("tests/dispatch/test_sweep.py", "test_a_sheet_is_drawn_at_any_hour"),
    "documents.check_ledger": (
        "tests/documents/test_core.py",
        "test_a_reserved_number_runs_out_and_stays_in_the_ledger",
    ),
    "documents.make_package": (
        "tests/documents/test_handling.py",
        "test_the_file_bears_the_documents_day_and_has_everything_in_it",
    ),
    "documents.read_file": ("tests/documents/test_extraction_jobs.py", "test_a_lost_file_is_tried_three_times"),
    "documents.sweep": ("tests/documents/test_settings.py", "test_what_is_most_urgent_is_traced_each_half_day"),
    "documents.sweep_files": ("tests/documents/test_extraction_jobs.py", "test_a_lost_file_is_tried_three_times"),
    "imports.check": (FROZEN, "test_import_is_checked_and_committed"),
    "imports.commit": (FROZEN, "test_import_is_checked_and_committed"),
    "imports.forget": (FROZEN, "test_file_that_came_in_is_let_go_after_90_days"),
    "imports.sweep": (FROZEN, "test_import_that_stands_still_is_handed_on"),
    "interfaces.clear_away": ("tests/interfaces/test_hooks.py", "test_old_answers_and_calls_are_cleared_away"),
    "interfaces.make_copy": (FROZEN, "test_copies_and_lists_are_made_at_any_hour"),
    "interfaces.sweep_copies": (
        "tests/interfaces/test_own_data.py",
        "test_asked_twice_is_made_once_told_and_gone_after_a_week",
    ),
    "interfaces.sweep_hooks": (FROZEN, "test_programs_are_told_at_any_hour"),
    "journal.make_export": (FROZEN, "test_copies_and_lists_are_made_at_any_hour"),
    "journal.sweep_exports": (
        "tests/journal/test_exporting.py",
        "test_dead_worker_is_taken_over_given_up_after_three_and_gone_after_a_day",
    ),
    "journal.scan_blob": (FROZEN, "test_files_are_scanned_at_any_hour"),
    "journal.sweep_scans": (FROZEN, "test_files_are_scanned_at_any_hour"),
    "journal.remove_orphans": (FROZEN, "test_orphans_go_after_a_day_of_24_hours"),
    "knowledge.tell_reviews": ("tests/knowledge/test_reviews.py", "test_job_reads_the_clock"),
    "notices.complete_round": (FROZEN, "test_round_is_planned_by_itself"),
    "notices.fan_out": (FROZEN, "test_fan_out_and_round"),
    "notices.find_missing": (
        "tests/notices/test_completeness.py",
        "test_deliveries_lost_at_random_come_back_however_old",
    ),
    "notices.make_file_report": ("tests/notices/test_file_report.py", "test_paper_is_made_once_and_kept"),
    "notices.plan_reminders": (REMINDERS, "test_each_once_however_often_beat_asks"),
    "notices.refresh": (FROZEN, "test_evidence_is_taken_over"),
    "notices.sweep": (FROZEN, "test_notices_sweep_publishes_and_ends_on_time"),
    "people.invite_many": (FROZEN, "test_invitations"),
    "notices.sweep_file_reports": (
        "tests/notices/test_file_report.py",
        "test_dead_worker_is_taken_over_and_given_up_after_three",
    ),
    "relays.sweep": ("tests/relays/test_ladder_clock.py", "test_steps"),
    "reports.send_summaries": ("tests/reports/test_mailed.py", "test_job_reads_the_clock"),
    "replies.sweep": ("tests/replies/test_jobs.py", "test_late_joiner_gets_a_row_whatever_the_day"),
    "servicedesk.escalate": ("tests/servicedesk/test_escalating.py", "test_each_rule_speaks_up_in_its_minute"),
    "servicedesk.remove_people": ("tests/servicedesk/test_retention.py", "test_job_takes_what_is_over_and_no_more"),
    "servicedesk.forget_mail": (FROZEN, "test_settled_mail_is_forgotten_after_its_days"),
    "servicedesk.sweep_mail": (FROZEN, "test_letter_is_taken_up_at_any_hour"),
    "seals.sweep": ("tests/seals/test_outings.py", "test_seals_that_are_away_are_told_of_on_working_days"),
    "servicedesk.issue_batch": (FROZEN, "test_batch_is_issued_at_any_hour"),
    "servicedesk.sweep_batches": (FROZEN, "test_batch_is_issued_at_any_hour"),
    "servicedesk.make_paper": (FROZEN, "test_paper_is_made_at_any_hour"),
    "servicedesk.sweep": (FROZEN, "test_late_requests_are_told_in_office_hours"),
    "tasks.remind": ("tests/tasks/test_services.py", "test_weekend_and_make_up_day_count_as_the_calendar_says"),
}


def jobs() -> set[str]:
    """The tasks of our apps, by name."""
    app.loader.import_default_modules()
    return {name for name, task in current_app.tasks.items() if task.__module__.startswith("apps.")}


def test_every_job_names_its_test() -> None:
    assert jobs() == set(TESTED)


def test_every_job_of_the_beat_table_exists_and_ends_before_the_next() -> None:
    for entry in app.conf.beat_schedule.values():
        assert entry["task"] in jobs()
        assert entry["options"]["expires"] > 0


@pytest.mark.parametrize(("file", "function"), sorted(set(TESTED.values())))
def test_test_is_there(file: str, function: str) -> None:
    tree = ast.parse((Path(settings.BASE_DIR) / file).read_text(encoding="utf8"))
    assert function in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
