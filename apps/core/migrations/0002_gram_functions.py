"""SQL functions for search. `IMMUTABLE`, so that an index can stand on them; NFKC folds full-width forms.

The bodies are of the parsed kind (RETURN): an index build runs with a bare search path and would not find names in a string.
"""

from django.db import migrations

CREATE = r"""
CREATE FUNCTION portal_fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(normalize(value, NFKC));

CREATE FUNCTION portal_grams(value text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (
    SELECT coalesce(array_agg(DISTINCT substr(portal_fold(value), place, width)), '{}'::text[])
    FROM generate_series(1, greatest(char_length(portal_fold(value)), 1)) AS place,
         generate_series(1, 2) AS width
    WHERE place + width - 1 <= char_length(portal_fold(value))
);

CREATE FUNCTION portal_query_grams(value text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE WHEN char_length(portal_fold(value)) < 2 THEN ARRAY[portal_fold(value)]
ELSE (
    SELECT array_agg(DISTINCT substr(portal_fold(value), place, 2))
    FROM generate_series(1, char_length(portal_fold(value)) - 1) AS place
) END;
"""
DROP = """
DROP FUNCTION portal_query_grams(text);
DROP FUNCTION portal_grams(text);
DROP FUNCTION portal_fold(text);
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
