import type { EventId } from '@eventpass/domain'
import type { PlatformDep } from '../platform.ts'
import { hexOf, sha256Hex } from '../random-ids.ts'
import type { TenantTx } from '../tenancy/tenancy.ts'

/** Who does something, and in which request. */
export interface Actor {
  /** "user:<id>", "device:<id>", "system" or "operator", who acts outside the program. */
  readonly who: string
  readonly requestId: string
}

export interface AuditEntry {
  /** Feature and verb: "events.create". */
  readonly action: string
  readonly event: EventId | null
  readonly subjectKind: string
  readonly subjectId: string
  /** JSON values, hashed with a salt; null where there is none. */
  readonly before: unknown
  readonly after: unknown
}

/** Writes the audit row of a change in the change's own transaction (AU1). */
export async function writeAudit(
  deps: PlatformDep,
  tx: Pick<TenantTx, 'audit'>,
  actor: Actor,
  { before, after, ...entry }: AuditEntry,
): Promise<void> {
  const salt = hexOf(deps.random(16))
  await tx.audit.append({
    ...entry,
    atMs: deps.now(),
    who: actor.who,
    requestId: actor.requestId,
    salt,
    beforeHash: await saltedHash(deps, salt, before),
    afterHash: await saltedHash(deps, salt, after),
  })
}

/** SHA-256 over salt (hex text) ‖ canonical JSON; null for null, so that absence shows. */
export async function saltedHash(
  deps: Pick<PlatformDep, 'subtle'>,
  salt: string,
  value: unknown,
): Promise<string | null> {
  if (value === null || value === undefined) return null
  return sha256Hex(deps, salt + canonicalJson(value))
}

/** JSON with the keys of every object in code-unit order, so that equal values hash alike. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}
