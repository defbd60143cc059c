import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HeadKeeper } from '@eventpass/api'
import { Signed } from '@eventpass/sync'

/**
 * Signed heads in a file a tenant, one a line, under a folder that the database's users do not reach.
 *
 * The file only grows. A line that a crash left half-written is passed over: its head is also in the
 * database, and the next one covers more.
 */
export function createHeadFiles(folder: string): HeadKeeper {
  const pathOf = (tenant: string) => join(folder, `${tenant}.jsonl`)
  return {
    async append(tenant, head) {
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const file = await open(pathOf(tenant), 'a', 0o600)
      try {
        // The break before it ends a line that a crash cut short.
        await file.appendFile(`\n${JSON.stringify(head)}\n`)
        await file.datasync()
      } finally {
        await file.close()
      }
    },
    async read(tenant) {
      const text = await readFile(pathOf(tenant), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return ''
        throw error
      })
      return text.split('\n').flatMap((line) => parseHead(line) ?? [])
    },
  }
}

function parseHead(line: string): Signed | null {
  try {
    return Signed.parse(JSON.parse(line))
  } catch {
    return null
  }
}
