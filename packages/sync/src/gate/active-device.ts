import { type InviteeNo, isLongEnough, likePatterns, type ScanId } from '@eventpass/domain'
import { createPasses, type PassEvents } from '../protocol/run-pass.ts'
import { createSyncLoop, type PassResult } from '../protocol/sync-loop.ts'
import { isUnwiped, wipeDevice } from '../protocol/wipe-device.ts'
import { type Device, dropManifest, openManifest, standingOf } from './device.ts'
import type { ScanAttempt, SearchHit, ShownVerdict } from './gate.ts'
import type { GateDeps } from './gate-deps.ts'
import { ManifestFault } from './manifest-fault.ts'
import { passNotice, quarantineNotice } from './notices.ts'
import { createPeopleInside, type PeopleInside } from './people-inside.ts'
import { recordScan } from './record-scan.ts'
import { recordUndo } from './record-undo.ts'
import { createRefresh } from './refresh-status.ts'
import { toSearchHit } from './show-verdict.ts'
import type { StatusBoard } from './status-board.ts'
import type { HistoryRow } from './stores.ts'
import { createWatch } from './watch-clocks.ts'

/** More hits than a person reads. */
const searchHitsMax = 30
const historyRowsMax = 100
/** How soon the figures on the screen follow a scan. */
const figuresAfterMs = 150

/** A paired device at work: its scans, and in the background its passes, lease and clocks. */
export interface ActiveDevice {
  readonly device: Device
  readonly scan: (attempt: ScanAttempt) => Promise<ShownVerdict>
  readonly undo: (scan: ScanId, note: string | null) => Promise<ShownVerdict>
  readonly search: (query: string) => Promise<readonly SearchHit[]>
  readonly history: () => Promise<readonly HistoryRow[]>
  readonly syncNow: () => Promise<void>
  readonly wake: () => void
  /** Ends the background work and closes the files. */
  readonly stop: () => Promise<void>
}

export async function activateDevice(
  deps: GateDeps,
  device: Device,
  board: StatusBoard,
): Promise<ActiveDevice> {
  await prepareFiles(deps, device)
  const people = createPeopleInside(device)
  const refresh = createRefresh(deps, device, people, board)
  const stop = new AbortController()
  const inBackground = (work: Promise<unknown>) =>
    void work.catch((fault: unknown) => {
      // What was read while its file was changed or closed is read again by whoever did that.
      const stale = fault instanceof ManifestFault && fault.manifestName !== device.manifest?.name
      if (!stale && !stop.signal.aborted) deps.report(fault)
    })
  const changePlace = async () => {
    inBackground(people.recount().then(refresh))
    await refresh()
  }
  const forgetManifest = async (fault: ManifestFault) => {
    if (!(await dropManifest(deps, device, fault))) return
    deps.report(fault)
    board.notice(
      'list',
      'The list on this tablet was damaged. It is fetched again; scans are kept.',
    )
    await changePlace()
  }

  const passes = createPasses(deps, device, {
    onLoading: (loading) => board.show({ loading }),
    onProgress: () => inBackground(refresh()),
    onPushed: ({ quarantined }) => {
      if (quarantined.length > 0) board.notice('push', quarantineNotice(quarantined.length))
    },
    onHeard: (invitees) => people.touch(invitees),
    onPlaceChanged: async () => {
      board.show({ loading: null })
      if (device.manifest) board.notice('list', null)
      await changePlace()
    },
  } satisfies PassEvents)

  const loop = createSyncLoop(
    deps,
    async (stop) => {
      const upstream = deps.upstream()
      const result = await passes.run(upstream, stop).catch(async (fault: unknown) => {
        if (fault instanceof ManifestFault) await forgetManifest(fault)
        throw fault
      })
      board.show({ link: isHeard(result) ? upstream.kind : 'alone' })
      return result
    },
    (result) => {
      if (!result.ok && result.failure.kind === 'fault') deps.report(result.failure.cause)
      board.notice('pass', passNotice(result))
      inBackground(refresh())
    },
  )
  const watch = createWatch(deps, device, board, {
    onTick: refresh,
    onLeaseEnd: async () => {
      await wipeDevice(deps, device, 'locked')
      await changePlace()
    },
  })
  const figures = createFigures(deps, stop.signal, people, refresh)
  const recorded = (shown: ShownVerdict) => {
    if (shown.scan === null) return shown
    inBackground(figures.changed(shown.verdict.invitee))
    loop.wakeForScan()
    return shown
  }
  /** A damaged list must not stop a verdict: once more without it. */
  const withoutDamage = async (work: () => Promise<ShownVerdict>) => {
    try {
      return recorded(await work())
    } catch (fault) {
      if (!(fault instanceof ManifestFault)) throw fault
      await forgetManifest(fault)
      loop.wake()
      return recorded(await work())
    }
  }

  const pins = { faults: 0, blockedUntilMonoMs: 0 }
  inBackground(changePlace())
  return {
    device,
    scan: (attempt) => withoutDamage(() => recordScan(deps, device, pins, attempt)),
    undo: (scan, note) => withoutDamage(() => recordUndo(deps, device, scan, note)),
    search: (query) => search(device, query),
    history: () => device.ledger.findHistory(historyRowsMax),
    syncNow: loop.syncNow,
    wake: loop.wake,
    async stop() {
      stop.abort()
      await Promise.all([loop.stop(), watch.stop()])
      // A scan that is open is let to its end: its verdict may be on the screen already.
      await device.serial.run(async () => undefined)
      await device.manifest?.store.close()
      await device.ledger.close()
    },
  }
}

