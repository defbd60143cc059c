import type { ScanId } from '@eventpass/domain'
import { isUnwiped, wipeDevice } from '../protocol/wipe-device.ts'
import { type Device, openManifest, standingOf } from './device.ts'
import { createDeviceLoop } from './device-loop.ts'
import { createFigures } from './figures.ts'
import type { ScanAttempt, SearchHit, ShownVerdict } from './gate.ts'
import type { GateDeps } from './gate-deps.ts'
import { ManifestFault } from './manifest-fault.ts'
import { unreadableListNotice } from './notices.ts'
import { recordScan } from './record-scan.ts'
import { recordUndo } from './record-undo.ts'
import { searchTickets } from './search-tickets.ts'
import type { StatusBoard } from './status-board.ts'
import type { HistoryRow } from './stores.ts'
import { createWatch } from './watch-clocks.ts'
import { createWorkplace } from './workplace.ts'

const historyRowsMax = 100

/** A paired device at work: its scans, and in the background its passes, lease and clocks. */
export interface ActiveDevice {
  readonly device: Device
  readonly scan: (attempt: ScanAttempt) => Promise<ShownVerdict>
  readonly undo: (scan: ScanId, note: string | null) => Promise<ShownVerdict>
  readonly search: (query: string) => Promise<readonly SearchHit[]>
  readonly history: () => Promise<readonly HistoryRow[]>
  readonly syncNow: () => Promise<void>
  readonly wake: () => void
  /**
   * Takes no more scans from now on; false, and nothing changed, while some are still to be sent, or
   * `life` of central's database was not met yet: it may lack what another one has signed for.
   */
  readonly close: (life: string) => Promise<boolean>
  /** Ends the background work and closes the files. */
  readonly stop: () => Promise<void>
}

export async function activateDevice(
  deps: GateDeps,
  device: Device,
  board: StatusBoard,
): Promise<ActiveDevice> {
  await prepareFiles(deps, device, board)
  const place = createWorkplace(deps, device, board)
  const loop = createDeviceLoop(place)
  const figures = createFigures(deps, place.stop.signal, place.people, place.refresh)
  const watch = createWatch(deps, device, board, {
    onTick: place.refresh,
    onLeaseEnd: async () => {
      await wipeDevice(deps, device, 'locked')
      await place.changePlace()
    },
  })

  const recorded = async (work: () => Promise<ShownVerdict>) => {
    const shown = await withoutDamage(work)
    if (shown.scan === null) return shown
    place.inBackground(figures.changed(shown.verdict.invitee))
    loop.wakeForScan()
    return shown
  }
  /** A damaged list must not stop a verdict, nor say that nobody was found: once more without it. */
  const withoutDamage = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (fault) {
      if (!(fault instanceof ManifestFault)) throw fault
      await place.forgetManifest(fault)
      loop.wake()
      return work()
    }
  }

  const pins = { faults: 0, blockedUntilMonoMs: 0 }
  place.inBackground(place.changePlace())
  return {
    device,
    scan: (attempt) => recorded(() => recordScan(deps, device, pins, attempt)),
    undo: (scan, note) => recorded(() => recordUndo(deps, device, scan, note)),
    search: (query) => withoutDamage(() => searchTickets(device, query)),
    history: () => device.ledger.findHistory(historyRowsMax),
    syncNow: loop.syncNow,
    wake: loop.wake,
    close: (life) =>
      device.serial.run(async () => {
        device.mustMeet = device.facts.incarnation !== life
        if (device.mustMeet) loop.wake()
        if (device.mustMeet || standingOf(device) === 'revoked') return !device.mustMeet
        device.closed = (await device.ledger.countPending()) === 0
        return device.closed
      }),
    async stop() {
      place.stop.abort()
      await Promise.all([loop.stop(), watch.stop()])
      // A scan that is open is let to its end: its verdict may be on the screen already.
      await device.serial.run(async () => undefined)
      await device.manifest?.store.close()
      await device.ledger.close()
    },
  }
}

/** Goes on with a wipe that was killed, else opens the manifest; files that nothing names are removed. */
async function prepareFiles(deps: GateDeps, device: Device, board: StatusBoard): Promise<void> {
  const standing = standingOf(device)
  const mustBeEmpty = standing === 'revoked' || standing === 'locked'
  if (mustBeEmpty && isUnwiped(device)) await wipeDevice(deps, device, standing)
  else if (!(await openManifest(deps, device))) board.notice('list', unreadableListNotice)
  const { manifest, download } = device.facts
  for (const name of await deps.snapshots.list()) {
    if (name !== manifest?.name && name !== download?.name) await deps.snapshots.remove(name)
  }
}
