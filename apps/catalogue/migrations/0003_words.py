"""Full-text search over datasets: German stems, umlauts found however they are typed, words inside compounds."""

from django.db import migrations

# The stemmer of PostgreSQL reads ä as a; who types ae is found by a second, spelled-out reading of the same words.
# The bodies are bound when they are made (RETURN), since PostgreSQL builds indexes without any search path.
FORWARDS = """
CREATE FUNCTION catalogue_spelled(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN replace(replace(replace(replace(lower(coalesce(words, '')), 'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'ß', 'ss');

CREATE FUNCTION catalogue_weighed(words text, weight "char") RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN setweight(to_tsvector('pg_catalog.german'::regconfig, coalesce(words, ''))
                  || to_tsvector('pg_catalog.german'::regconfig, catalogue_spelled(words)), weight);

CREATE FUNCTION catalogue_words(title_de text, title_en text, keywords text[], description_de text, description_en text,
    identifier text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN catalogue_weighed(title_de || ' ' || title_en, 'A')
        || catalogue_weighed(array_to_string(keywords, ' ') || ' ' || replace(identifier, '-', ' '), 'B')
        || catalogue_weighed(description_de || ' ' || description_en, 'D');

CREATE FUNCTION catalogue_query(asked text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN websearch_to_tsquery('pg_catalog.german'::regconfig, asked)
        || websearch_to_tsquery('pg_catalog.german'::regconfig, catalogue_spelled(asked));

CREATE FUNCTION catalogue_contains(words text, asked text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT count(*) > 0 AND bool_and(length(word) > 2 AND position(word IN catalogue_spelled(words)) > 0)
              FROM regexp_split_to_table(catalogue_spelled(asked), '[^[:alnum:]]+') AS word WHERE word <> '');

CREATE INDEX catalogue_dataset_words ON catalogue_dataset USING gin
    (catalogue_words(title_de, title_en, keywords, description_de, description_en, identifier));
"""
BACKWARDS = """
DROP INDEX catalogue_dataset_words;
DROP FUNCTION catalogue_contains(text, text);
DROP FUNCTION catalogue_query(text);
DROP FUNCTION catalogue_words(text, text, text[], text, text, text);
DROP FUNCTION catalogue_weighed(text, "char");
DROP FUNCTION catalogue_spelled(text);
"""


class Migration(migrations.Migration):
    """Functions and their index; no column changes."""

    dependencies = [("catalogue", "0002_guards")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
