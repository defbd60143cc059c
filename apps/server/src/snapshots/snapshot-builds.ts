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
/** What central knows nothing of after that time was built in a life that a restore took back. */
const strayMs = 3_600_000

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
  const beganMs = now()
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
  const { erasedAt, paths } = await tx(tenant, async ({ erasure, snapshots }) => {
    await snapshots.save({ meta, builtMs: now() })
    const erasedAt = await erasure.lastRevision(event)
    return { erasedAt, paths: await snapshots.findPaths(event) }
  })
  await rm(join(folder, `${name}.sqlite`), { force: true })
  options.log.info({ event, revision, rows, ms: now() - beganMs }, 'A snapshot was built.')
  const known = new Set(paths.map((path) => path.slice(path.lastIndexOf('/') + 1)))
  await removeOld(folder, { erasedAt, known, strayBeforeMs: now() - strayMs })
  if (revision < erasedAt) await build(options, tenant, event)
}

/** Asks for each page while the one before is written, since the database would have nothing to do meanwhile. */
async function* readTickets(
  tx: TenancyDep['tx'],
  tenant: TenantId,
  event: EventId,
): AsyncGenerator<ManifestTicket> {
  const readPage = (after: number): Promise<readonly ManifestTicket[]> => {
    const page = tx(tenant, ({ snapshots }) =>
      snapshots.findTicketPage(event, after, ticketsPerPage),
    )
    // A build that fails meanwhile never comes to this page; one that does hears of its failure.
    page.catch(() => undefined)
    return page
  }
  let next = readPage(0)
  while (true) {
    const page = await next
    const isLast = page.length < ticketsPerPage
    if (!isLast) next = readPage(page.at(-1)?.invitee ?? 0)
    yield* page
    if (isLast) return
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

interface OnFile {
  readonly erasedAt: number
  /** Names of those that were built in this life of central. */
  readonly known: ReadonlySet<string>
  readonly strayBeforeMs: number
}

async function removeOld(
  folder: string,
  { erasedAt, known, strayBeforeMs }: OnFile,
): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.gz'))
  const read = (name: string) => {
    const [revision = 0, builtMs = 0] = name.split(/\D+/).map(Number)
    return { name, revision, builtMs }
  }
  const newestFirst = names.map(read).sort((a, b) => b.builtMs - a.builtMs)
  for (const [at, { name, revision, builtMs }] of newestFirst.entries()) {
    const isStray = !known.has(name) && builtMs < strayBeforeMs
    if (at >= snapshotsKept || revision < erasedAt || isStray) {
      await rm(join(folder, name), { force: true })
    }
  }
}
