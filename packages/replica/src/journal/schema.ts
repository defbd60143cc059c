/** Number of the journal's tables, in `user_version`. */
export const journalFormat = 1

/** The tables as made in a new file. `parked` and `cause` are of entries that wait for a person. */
export const journalTables: readonly string[] = [
  `CREATE TABLE entry (
    no INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    tenant TEXT NOT NULL,
    asked_hash TEXT NOT NULL,
    at INTEGER NOT NULL,
    work TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    parked INTEGER NOT NULL DEFAULT 0,
    cause TEXT
  )`,
  'CREATE TABLE fact (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL, at INTEGER NOT NULL)',
  'CREATE INDEX fact_at ON fact (at)',
]