/**
 * Counts anew what scans changed, a moment later and together: the next verdict must not wait
 * for the figures of the last.
 */
function createFigures(
  { sleep }: GateDeps,
  stop: AbortSignal,
  people: PeopleInside,
  refresh: () => Promise<void>,
) {
  const touched = new Set<InviteeNo>()
  let waiting: Promise<void> | null = null
  const count = async () => {
    await sleep(figuresAfterMs, stop)
    waiting = null
    if (stop.aborted) return
    const invitees = [...touched]
    touched.clear()
    await people.touch(invitees)
    await refresh()
  }
  return {
    changed(invitee: InviteeNo | null): Promise<void> {
      if (invitee !== null) touched.add(invitee)
      waiting ??= count()
      return waiting
    },
  }
}

/** Goes on with a wipe that was killed, else opens the manifest; files that nothing names are removed. */
async function prepareFiles(deps: GateDeps, device: Device): Promise<void> {
  const standing = standingOf(device)
  const mustBeEmpty = standing === 'revoked' || standing === 'locked'
  if (mustBeEmpty && isUnwiped(device)) await wipeDevice(deps, device, standing)
  else await openManifest(deps, device)
  const { manifest, download } = device.facts
  for (const name of await deps.snapshots.list()) {
    if (name !== manifest?.name && name !== download?.name) await deps.snapshots.remove(name)
  }
}

/** A node that says no has been heard. */
function isHeard(result: PassResult): boolean {
  if (result.ok) return true
  const { kind } = result.failure
  return kind !== 'unreachable' && kind !== 'unreadable' && kind !== 'stopped' && kind !== 'fault'
}

async function search(device: Device, query: string): Promise<readonly SearchHit[]> {
  const { manifest, grant } = device
  if (!manifest || !isLongEnough(query, grant.role)) return []
  const patterns = likePatterns(query)
  if (patterns.length === 0) return []
  const { frame } = await manifest.store.info()
  const tickets = await manifest.store.searchTickets(patterns, searchHitsMax)
  const hits: SearchHit[] = []
  for (const ticket of tickets) hits.push(await toSearchHit(device, frame, ticket))
  return hits
}
