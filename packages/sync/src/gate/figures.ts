import type { InviteeNo } from '@eventpass/domain'
import type { GateDeps } from './gate-deps.ts'
import type { PeopleInside } from './people-inside.ts'

/** How soon the figures on the screen follow a scan. */
const figuresAfterMs = 150

/** Counts anew what scans changed. */
export interface Figures {
  /** Resolves when the figures are shown that this scan is in. */
  readonly changed: (invitee: InviteeNo | null) => Promise<void>
}

/** A moment later and together, so that the next verdict does not wait for the figures of the last. */
export function createFigures(
  { sleep }: Pick<GateDeps, 'sleep'>,
  stop: AbortSignal,
  people: PeopleInside,
  refresh: () => Promise<void>,
): Figures {
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
    changed(invitee) {
      if (invitee !== null) touched.add(invitee)
      waiting ??= count()
      return waiting
    },
  }
}
