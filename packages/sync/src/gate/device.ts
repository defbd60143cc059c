import type { Contact, Digest, InviteeNo } from '@eventpass/domain'
import type { HeldKeys } from '@eventpass/token'
import { importVerifyingKey, openSigned } from '../sign/signature.ts'
import { DeviceGrant } from '../wire/pairing.ts'
import { DeviceFacts } from './device-facts.ts'
import type { GateDeps } from './gate-deps.ts'
import { guardManifest, type ManifestFault } from './manifest-fault.ts'
import type { NodePass } from './node-pass.ts'
import { createSerial, type Serial } from './serial.ts'
import type { KeyRing, LedgerStore, ManifestStore, StoredUse } from './stores.ts'

/** A manifest file that is open and decides. */
export interface OpenManifest {
  readonly name: string
  readonly store: ManifestStore
}

/** An admit of this gate a moment ago (DC9). */
interface RecentAdmit {
  readonly use: StoredUse
  readonly monoMs: number
}

/** A paired device while its worker lives: durable parts, and what is known of them in memory. */
export interface Device {
  /** Name of its ledger, and of its keys. */
  readonly name: string
  readonly ledger: LedgerStore
  readonly epoch: number
  readonly centralKey: CryptoKey
  readonly serial: Serial
  /** Null where the platform lost the keys: nothing can be signed any more. */
  ring: KeyRing | null
  facts: DeviceFacts
  grant: DeviceGrant
  manifest: OpenManifest | null
  lastContact: Contact | null
  /** Where claims are asked for: the pass of the last contact, if it was quick; null after a claim that brought nothing. */
  claimPass: NodePass | null
  readonly recentAdmits: Map<Digest, RecentAdmit>
  /** True once another device takes over this tablet: nothing may be written behind its queue any more. */
  closed: boolean
  /** True where the next pass must open with a contact, however young the last one is. */
  mustMeet: boolean
  /** True where central, and not a hub, said at the last pass that it knows no such device. */
  unknown: boolean
  /** Whether the ledger may hold uses of codes on no list; false saves a look-up a scan. */
  hasUnlisted: boolean
  /** Invitees that the ledger has a use of, so that a first scan needs no look-up; `all` once every one is in. */
  readonly used: { readonly invitees: Set<InviteeNo>; all: boolean }
}

/** Opens the device of a ledger, in a new epoch; null where no device was ever paired in it. */
export async function openDevice(deps: GateDeps, name: string): Promise<Device | null> {
  const ledger = await deps.ledgers.open(name)
  const stored = await ledger.readFacts()
  if (stored.grant === undefined) {
    await ledger.close()
    return null
  }
  const facts = DeviceFacts.parse(stored)
  const { centralKey, grant } = await openGrant(deps.subtle, facts.centralKey, facts.grant)
  return {
    name,
    ledger,
    epoch: await ledger.startEpoch(),
    centralKey,
    serial: createSerial(),
    ring: await deps.keys.read(name),
    facts,
    grant,
    manifest: null,
    lastContact: await ledger.lastContact(),
    claimPass: null,
    recentAdmits: new Map(),
    closed: false,
    mustMeet: false,
    unknown: false,
    hasUnlisted: (await ledger.findUnlistedUses(null)).length > 0,
    used: { invitees: new Set(), all: false },
  }
}

/** The grant and central's key; throws where they do not belong together. */
export async function openGrant(
  subtle: SubtleCrypto,
  centralPoint: string,
  signed: DeviceFacts['grant'],
): Promise<{ readonly centralKey: CryptoKey; readonly grant: DeviceGrant }> {
  const centralKey = await importVerifyingKey(subtle, centralPoint)
  const opened = centralKey && (await openSigned(subtle, centralKey, signed, DeviceGrant))
  if (!centralKey || !opened?.ok)
    throw new Error('What this tablet may do is not signed by central.')
  return { centralKey, grant: opened.value }
}

/** Writes facts durably, then takes them over in memory. */
export async function saveFacts(device: Device, changed: Partial<DeviceFacts>): Promise<void> {
  await device.ledger.writeFacts(changed)
  device.facts = { ...device.facts, ...changed }
}

export type Standing = 'active' | NonNullable<DeviceFacts['standing']>

/**
 * Opens the manifest that the facts name. False where it is missing, damaged or of another format:
 * it is forgotten and will be fetched again.
 */
export async function openManifest(deps: GateDeps, device: Device): Promise<boolean> {
  const { manifest } = device.facts
  if (!manifest) return true
  const store = await deps.snapshots.open(manifest.name)
  if (store) device.manifest = { name: manifest.name, store: guardManifest(manifest.name, store) }
  else await saveFacts(device, { manifest: null, currentAt: null })
  return store !== null
}

/** Lets go of a manifest that cannot be read; the ledger is not touched. False where another decides by now. */
export async function dropManifest(
  deps: GateDeps,
  device: Device,
  { manifestName }: ManifestFault,
): Promise<boolean> {
  const { manifest } = device
  if (manifest?.name !== manifestName) return false
  device.manifest = null
  await saveFacts(device, { manifest: null, currentAt: null })
  await manifest.store.close().catch(() => undefined)
  await deps.snapshots.remove(manifest.name)
  return true
}

/** Where the device stands with central; without its keys it must be paired anew. */
export function standingOf({ facts, ring }: Device): Standing {
  return facts.standing ?? (ring === null ? 'pair_anew' : 'active')
}

const heldByGrant = new WeakMap<
  DeviceGrant,
  { readonly ring: KeyRing | null; readonly keys: HeldKeys }
>()

/** What this device tells codes apart with (TK3, TK4); put together anew when grant or keys change. */
export function heldKeys({ grant, ring }: Device): HeldKeys {
  const known = heldByGrant.get(grant)
  if (known?.ring === ring) return known.keys
  const keys = combineKeys(grant, ring)
  heldByGrant.set(grant, { ring, keys })
  return keys
}

function combineKeys(grant: DeviceGrant, ring: KeyRing | null): HeldKeys {
  const held = ring?.eventKeys ?? []
  const keys = new Map(held.flatMap(({ kid, key }) => (key === null ? [] : [[kid, key] as const])))
  const retired = held.filter((one) => one.retired).map(({ kid }) => kid)
  return {
    eventTag: grant.eventTag,
    otherTags: new Set(grant.otherTags),
    // A spare without any key can still prove a code by its row.
    keys: held.length === 0 ? null : keys,
    retiredKids: new Set(retired),
  }
}
