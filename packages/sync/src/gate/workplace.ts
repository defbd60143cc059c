import type { Device } from './device.ts'
import { dropManifest } from './device.ts'
import type { GateDeps } from './gate-deps.ts'
import { ManifestFault } from './manifest-fault.ts'
import { unreadableListNotice } from './notices.ts'
import { createPeopleInside, type PeopleInside } from './people-inside.ts'
import { createRefresh } from './refresh-status.ts'
import type { StatusBoard } from './status-board.ts'

/** What the scans, passes and watches of one device share. */
export interface Workplace {
  readonly deps: GateDeps
  readonly device: Device
  readonly board: StatusBoard
  readonly people: PeopleInside
  readonly stop: AbortController
  /** Reads what the screen shows, and shows it. */
  readonly refresh: () => Promise<void>
  /** Goes on without waiting; faults are reported. */
  readonly inBackground: (work: Promise<unknown>) => void
  /** Another manifest or list: everything that is shown is counted anew. */
  readonly changePlace: () => Promise<void>
  /** Lets go of a list that cannot be read, and says so. */
  readonly forgetManifest: (fault: ManifestFault) => Promise<void>
}

export function createWorkplace(deps: GateDeps, device: Device, board: StatusBoard): Workplace {
  const stop = new AbortController()
  const people = createPeopleInside(device)
  const refresh = createRefresh(deps, device, people, board)

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
    board.notice('list', unreadableListNotice)
    await changePlace()
  }
  return {
    ...{ deps, device, board, people, stop, refresh },
    ...{ inBackground, changePlace, forgetManifest },
  }
}
