"""Numbers that a series has counted and the ledger does not hold. There should be none."""

from django.db import connection

from apps.core.models import NumberSeries

MOST = 50
SQL = """
SELECT wanted FROM core_numbercounter AS counter, generate_series(1, counter.last) AS wanted
WHERE counter.series_id = %s AND counter.year = %s AND NOT EXISTS (
    SELECT 1 FROM core_issuednumber AS line
    WHERE line.series_id = counter.series_id AND line.year = counter.year AND line.number = wanted
) ORDER BY wanted LIMIT %s
"""


def missing_numbers(series: NumberSeries, year: int) -> list[int]:
    """The first of them (one query)."""
    with connection.cursor() as cursor:
        cursor.execute(SQL, [series.pk, year, MOST])
        return [row[0] for row in cursor.fetchall()]
