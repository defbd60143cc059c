import {
  type EventId,
  fail,
  foldName,
  type InviteeNo,
  ok,
  type Result,
  type ScanId,
  type TenantId,
} from '@eventpass/domain'
import { type Actor, writeAudit } from '../audit/write-audit.ts'
import { type InviteeNotFound, inviteeNotFound } from '../invitees/manage-invitees.ts'
import type { PlatformDep } from '../platform.ts'
import type { SnapshotsDep } from '../snapshots/snapshot-store.ts'
import type { TenancyDep, TenantTx } from '../tenancy/tenancy.ts'
import type { Erasure, LockedPerson, Replica } from './erasure-store.ts'
import { blankTexts, KeptPush, readAbout } from './kept-push.ts'

const devicesShownMax = 2_000

export interface NotErased {
  readonly kind: 'not_erased'
  readonly message: string
}

/** How far an erasure has come. */
export interface ErasureStatus extends Erasure {
  readonly no: InviteeNo
  /** Devices that said that they hold the list as it is since then. */
  readonly confirmed: number
  /** Those that did not: each may still name the person. */
  readonly waiting: readonly Replica[]
}

/**
 * Takes everything of a person out of central, and leaves what counts: their number, the digests of
 * their codes, and every scan's bytes, which hold hashes alone (GD1).
 *
 * Their tickets are refused from then on. Gates hear of it with their next pull, and say so with
 * the one after it. Asked again it changes nothing, but sweeps once more.
 */
export async function eraseInvitee(
  deps: TenancyDep & PlatformDep & SnapshotsDep,
  tenant: TenantId,
  actor: Actor,
  { event, no }: { readonly event: EventId; readonly no: InviteeNo },
): Promise<Result<ErasureStatus, InviteeNotFound>> {
  const erased = await deps.tx(tenant, async (tx) => {
    const person = await tx.erasure.lock(event, no)
    if (!person) return fail(inviteeNotFound)
    await sweep(tx, event, no, person)
    const erasure = person.erasure ?? (await blank(deps, tx, actor, event, no, person))
    const newest = await tx.snapshots.findNewest(event)
    const isNamed = newest !== null && newest.meta.revision < erasure.revision
    return ok({ isNamed, status: await readStatus(tx, event, no, erasure) })
  })
  if (!erased.ok) return erased
  // The next snapshot takes the files of those before it along.
  if (erased.value.isNamed) deps.snapshotBuilds.request(tenant, event)
  return ok(erased.value.status)
}

/** Which devices have confirmed that a person is erased, and which have not. */
export function readErasure(
  deps: TenancyDep,
  tenant: TenantId,
  { event, no }: { readonly event: EventId; readonly no: InviteeNo },
): Promise<Result<ErasureStatus, InviteeNotFound | NotErased>> {
  return deps.tx(tenant, async (tx) => {
    const person = await tx.erasure.lock(event, no)
    if (!person) return fail(inviteeNotFound)
    if (!person.erasure) {
      return fail({
        kind: 'not_erased',
        message: 'This invitee is not erased. Erase it, then ask which tablets have confirmed.',
      } as const)
    }
    return ok(await readStatus(tx, event, no, person.erasure))
  })
}

/** What lies about the person beside the list. Their scans' own bytes and hashes stay as they are. */
async function sweep(
  { erasure }: TenantTx,
  event: EventId,
  no: InviteeNo,
  { digests }: LockedPerson,
): Promise<void> {
  const scans = await erasure.findScans(event, no, digests)
  await erasure.deleteTexts(event, scans)
  const ids = new Set<ScanId>(scans)
  for (const { id, bytes } of await erasure.findKeptPushes(event, [...digests, ...scans])) {
    const push = KeptPush.parse(JSON.parse(bytes))
    const about = readAbout(push.scans).filter(
      ({ digest, target }) =>
        (digest !== null && digests.includes(digest)) || (target !== null && ids.has(target)),
    )
    const blanked = blankTexts(push.scans, new Set(about.map((scan) => scan.id)))
    await erasure.rewriteKeptPush(id, JSON.stringify({ ...push, scans: blanked }))
  }
  await erasure.forgetBeside(event, no)
}

async function blank(
  deps: PlatformDep,
  tx: TenantTx,
  actor: Actor,
  event: EventId,
  no: InviteeNo,
  { companions }: LockedPerson,
): Promise<Erasure> {
  const erasedMs = deps.now()
  await writeAudit(deps, tx, actor, {
    action: 'invitees.erase',
    event,
    subjectKind: 'invitee',
    subjectId: String(no),
    // Not what was there: whoever could guess it could prove it by the row's salt and hash.
    before: null,
    after: { no, erasedMs },
  })
  const revision = await tx.events.raiseManifest(event, { frame: false, inviteesAdded: 0 })
  const erasure = { erasedMs, revision }
  const renamed = companions.map((companion) => {
    const name = `Guest +${companion.place - 1}`
    return { no: companion.no, name, fold: foldName(name) }
  })
  await tx.erasure.blank(event, no, erasure, renamed)
  return erasure
}

async function readStatus(
  tx: TenantTx,
  event: EventId,
  no: InviteeNo,
  erasure: Erasure,
): Promise<ErasureStatus> {
  const replicas = await tx.erasure.findReplicas(event, devicesShownMax)
  const waiting = replicas.filter(({ revision }) => revision < erasure.revision)
  return { no, ...erasure, confirmed: replicas.length - waiting.length, waiting }
}
