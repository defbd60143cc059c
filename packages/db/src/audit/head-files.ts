import { mkdir, open, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HeadKeeper, KeptEntry, RestoreNote } from '@eventpass/api'
import type { TenantId } from '@eventpass/domain'
import { Signed } from '@eventpass/sync'

/** Also tells which accounts have a file. */
export interface HeadFiles extends HeadKeeper {
  readonly findTenants: () => Promise<readonly TenantId[]>
}

/**
 * Signed heads in a file a tenant, one a line, under a folder that the database's users do not reach.
 *
 * The file only grows. A line that a crash left half-written is passed over: its head is also in the
 * database, and the next one covers more.
 */
export function createHeadFiles(folder: string): HeadFiles {
  const pathOf = (tenant: string) => join(folder, `${tenant}${suffix}`)
  const addLine = async (tenant: string, line: object) => {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const file = await open(pathOf(tenant), 'a', 0o600)
    try {
      // The break before it ends a line that a crash cut short.
      await file.appendFile(`\n${JSON.stringify(line)}\n`)
      await file.datasync()
    } finally {
      await file.close()
    }
  }
  return {
    append: addLine,
    noteRestore: (tenant, restored) => addLine(tenant, { restored }),
    async read(tenant) {
      const text = await orIfMissing(readFile(pathOf(tenant), 'utf8'), '')
      return text.split('\n').flatMap((line) => parseLine(line) ?? [])
    },
    async findTenants() {
      const names = await orIfMissing(readdir(folder), [])
      return names
        .filter((name) => name.endsWith(suffix))
        .map((name) => name.slice(0, -suffix.length) as TenantId)
    },
  }
}

const suffix = '.jsonl'

function orIfMissing<T>(found: Promise<T>, otherwise: T): Promise<T> {
  return found.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return otherwise
    throw error
  })
}

function parseLine(line: string): KeptEntry | null {
  try {
    const said: unknown = JSON.parse(line)
    return readNote(said) ?? { kind: 'head', head: Signed.parse(said) }
  } catch {
    return null
  }
}

function readNote(said: unknown): KeptEntry | null {
  const { restored } = said as { readonly restored?: Partial<RestoreNote> }
  const { incarnation, afterSeq, atMs } = restored ?? {}
  return typeof incarnation === 'string' && Number.isInteger(afterSeq) && Number.isFinite(atMs)
    ? { kind: 'restored', incarnation, afterSeq: Number(afterSeq), atMs: Number(atMs) }
    : null
}
