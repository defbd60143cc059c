import { groupBy } from '@eventpass/domain'
import { currentLedger, type Tablet } from '../gate/tablet.ts'
import { deviceOfTablet } from '../run/devices.ts'
import type { World } from '../run/world.ts'
import type { CentralState } from './central-state.ts'

/** SY1, SY2: whatever was shown is on a disk or at central, and what can still be sent has been. */
export function checkArrival(world: World, state: CentralState): void {
  const { truth, violations } = world
  const arrived = new Set(state.scans.map(({ hash }) => hash))
  const held = new Set(
    world.tablets.flatMap(({ disk }) =>
      [...disk.ledgers.values()].flatMap(({ scans }) => scans.map(({ hash }) => hash)),
    ),
  )
  const hashesById = groupBy(truth.scansByHash.values(), ({ body }) => body.id)
  for (const { tablet, id, kind } of truth.shown) {
    const hashes = (hashesById.get(id) ?? []).map(({ hash }) => hash)
    const safe = hashes.some(
      (hash) => arrived.has(hash) || held.has(hash) || truth.destroyed.has(hash),
    )
    if (!safe) violations.push(`lost: ${tablet} showed ${kind} of ${id}, which is nowhere any more`)
  }
  for (const hash of truth.stored) {
    if (!arrived.has(hash)) violations.push(`lost: central had ${hash} and has it no more`)
  }
  for (const tablet of world.tablets) {
    checkLeftBehind(world, state, tablet)
    const [name, ledger] = currentLedger(tablet) ?? []
    const device = deviceOfTablet(tablet)
    // A device that central's restored database never knew has nobody to send to.
    const standing = device === null ? undefined : state.devices.get(device)?.state
    if (!ledger || device === null || standing === undefined || standing === 'waiting') continue
    const pending = ledger.scans.length - ledger.receiptedThrough
    // A copied tablet cannot check receipts about its twin's links; that its own arrived is checked below.
    if (pending > 0 && !truth.copied.has(device))
      violations.push(`pending: ${tablet.name} still holds ${pending} scans in ${name}`)
    for (const { hash, body } of ledger.scans) {
      if (!arrived.has(hash))
        violations.push(`arrival: ${body.id} of ${tablet.name} is not at central`)
    }
  }
}

/** A tablet that was paired anew handed in what its former device held, unless that might not or could not. */
function checkLeftBehind({ violations }: World, state: CentralState, tablet: Tablet): void {
  const [current] = currentLedger(tablet) ?? []
  for (const [name, { facts, scans, receiptedThrough }] of tablet.disk.ledgers) {
    const grant = facts.grant as { readonly bytes: string } | undefined
    const device = grant && state.devices.get(JSON.parse(grant.bytes).device)
    const isKept = (facts.standing ?? null) !== null || device?.state !== 'active'
    if (name === current || isKept || receiptedThrough >= scans.length) continue
    violations.push(
      `behind: ${tablet.name} left ${scans.length - receiptedThrough} scans in ${name}`,
    )
  }
}

/** LG1: a scan is one record, however often it was pushed. */
export function checkOnce({ violations }: World, { scans }: CentralState): void {
  for (const [hash, rows] of groupBy(scans, (row) => `${row.device}/${row.seq}/${row.hash}`)) {
    if (rows.length > 1) violations.push(`once: central holds ${hash} ${rows.length} times`)
  }
}
