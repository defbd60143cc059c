import type { SnapshotsDep, TenancyDep } from '@eventpass/api'
import type { EventId, TenantId } from '@eventpass/domain'
import { packContent } from '@eventpass/sync/testing'
import { hexFromBytes } from '@eventpass/token'

const pageRows = 5_000

/** Builds snapshots as the server does, marks first and rows in later transactions, into memory. */
export function createSnapshotBuilds(
  tx: TenancyDep['tx'],
  now: () => number,
  subtle: SubtleCrypto,
): {
  readonly builds: SnapshotsDep['snapshotBuilds']
  readonly files: ReadonlyMap<string, Uint8Array>
  /** The process ends, and every build with it. */
  readonly stop: () => void
} {
  const files = new Map<string, Uint8Array>()
  let life = 0
  const build = async (tenant: TenantId, event: EventId) => {
    const own = life
    const marks = await tx(tenant, async ({ manifest }) => ({
      revisions: await manifest.revisions(event),
      vector: await manifest.findHeads(event),
      frame: await manifest.readFrame(event),
    }))
    const rows = await tx(tenant, (stores) => stores.snapshots.findTicketPage(event, 0, pageRows))
    const heard = await tx(tenant, ({ manifest }) => manifest.findScansBeyond(event, [], pageRows))
    const revision = marks.revisions.manifest
    const bytes = packContent({
      ...{ event, revision, frame: marks.frame, tickets: rows, scans: heard },
      ...{ vector: marks.vector, rulingsRevision: marks.revisions.rulings },
    })
    const sha256 = hexFromBytes(new Uint8Array(await subtle.digest('SHA-256', bytes)))
    const path = `/snapshots/${event}/${revision}-${files.size}`
    files.set(path, bytes)
    const size = { rows: rows.length, bytes: bytes.length, gzipBytes: bytes.length }
    const meta = { type: 'snapshot' as const, event, format: 1, revision, path, ...size }
    if (own !== life) return
    const erasedAt = await tx(tenant, async ({ erasure, snapshots }) => {
      await snapshots.save({ meta: { ...meta, sha256, gzipSha256: sha256 }, builtMs: now() })
      return erasure.lastRevision(event)
    })
    if (revision < erasedAt && own === life) await build(tenant, event)
  }
  const stop = () => {
    life += 1
  }
  return {
    files,
    stop,
    builds: { request: (tenant, event) => void build(tenant, event).catch(() => undefined) },
  }
}
