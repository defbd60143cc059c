import type { DeviceId, EventId, TenantId } from '@eventpass/domain'
import { classifyToken, type HeldKeys } from '@eventpass/token'
import { holdKeys } from '../manifest/hold-keys.ts'
import type { ManifestReads } from '../manifest/manifest-store.ts'
import type { KeyDeps } from '../manifest/wrap-keys.ts'
import type { CentralLedger } from './central-ledger.ts'
import type { UnmarkedScan } from './settle-chain.ts'

/** Where a push came from. */
export interface PushOrigin {
  readonly tenant: TenantId
  readonly event: EventId
  readonly device: DeviceId
}

/**
 * Looks at the tokens that gates kept because no list named them, and keeps none of them.
 *
 * A MAC by the event's key (retired kids included) on a ticket that central does
 * not know means that somebody else can sign: `forgery_suspected`, one incident a
 * code. A ticket issued after the gate's last pull is known by now. Text that is
 * no token, or whose MAC fails, stays as evidence.
 */
export async function suspectForgeries(
  deps: KeyDeps,
  stores: { readonly ledger: CentralLedger; readonly manifest: ManifestReads },
  origin: PushOrigin,
  rows: readonly UnmarkedScan[],
): Promise<readonly UnmarkedScan[]> {
  const kept: UnmarkedScan[] = []
  let held: HeldKeys | null = null
  for (const row of rows) {
    const { body, texts, invitee } = row
    if (texts.code === null) {
      kept.push(row)
      continue
    }
    const withheld = { ...row, texts: { ...texts, code: null } }
    if (!body?.digest || invitee !== null) {
      kept.push(invitee === null ? row : withheld)
      continue
    }
    // A forger may hold a key that was retired.
    held ??= { ...(await holdKeys(deps, stores.manifest, origin)), retiredKids: new Set() }
    const token = await classifyToken(deps.subtle, texts.code.text, held)
    const forged = token.kind === 'genuine' && token.digest === body.digest
    kept.push(forged ? withheld : row)
    if (!forged) continue
    await stores.ledger.raise(origin.event, {
      key: `forgery_suspected/${token.digest}`,
      kind: 'forgery_suspected',
      device: origin.device,
      scans: [body.id],
    })
  }
  return kept
}
