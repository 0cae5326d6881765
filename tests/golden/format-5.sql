-- The truth of an index. Everything else in the folder is derived from these tables.
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- Every revision ever shown; only the current one is retrieved, older ones stay readable so
-- that saved answers keep the words they cited.
CREATE TABLE articles (
    key         INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL,
    revision    TEXT NOT NULL,
    current     INTEGER NOT NULL,
    title       TEXT NOT NULL,
    text        TEXT NOT NULL,
    publisher   TEXT NOT NULL,
    authors     TEXT NOT NULL, -- JSON list
    url         TEXT NOT NULL,
    published   TEXT,          -- ISO 8601, UTC
    language    TEXT NOT NULL,
    source      TEXT NOT NULL,
    indexed_at  TEXT NOT NULL,
    updated     TEXT,          -- ISO 8601, UTC
    section     TEXT NOT NULL DEFAULT '',
    notice      TEXT NOT NULL DEFAULT '', -- its correction or editor's note
    extraction  INTEGER NOT NULL DEFAULT 0, -- "index.statements.EXTRACTION" of its statements
    UNIQUE (id, revision)
);
CREATE UNIQUE INDEX one_current_revision ON articles (id) WHERE current;
CREATE INDEX articles_by_source ON articles (source) WHERE current;
CREATE INDEX articles_by_day ON articles (published, indexed_at) WHERE current;
CREATE INDEX articles_by_extraction ON articles (extraction) WHERE current;
CREATE INDEX articles_newest ON articles (published IS NULL, published DESC, id) WHERE current;

-- Passages of current revisions; keys are never used twice.
CREATE TABLE passages (
    key     INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles (key) ON DELETE CASCADE,
    start   INTEGER NOT NULL,
    "end"   INTEGER NOT NULL,
    kind    TEXT NOT NULL,
    tokens  INTEGER NOT NULL,
    vector  INTEGER NOT NULL -- a key of vectors
);
CREATE INDEX passages_by_article ON passages (article);
CREATE INDEX passages_by_vector ON passages (vector);

-- float32 little-endian rows, one for each embedded text: equal texts are embedded once. Rows are
-- in the order of passages, so that a page holds neighbours and grows at its end.
CREATE TABLE vectors (
    key    INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    vector BLOB NOT NULL
);

-- What current revisions report that somebody said; "name" is the speaker's fullest form in
-- that article, which "names" joins into one speaker across articles.
CREATE TABLE statements (
    article INTEGER NOT NULL REFERENCES articles (key) ON DELETE CASCADE,
    start   INTEGER NOT NULL,
    "end"   INTEGER NOT NULL,
    name    TEXT NOT NULL,
    role    TEXT NOT NULL,
    record  TEXT NOT NULL, -- JSON of index.types.Statement
    office  TEXT NOT NULL DEFAULT '', -- what "the German defence minister" holds ("index.offices")
    PRIMARY KEY (article, start, "end")
) WITHOUT ROWID;
CREATE INDEX statements_by_name ON statements (name, role);
CREATE INDEX statements_by_office ON statements (office) WHERE office <> '';

-- Who holds an office as current articles say, from which statements of "the German defence
-- minister" get their name ("index.holders").
CREATE TABLE holders (
    article INTEGER NOT NULL REFERENCES articles (key) ON DELETE CASCADE,
    office  TEXT NOT NULL,
    name    TEXT NOT NULL,
    words   TEXT NOT NULL,
    PRIMARY KEY (article, office, name)
) WITHOUT ROWID;
CREATE INDEX holders_by_office ON holders (office);

CREATE TABLE speakers (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    aliases    TEXT NOT NULL, -- JSON list
    roles      TEXT NOT NULL, -- JSON list
    statements INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX speakers_by_statements ON speakers (statements DESC, name);

-- Only names of one family ("index.speakers.family") can stand for one speaker.
CREATE TABLE names (
    name    TEXT PRIMARY KEY,
    family  TEXT NOT NULL,
    speaker TEXT NOT NULL REFERENCES speakers (id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX names_by_speaker ON names (speaker);
CREATE INDEX names_by_family ON names (family);

-- How speakers can be named, as "index.speakers.forms" lists it.
CREATE TABLE forms (
    kind    TEXT NOT NULL,
    form    TEXT NOT NULL,
    speaker TEXT NOT NULL REFERENCES speakers (id) ON DELETE CASCADE,
    PRIMARY KEY (kind, form, speaker)
) WITHOUT ROWID;
CREATE INDEX forms_by_speaker ON forms (speaker);

-- Names whose statements came or went since the speakers were joined.
CREATE TABLE unjoined (
    name TEXT PRIMARY KEY
) WITHOUT ROWID;
CREATE TRIGGER statement_came AFTER INSERT ON statements WHEN NEW.name <> ''
BEGIN INSERT OR IGNORE INTO unjoined VALUES (NEW.name); END;
CREATE TRIGGER statement_went AFTER DELETE ON statements WHEN OLD.name <> ''
BEGIN INSERT OR IGNORE INTO unjoined VALUES (OLD.name); END;
CREATE TRIGGER statement_renamed AFTER UPDATE OF name ON statements
BEGIN
    INSERT OR IGNORE INTO unjoined SELECT OLD.name WHERE OLD.name <> '';
    INSERT OR IGNORE INTO unjoined SELECT NEW.name WHERE NEW.name <> '';
END;

-- Offices whose holders or statements came or went since statements got their names from them.
CREATE TABLE unsettled (
    office TEXT PRIMARY KEY
) WITHOUT ROWID;
CREATE TRIGGER holder_came AFTER INSERT ON holders
BEGIN INSERT OR IGNORE INTO unsettled VALUES (NEW.office); END;
CREATE TRIGGER holder_went AFTER DELETE ON holders
BEGIN INSERT OR IGNORE INTO unsettled VALUES (OLD.office); END;
CREATE TRIGGER office_asked AFTER INSERT ON statements WHEN NEW.office <> ''
BEGIN INSERT OR IGNORE INTO unsettled VALUES (NEW.office); END;

-- Which articles are one report, both ways, and what finds them ("index.copies").
CREATE TABLE sketches (
    article INTEGER PRIMARY KEY REFERENCES articles (key) ON DELETE CASCADE
);
CREATE TABLE bands (
    band    INTEGER NOT NULL,
    article INTEGER NOT NULL,
    PRIMARY KEY (band, article)
) WITHOUT ROWID;
CREATE INDEX bands_by_article ON bands (article);
CREATE TABLE copies (
    article INTEGER NOT NULL,
    other   INTEGER NOT NULL,
    PRIMARY KEY (article, other)
) WITHOUT ROWID;
CREATE INDEX copies_by_other ON copies (other);
CREATE TRIGGER sketch_went AFTER DELETE ON sketches
BEGIN
    DELETE FROM bands WHERE article = OLD.article;
    DELETE FROM copies WHERE article = OLD.article OR other = OLD.article;
END;

-- Files already read, by the digest of their bytes, so that unchanged input costs a look.
CREATE TABLE sources (
    source TEXT PRIMARY KEY,
    digest TEXT NOT NULL
) WITHOUT ROWID;

-- Derived files that were written completely: the generation they hold and their digests.
CREATE TABLE snapshots (
    kind       TEXT PRIMARY KEY,
    generation INTEGER NOT NULL,
    last_key   INTEGER NOT NULL,
    rows       INTEGER NOT NULL,
    path       TEXT NOT NULL,
    digests    TEXT NOT NULL -- JSON object, file name to SHA-256
);
