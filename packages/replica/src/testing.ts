import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ManifestContent } from '@eventpass/sync/testing'
import { type BuiltSnapshot, buildSnapshot } from './native/build-snapshot.ts'

/** A folder that is gone when the work is done. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'eventpass-replica-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The gzip of a snapshot of this content as central builds it, with what its meta says. */
export async function packSnapshot(
  content: ManifestContent,
): Promise<BuiltSnapshot & { readonly gzip: Uint8Array }> {
  return withFolder(async (folder) => {
    const built = await buildSnapshot(snapshotInput(content, join(folder, 'snapshot.sqlite')))
    return { ...built, gzip: new Uint8Array(await readFile(built.gzipPath)) }
  })
}

export function snapshotInput(content: ManifestContent, path: string) {
  const { event, revision, frame, tickets, scans, vector, rulingsRevision } = content
  return {
    ...{ event, revision, frame, vector, rulingsRevision, path },
    rows: each(tickets),
    heard: each(scans),
  }
}

async function* each<Row>(rows: readonly Row[]): AsyncGenerator<Row> {
  yield* rows
}

/** Makes of a ledger one of format 1, which kept each scan's own hash beside the next one's `prev`. */
export const toFormat1Sql = `ALTER TABLE scan RENAME TO scan_now;
  CREATE TABLE scan (seq INTEGER PRIMARY KEY, hash BLOB NOT NULL, prev BLOB NOT NULL,
    bytes TEXT NOT NULL, texts TEXT, id BLOB NOT NULL, invitee INTEGER, digest BLOB,
    list BLOB NOT NULL, gate BLOB NOT NULL, act INTEGER NOT NULL, counts INTEGER NOT NULL,
    forced INTEGER NOT NULL, target BLOB, name TEXT, at INTEGER NOT NULL);
  INSERT INTO scan SELECT seq, zeroblob(32), prev, bytes, texts, id, invitee, digest, list, gate,
    act, counts, forced, target, name, at FROM scan_now;
  DROP TABLE scan_now;
  CREATE INDEX scan_unlisted ON scan (digest) WHERE invitee IS NULL AND digest IS NOT NULL;
  CREATE INDEX scan_target ON scan (target) WHERE target IS NOT NULL;
  PRAGMA user_version = 1`
