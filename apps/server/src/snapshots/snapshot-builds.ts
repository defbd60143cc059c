import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { SnapshotsDep, TenancyDep } from '@eventpass/api'
import type { EventId, ManifestTicket, TenantId } from '@eventpass/domain'
import { buildSnapshot } from '@eventpass/replica/native'
import type { HeardScan, VectorEntry } from '@eventpass/sync'
import type { Logger } from 'pino'

const ticketsPerPage = 5_000
const scansPerPage = 5_000
/** Older files stay a while, for downloads that go on where they broke. */
const snapshotsKept = 3

export interface SnapshotBuildsOptions extends TenancyDep {
  readonly now: () => number
  readonly dir: string
  readonly log: Logger
}

/**
 * Builds snapshots off the request path, one at a time an event.
 *
 * Rows are read in short transactions after the marks: one that changes meanwhile comes again
 * with the first delta, so that no long transaction is held open. One that was begun before somebody
 * was erased is built again, and takes every file that may name them along (GD1).
 */
export function createSnapshotBuilds(
  options: SnapshotBuildsOptions,
): SnapshotsDep['snapshotBuilds'] {
  const running = new Set<EventId>()
  return {
    request(tenant, event) {
      if (running.has(event)) return
      running.add(event)
      build(options, tenant, event)
        .catch((error: unknown) => options.log.error({ err: error, event }, 'A snapshot failed.'))
        .finally(() => running.delete(event))
    },
  }
}

async function build(
  options: SnapshotBuildsOptions,
  tenant: TenantId,
  event: EventId,
): Promise<void> {
  const { tx, now, dir } = options
  const folder = join(dir, event)
  await mkdir(folder, { recursive: true })
  const marks = await tx(tenant, async ({ manifest }) => ({
    revisions: await manifest.revisions(event),
    vector: await manifest.findHeads(event),
    frame: await manifest.readFrame(event),
  }))
  const revision = marks.revisions.manifest
  const name = `${revision}-${now()}`
  const built = await buildSnapshot({
    event,
    revision,
    frame: marks.frame,
    rows: readTickets(tx, tenant, event),
    heard: readScans(tx, tenant, event),
    vector: marks.vector,
    rulingsRevision: marks.revisions.rulings,
    path: join(folder, `${name}.sqlite`),
  })
  const { format, rows, bytes, sha256, gzipBytes, gzipSha256 } = built
  const meta = {
    type: 'snapshot' as const,
    event,
    format,
    revision,
    rows,
    bytes,
    sha256,
    gzipBytes,
    gzipSha256,
    path: `/snapshots/${event}/${name}.sqlite.gz`,
  }
  const erasedAt = await tx(tenant, async ({ erasure, snapshots }) => {
    await snapshots.save({ meta, builtMs: now() })
    return erasure.lastRevision(event)
  })
  await rm(join(folder, `${name}.sqlite`), { force: true })
  await removeOld(folder, erasedAt)
  if (revision < erasedAt) await build(options, tenant, event)
}

async function* readTickets(
  tx: TenancyDep['tx'],
  tenant: TenantId,
  event: EventId,
): AsyncGenerator<ManifestTicket> {
  let after: string | null = null
  while (true) {
    const page: readonly ManifestTicket[] = await tx(tenant, ({ snapshots }) =>
      snapshots.findTicketPage(event, after, ticketsPerPage),
    )
    yield* page
    if (page.length < ticketsPerPage) return
    after = page.at(-1)?.digest ?? null
  }
}

async function* readScans(
  tx: TenancyDep['tx'],
  tenant: TenantId,
  event: EventId,
): AsyncGenerator<HeardScan> {
  const told = new Map<string, VectorEntry>()
  while (true) {
    const page: readonly HeardScan[] = await tx(tenant, ({ manifest }) =>
      manifest.findScansBeyond(event, [...told.values()], scansPerPage),
    )
    yield* page
    if (page.length < scansPerPage) return
    for (const { deviceNo, branch, seq } of page) {
      told.set(`${deviceNo}/${branch}`, [deviceNo, branch, seq])
    }
  }
}

async function removeOld(folder: string, erasedAt: number): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.gz'))
  const numbers = (name: string) => name.split(/\D+/).map(Number)
  const newestFirst = names.sort((a, b) => (numbers(b)[1] ?? 0) - (numbers(a)[1] ?? 0))
  for (const [at, name] of newestFirst.entries()) {
    const isNamed = (numbers(name)[0] ?? 0) < erasedAt
    if (at >= snapshotsKept || isNamed) await rm(join(folder, name), { force: true })
  }
}
