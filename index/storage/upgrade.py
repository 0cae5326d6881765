"""An index of an older format -> the format of this program, in one transaction."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from pathlib import Path

from index.errors import CorpusError, IndexLocked, IndexMismatch
from index.speech import speakers
from index.storage import database
from index.storage.lock import Lock
from index.types import Speaker

FORMAT = 6  # raised when the schema changes; an older program refuses a newer index
EXTRACTION = 4  # raised when articles give other statements: "index.renewal" takes them anew
_OLDEST = 1

# What turned the format of that number into the next one.
_STEPS = {
    1: (
        "ALTER TABLE vectors RENAME TO old_vectors",
        "ALTER TABLE passages RENAME TO old_passages",
        "CREATE TABLE vectors (key INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, "
        "vector BLOB NOT NULL)",
        "CREATE TABLE passages (key INTEGER PRIMARY KEY AUTOINCREMENT, article INTEGER NOT NULL "
        'REFERENCES articles (key) ON DELETE CASCADE, start INTEGER NOT NULL, "end" INTEGER '
        "NOT NULL, kind TEXT NOT NULL, tokens INTEGER NOT NULL, vector INTEGER NOT NULL)",
        "INSERT INTO vectors (digest, vector) SELECT v.digest, v.vector FROM old_vectors v "
        "JOIN (SELECT vector, min(key) AS first FROM old_passages GROUP BY vector) p "
        "ON p.vector = v.digest ORDER BY p.first",
        'INSERT INTO passages SELECT p.key, p.article, p.start, p."end", p.kind, p.tokens, v.key '
        "FROM old_passages p JOIN vectors v ON v.digest = p.vector",
        "DELETE FROM sqlite_sequence WHERE name = 'passages'",
        "UPDATE sqlite_sequence SET name = 'passages' WHERE name = 'old_passages'",
        "DROP TABLE old_passages",
        "DROP TABLE old_vectors",
        "CREATE INDEX passages_by_article ON passages (article)",
        "CREATE INDEX passages_by_vector ON passages (vector)",
        "DELETE FROM snapshots",
    ),
    2: (
        "ALTER TABLE articles ADD COLUMN updated TEXT",
        "ALTER TABLE articles ADD COLUMN section TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE articles ADD COLUMN notice TEXT NOT NULL DEFAULT ''",
        "UPDATE articles SET notice = notice_in(title, text)",
    ),
    3: (
        "CREATE INDEX IF NOT EXISTS articles_by_day ON articles (published, indexed_at) "
        "WHERE current",
        "CREATE INDEX articles_newest ON articles (published IS NULL, published DESC, id) "
        "WHERE current",
        "ALTER TABLE statements RENAME TO old_statements",
        "CREATE TABLE statements (article INTEGER NOT NULL REFERENCES articles (key) ON DELETE "
        'CASCADE, start INTEGER NOT NULL, "end" INTEGER NOT NULL, name TEXT NOT NULL, role TEXT '
        'NOT NULL, record TEXT NOT NULL, PRIMARY KEY (article, start, "end")) WITHOUT ROWID',
        'INSERT INTO statements SELECT article, start, "end", name, '
        "coalesce(json_extract(record, '$.speaker_role'), ''), record FROM old_statements",
        "DROP TABLE old_statements",
        "CREATE INDEX statements_by_name ON statements (name, role)",
        "CREATE TEMP TABLE people AS SELECT s.id, s.name, s.aliases, s.roles, (SELECT count(*) "
        "FROM names n JOIN statements t ON t.name = n.name WHERE n.speaker = s.id) FROM speakers s",
        "CREATE TEMP TABLE called AS SELECT name, family_of(name), speaker FROM names",
        "DROP TABLE names",
        "DROP TABLE speakers",
        "CREATE TABLE speakers (id TEXT PRIMARY KEY, name TEXT NOT NULL, aliases TEXT NOT NULL, "
        "roles TEXT NOT NULL, statements INTEGER NOT NULL) WITHOUT ROWID",
        "CREATE INDEX speakers_by_statements ON speakers (statements DESC, name)",
        "CREATE TABLE names (name TEXT PRIMARY KEY, family TEXT NOT NULL, speaker TEXT NOT NULL "
        "REFERENCES speakers (id) ON DELETE CASCADE) WITHOUT ROWID",
        "CREATE INDEX names_by_speaker ON names (speaker)",
        "CREATE INDEX names_by_family ON names (family)",
        "CREATE TABLE forms (kind TEXT NOT NULL, form TEXT NOT NULL, speaker TEXT NOT NULL "
        "REFERENCES speakers (id) ON DELETE CASCADE, PRIMARY KEY (kind, form, speaker)) "
        "WITHOUT ROWID",
        "CREATE INDEX forms_by_speaker ON forms (speaker)",
        "INSERT INTO speakers SELECT * FROM people",
        "INSERT INTO names SELECT * FROM called",
        "INSERT OR IGNORE INTO forms SELECT json_extract(f.value, '$[0]'), "
        "json_extract(f.value, '$[1]'), s.id "
        "FROM speakers s, json_each(forms_of(s.name, s.aliases, s.roles)) f",
        "CREATE TABLE unjoined (name TEXT PRIMARY KEY) WITHOUT ROWID",
        "CREATE TRIGGER statement_came AFTER INSERT ON statements WHEN NEW.name <> '' "
        "BEGIN INSERT OR IGNORE INTO unjoined VALUES (NEW.name); END",
        "CREATE TRIGGER statement_went AFTER DELETE ON statements WHEN OLD.name <> '' "
        "BEGIN INSERT OR IGNORE INTO unjoined VALUES (OLD.name); END",
        "CREATE TABLE sketches (article INTEGER PRIMARY KEY REFERENCES articles (key) "
        "ON DELETE CASCADE)",
        "CREATE TABLE bands (band INTEGER NOT NULL, article INTEGER NOT NULL, "
        "PRIMARY KEY (band, article)) WITHOUT ROWID",
        "CREATE INDEX bands_by_article ON bands (article)",
        "CREATE TABLE copies (article INTEGER NOT NULL, other INTEGER NOT NULL, "
        "PRIMARY KEY (article, other)) WITHOUT ROWID",
        "CREATE INDEX copies_by_other ON copies (other)",
        "CREATE TRIGGER sketch_went AFTER DELETE ON sketches BEGIN "
        "DELETE FROM bands WHERE article = OLD.article; "
        "DELETE FROM copies WHERE article = OLD.article OR other = OLD.article; END",
    ),
    4: (
        "ALTER TABLE articles ADD COLUMN extraction INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX articles_by_extraction ON articles (extraction) WHERE current",
        "ALTER TABLE statements ADD COLUMN office TEXT NOT NULL DEFAULT ''",
        "CREATE INDEX statements_by_office ON statements (office) WHERE office <> ''",
        "CREATE TABLE holders (article INTEGER NOT NULL REFERENCES articles (key) ON DELETE "
        "CASCADE, office TEXT NOT NULL, name TEXT NOT NULL, words TEXT NOT NULL, PRIMARY KEY "
        "(article, office, name)) WITHOUT ROWID",
        "CREATE INDEX holders_by_office ON holders (office)",
        "CREATE TRIGGER statement_renamed AFTER UPDATE OF name ON statements BEGIN INSERT OR "
        "IGNORE INTO unjoined SELECT OLD.name WHERE OLD.name <> ''; INSERT OR IGNORE INTO "
        "unjoined SELECT NEW.name WHERE NEW.name <> ''; END",
        "CREATE TABLE unsettled (office TEXT PRIMARY KEY) WITHOUT ROWID",
        "CREATE TRIGGER holder_came AFTER INSERT ON holders BEGIN INSERT OR IGNORE INTO unsettled "
        "VALUES (NEW.office); END",
        "CREATE TRIGGER holder_went AFTER DELETE ON holders BEGIN INSERT OR IGNORE INTO unsettled "
        "VALUES (OLD.office); END",
        "CREATE TRIGGER office_asked AFTER INSERT ON statements WHEN NEW.office <> '' BEGIN INSERT "
        "OR IGNORE INTO unsettled VALUES (NEW.office); END",
    ),
    5: ("DELETE FROM snapshots WHERE kind = 'lexical'",),  # titles stand with the text in it now
}


def upgrade(folder: Path, found: str) -> None:
    """Bring an index of format ``found`` up to FORMAT; nothing changes when it is there already.

    Articles, vectors and old revisions stay as they are; nothing is embedded again. Raises
    IndexMismatch when the format is unknown, or older and the folder cannot be written to.
    """
    if found == str(FORMAT):
        return
    if not found.isdecimal() or not _OLDEST <= int(found) < FORMAT:
        raise IndexMismatch(
            f"the index has format {found or 'unknown'}, this program reads {FORMAT}: index "
            "your files again into a new folder, or use the program that made it"
        )
    try:
        with Lock(folder):
            _climb(folder / database.DATABASE)
    except IndexLocked:
        raise
    except CorpusError as error:
        raise IndexMismatch(
            f"the index has format {found}, this program reads {FORMAT} and could not upgrade it "
            f"({error}): run 'onrecord info' once where the folder can be written to"
        ) from error


def _climb(path: Path) -> None:
    from index.formats import notices  # its patterns take long to compile, and a climb is rare

    connection = database.connect(path).connection
    connection.create_function("notice_in", 2, notices.find, deterministic=True)
    connection.create_function("family_of", 1, speakers.family, deterministic=True)
    connection.create_function("forms_of", 3, _forms, deterministic=True)
    try:
        connection.execute("BEGIN IMMEDIATE")
        (row,) = connection.execute("SELECT value FROM meta WHERE key = 'format'")
        for number in range(int(row["value"]), FORMAT):  # another process may have been first
            for step in _STEPS[number]:
                connection.execute(step)
        connection.execute("UPDATE meta SET value = ? WHERE key = 'format'", (str(FORMAT),))
        connection.execute("COMMIT")
    except sqlite3.DatabaseError as error:
        with contextlib.suppress(sqlite3.DatabaseError):
            connection.execute("ROLLBACK")
        raise CorpusError(str(error)) from error
    finally:
        connection.close()


def _forms(name: str, aliases: str, roles: str) -> str:
    """The forms of a stored speaker as JSON."""
    speaker = Speaker("", name, tuple(json.loads(aliases)), tuple(json.loads(roles)))
    return json.dumps([*speakers.forms(speaker)])
