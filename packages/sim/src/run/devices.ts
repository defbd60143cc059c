import type { DeviceRow } from '../central/rows.ts'
import { currentLedger, type Tablet } from '../gate/tablet.ts'
import type { World } from './world.ts'

/** The device that a tablet is now; null before its first pairing. */
export function deviceOfTablet(tablet: Tablet): string | null {
  const [, ledger] = currentLedger(tablet) ?? []
  const grant = ledger?.facts.grant as { readonly bytes: string } | undefined
  return grant ? (JSON.parse(grant.bytes) as { device: string }).device : null
}

/** The same as central knows it. */
export function deviceRow({ central }: World, tablet: Tablet): DeviceRow | undefined {
  const device = deviceOfTablet(tablet)
  return central.database.rows<DeviceRow>('devices').find(({ id }) => id === device)
}
