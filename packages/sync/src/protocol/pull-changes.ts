import { fail, type InviteeNo, ok, type Result } from '@eventpass/domain'
import { readClocks } from '../gate/clocks.ts'
import { type Device, type OpenManifest, saveFacts } from '../gate/device.ts'
import type { GateDeps } from '../gate/gate-deps.ts'
import type { NodePass } from '../gate/node-pass.ts'
import type { Renaming } from '../gate/stores.ts'
import { openSigned } from '../sign/signature.ts'
import { DeviceGrant } from '../wire/pairing.ts'
import type { Signed } from '../wire/primitives.ts'
import { ManifestDelta, PullOutput } from '../wire/pull.ts'
import { rowToTicket } from '../wire/ticket-row.ts'
import { PROTOCOL_VERSION } from '../wire/version.ts'
import { callUpstream, type SyncFailure } from './call-upstream.ts'
import { callMsMax, pagesPerPassMax } from './limits.ts'
import { renamingOf } from './rename-people.ts'
import { takeKeys } from './take-keys.ts'

/** What a pass of pulling brought. */
export interface Pulled {
  /** True where the manifest is to be fetched whole instead. */
  readonly wantsSnapshot: boolean
  /** True where the device now checks another list. */
  readonly moved: boolean
}

/**
 * Pulls both streams, page by page, until nothing more waits.
 *
 * Each stream's watermark is written with its rows in one transaction of its own file
 * (SY5), so that a pull that ends anywhere is gone on with, and repeats are harmless.
 */
export async function pullChanges(
  deps: GateDeps,
  device: Device,
  pass: NodePass,
  stop: AbortSignal,
  onHeard: (invitees: readonly InviteeNo[]) => Promise<void>,
): Promise<Result<Pulled, SyncFailure>> {
  let moved = false
  for (let pages = 0; pages < pagesPerPassMax; pages += 1) {
    const { manifest } = device
    if (!manifest) return ok({ wantsSnapshot: true, moved })
    const askedAt = readClocks(deps.clock, device.epoch)
    const { revision } = await manifest.store.info()
    const output = await pullPage(deps, device, pass, stop, revision)
    if (!output.ok) return output
    const delta = await openDelta(deps, device, output.value, revision)
    if (!delta.ok) return delta

    const { scans, rulings, vector, rulingsRevision, snapshotAdvised } = output.value
    // A revision that runs backwards is one of another life of central.
    const wantsSnapshot = snapshotAdvised || delta.value.to < revision
    if (!wantsSnapshot && !isEmpty(delta.value)) await applyDelta(device, manifest, delta.value)
    for (const { invitee } of scans) device.used.invitees.add(invitee)
    await device.ledger.saveHeard({ scans, rulings, vector, rulingsRevision })
    if (scans.length > 0) await onHeard(scans.map(({ invitee }) => invitee))
    moved = (await takePlace(deps, device, output.value)) || moved

    const more = delta.value.more || output.value.scansMore || output.value.rulingsMore
    if (wantsSnapshot || !more) {
      if (!wantsSnapshot) await saveFacts(device, { currentAt: askedAt })
      return ok({ wantsSnapshot, moved })
    }
  }
  return ok({ wantsSnapshot: false, moved })
}

async function pullPage(
  deps: GateDeps,
  device: Device,
  { upstream, pass }: NodePass,
  stop: AbortSignal,
  revision: number,
): Promise<Result<PullOutput, SyncFailure>> {
  const { vector, rulingsRevision } = await device.ledger.scansMark()
  const input = {
    protocol: PROTOCOL_VERSION,
    device: device.grant.device,
    revision,
    vector: vector.map(([no, branch, seq]): [number, string, number] => [no, branch, seq]),
    rulingsRevision,
  }
  return callUpstream(deps, stop, callMsMax, PullOutput, (signal) =>
    upstream.pull(pass, input, signal),
  )
}

async function openDelta(
  { subtle }: GateDeps,
  { centralKey, grant }: Device,
  { manifest }: PullOutput,
  revision: number,
): Promise<Result<ManifestDelta, SyncFailure>> {
  const opened = await openSigned(subtle, centralKey, manifest, ManifestDelta)
  if (!opened.ok) return untrusted('A change of the list is not signed by central.')
  const delta = opened.value
  if (delta.event !== grant.event) return untrusted('A change of the list is of another event.')
  if (delta.from !== revision) return untrusted('A change of the list follows another revision.')
  return ok(delta)
}

/**
 * The delta in one transaction of the manifest's file; then what the screen shows of it. The ledger
 * forgets first: a process that ends in between pulls the same again.
 */
async function applyDelta(
  device: Device,
  { name, store }: OpenManifest,
  delta: ManifestDelta,
): Promise<void> {
  let tickets = device.facts.manifest?.tickets ?? 0
  const renamings: Renaming[] = []
  for (const ticket of delta.tickets.map(rowToTicket)) {
    const known = await store.findTicket(ticket.digest)
    if (!known) tickets += 1
    renamings.push(...renamingOf(ticket, known?.name ?? null))
  }
  for (const digest of delta.gone) if (await store.findTicket(digest)) tickets -= 1
  if (renamings.length === 0) await store.apply(delta)
  else {
    // No scan is open meanwhile: it would be written down under the name that is just forgotten.
    await device.serial.run(async () => {
      await device.ledger.rename(renamings)
      await store.apply(delta)
    })
  }
  await saveFacts(device, { manifest: { name, revision: delta.to, tickets } })
}

function isEmpty({ from, to, frame, tickets, gone }: ManifestDelta): boolean {
  return from === to && frame === null && tickets.length === 0 && gone.length === 0
}

/** Keys, list and gate as they stand now; true where another list or gate is checked. */
async function takePlace(
  deps: GateDeps,
  device: Device,
  { keys, list, gate, grant }: PullOutput,
): Promise<boolean> {
  await takeKeys(deps, device, keys)
  if (grant) await takeGrant(deps, device, grant)
  if (device.facts.list === list && device.facts.gate === gate) return false
  // Not while a scan is open: it would be decided by one list and recorded on another.
  await device.serial.run(() => saveFacts(device, { list, gate }))
  return true
}

async function takeGrant({ subtle }: GateDeps, device: Device, signed: Signed): Promise<void> {
  if (signed.bytes === device.facts.grant.bytes) return
  const opened = await openSigned(subtle, device.centralKey, signed, DeviceGrant)
  if (!opened.ok || opened.value.device !== device.grant.device) return
  const grant = opened.value
  await device.serial.run(async () => {
    await saveFacts(device, { grant: signed })
    device.grant = grant
  })
}

function untrusted(message: string) {
  return fail({ kind: 'untrusted', message } as const)
}
