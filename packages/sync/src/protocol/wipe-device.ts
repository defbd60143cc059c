import { type Device, saveFacts } from '../gate/device.ts'
import type { DeviceFacts } from '../gate/device-facts.ts'
import type { GateDeps } from '../gate/gate-deps.ts'

/**
 * Deletes what a device must no longer hold: manifest, download and event keys (DV3, DV4).
 *
 * The standing is durable first, so that a killed wipe is gone on with at the next
 * start. The queue and the signing key stay: unsent scans can still be pushed.
 * A revoked device also loses the key that could unwrap others.
 */
export async function wipeDevice(
  deps: GateDeps,
  device: Device,
  standing: NonNullable<DeviceFacts['standing']>,
): Promise<void> {
  const { manifest, facts } = device
  const names = [facts.manifest?.name, facts.download?.name].filter((name) => name !== undefined)
  await device.serial.run(async () => {
    if (facts.standing !== standing) await saveFacts(device, { standing })
    device.manifest = null
    device.recentAdmits.clear()
    if (manifest) await manifest.store.close()
  })
  for (const name of names) await deps.snapshots.remove(name)
  if (device.ring) {
    const wrap = standing === 'revoked' ? null : device.ring.wrap
    const ring = { ...device.ring, wrap, eventKeys: [] }
    await deps.keys.write(device.name, ring)
    device.ring = ring
  }
  await saveFacts(device, { manifest: null, download: null, currentAt: null })
}

/** Whether a wipe is still to be done, or to be gone on with. */
export function isUnwiped({ facts, ring }: Device): boolean {
  const held = facts.manifest !== null || facts.download !== null
  return held || (ring !== null && ring.eventKeys.length > 0)
}
