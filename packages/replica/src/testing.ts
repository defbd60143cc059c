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
