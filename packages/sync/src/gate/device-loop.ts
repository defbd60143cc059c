import { createPasses, type PassEvents } from '../protocol/run-pass.ts'
import { createSyncLoop, type PassResult, type SyncLoop } from '../protocol/sync-loop.ts'
import { ManifestFault } from './manifest-fault.ts'
import { passNotice, quarantineNotice } from './notices.ts'
import type { Workplace } from './workplace.ts'

/** Passes in the background, and what they show. */
export function createDeviceLoop(place: Workplace): SyncLoop {
  const { deps, device, board, refresh, inBackground, forgetManifest } = place
  const passes = createPasses(deps, device, passEvents(place))
  return createSyncLoop(
    deps,
    async (stop) => {
      const upstream = deps.upstream()
      const result = await passes.run(upstream, stop).catch(async (fault: unknown) => {
        if (fault instanceof ManifestFault) await forgetManifest(fault)
        throw fault
      })
      board.show({ link: isHeard(result) ? upstream.kind : 'alone' })
      if (upstream.kind === 'central' && isHeard(result)) device.unknown = isUnknown(result)
      return result
    },
    (result) => {
      if (!result.ok && result.failure.kind === 'fault') deps.report(result.failure.cause)
      board.notice('pass', passNotice(result))
      inBackground(refresh())
    },
  )
}

function passEvents({ device, board, people, refresh, ...place }: Workplace): PassEvents {
  return {
    onLoading: (loading) => board.show({ loading }),
    onProgress: () => place.inBackground(refresh()),
    onPushed: ({ quarantined }) => {
      if (quarantined.length > 0) board.notice('push', quarantineNotice(quarantined.length))
    },
    onHeard: (invitees) => people.touch(invitees),
    onPlaceChanged: async () => {
      board.show({ loading: null })
      if (device.manifest) board.notice('list', null)
      await place.changePlace()
    },
  }
}

function isUnknown(result: PassResult): boolean {
  if (result.ok || result.failure.kind !== 'refused') return false
  return result.failure.code === 'unknown_device'
}

/** A node that says no has been heard. */
function isHeard(result: PassResult): boolean {
  if (result.ok) return true
  const { kind } = result.failure
  return kind !== 'unreachable' && kind !== 'unreadable' && kind !== 'stopped' && kind !== 'fault'
}
