import {
  countInWords,
  type EventId,
  fail,
  foldName,
  ok,
  type Result,
  type TenantId,
} from '@eventpass/domain'
import { type Actor, writeAudit } from '../audit/write-audit.ts'
import { categoriesPerEventMax, type FrameRefused } from '../events/edit-event.ts'
import type { KeyDeps } from '../manifest/wrap-keys.ts'
import type { PlatformDep } from '../platform.ts'
import type { TenancyDep, TenantTx } from '../tenancy/tenancy.ts'
import { createTicketSigner, type TicketSigner } from '../tickets/sign-tickets.ts'
import type {
  GivenFields,
  ImportChanges,
  ImportFindings,
  ImportScope,
  StagedImport,
} from './import-store.ts'
import type { ImportRefused } from './stage-import.ts'

/** New guests that are signed and written together. */
const guestsPerPageMax = 2_000

export interface ImportPreview extends ImportChanges {
  readonly id: string
  readonly event: EventId
  readonly fileName: string
  readonly findings: ImportFindings
  readonly newCategories: readonly string[]
}

/** Compares an upload with its event and changes nothing. */
export function previewImport(
  deps: TenancyDep,
  tenant: TenantId,
  id: string,
): Promise<Result<ImportPreview, ImportRefused | FrameRefused>> {
  return deps.tx(tenant, async (tx) => {
    const staged = await findWaiting(tx, id)
    if (!staged.ok) return staged
    const prepared = await prepare(tx, staged.value)
    if (!prepared.ok) return prepared
    const { scope, newCategories } = prepared.value
    const { event, fileName, findings } = staged.value
    return ok({
      id,
      event,
      fileName,
      findings,
      newCategories,
      ...(await tx.imports.measure(scope)),
    })
  })
}

/**
 * Makes invitees of an upload, all or nothing (IM7): one transaction, whose last lock is the
 * event's revision line (SY5). Importing what is there already writes nothing (IM8).
 */
export function commitImport(
  deps: TenancyDep & PlatformDep & KeyDeps,
  tenant: TenantId,
  actor: Actor,
  id: string,
): Promise<Result<ImportChanges, ImportRefused | FrameRefused>> {
  return deps.tx(tenant, async (tx) => {
    const staged = await findWaiting(tx, id)
    if (!staged.ok) return staged
    const { event: eventId, findings, fileName } = staged.value
    if (findings.errorCount > 0) return hasErrors(findings.errorCount)
    // Two imports into one event take turns: both number invitees and look for the same ones.
    const event = await tx.events.lock(eventId)
    if (!event) return notFound
    const prepared = await prepare(tx, staged.value)
    if (!prepared.ok) return prepared
    const { scope, newCategories } = prepared.value
    const changes = await tx.imports.measure(scope)
    const nowMs = deps.now()
    if (changes.added + changes.changed + changes.cancelled > 0) {
      const signer = await createTicketSigner(deps, {
        tenant,
        event: eventId,
        tag: event.tag,
        kid: event.signingKid,
      })
      await writeAll(tx, scope, newCategories, { signer, added: changes.added, nowMs })
      await writeAudit(deps, tx, actor, {
        action: 'invitees.import',
        event: eventId,
        subjectKind: 'import',
        subjectId: id,
        before: null,
        after: { fileName, ...changes },
      })
    }
    await tx.imports.close(id, nowMs)
    return ok(changes)
  })
}

async function writeAll(
  tx: TenantTx,
  scope: ImportScope,
  newCategories: readonly string[],
  with_: { readonly signer: TicketSigner; readonly added: number; readonly nowMs: number },
): Promise<void> {
  const { signer, added, nowMs } = with_
  await tx.events.addCategories(scope.event, newCategories)
  await numberNew(tx, scope, signer)
  await tx.imports.lockChanged(scope)
  const frame = newCategories.length > 0
  const revision = await tx.events.raiseManifest(scope.event, { frame, inviteesAdded: added })
  const { categories } = await tx.events.readFrame(scope.event)
  const settled = {
    ...scope,
    categoryIndexes: indexCategories(scope.categoryIndexes.keys(), categories),
  }
  await tx.imports.apply(settled, { revision, kid: signer.kid, nowMs })
}

/** Gives every new guest its number, its ticket and the digest of its token, page by page. */
async function numberNew(
  tx: TenantTx,
  { id, event }: ImportScope,
  signer: TicketSigner,
): Promise<void> {
  let no = await tx.imports.highestNo(event)
  let after = 0
  for (;;) {
    const page = await tx.imports.findNew(id, after, guestsPerPageMax)
    const last = page.at(-1)
    if (last === undefined) return
    const first = no + 1
    const rows = await Promise.all(
      page.map(async (at, place) => ({ at, no: first + place, ...(await signer.draw()) })),
    )
    await tx.imports.saveNew(id, rows)
    no += page.length
    after = last
  }
}

async function findWaiting(tx: TenantTx, id: string): Promise<Result<StagedImport, ImportRefused>> {
  const staged = await tx.imports.find(id)
  if (!staged || staged.stagedMs === null || staged.committedMs !== null) return notFound
  return ok(staged)
}

/** Matches the upload's guests and categories with the event's. */
async function prepare(
  tx: TenantTx,
  { id, event, findings }: StagedImport,
): Promise<
  Result<{ readonly scope: ImportScope; readonly newCategories: readonly string[] }, FrameRefused>
> {
  const { categories } = await tx.events.readFrame(event)
  const wanted = await tx.imports.findCategories(id, categoriesPerEventMax + 1)
  const categoryIndexes = indexCategories(wanted, categories)
  const newCategories = firstOfEachFold(wanted.filter((name) => categoryIndexes.get(name) === -1))
  if (
    wanted.length > categoriesPerEventMax ||
    categories.length + newCategories.length > categoriesPerEventMax
  ) {
    return fail({
      kind: 'too_many',
      message: `The category column holds more than ${categoriesPerEventMax} different texts. Is it a column of categories?`,
    })
  }
  const scope = { id, event, categoryIndexes, given: givenFields(findings) }
  await tx.imports.match(scope)
  return ok({ scope, newCategories })
}

/** "vip" and "VIP" are one category. */
function indexCategories(
  wanted: Iterable<string>,
  categories: readonly string[],
): ReadonlyMap<string, number> {
  const indexByFold = new Map(categories.map((name, index) => [foldName(name), index]))
  return new Map(Array.from(wanted, (name) => [name, indexByFold.get(foldName(name)) ?? -1]))
}

function firstOfEachFold(names: readonly string[]): readonly string[] {
  const byFold = new Map<string, string>()
  for (const name of names) {
    const fold = foldName(name)
    if (!byFold.has(fold)) byFold.set(fold, name)
  }
  return [...byFold.values()]
}

function givenFields({ columns }: ImportFindings): GivenFields {
  const meanings = new Set(columns.map(({ meaning }) => meaning))
  return {
    email: meanings.has('email'),
    phone: meanings.has('phone'),
    category: meanings.has('category'),
    externalId: meanings.has('external_id'),
    party: meanings.has('party') || meanings.has('companions'),
    notice: meanings.has('notice'),
  }
}

const notFound = fail({
  kind: 'import_not_found',
  message: 'There is no such upload waiting. It may be imported already; upload the file again.',
} as const)

function hasErrors(count: number) {
  return fail({
    kind: 'import_has_errors',
    message: `The list has ${countInWords(count, 'error', 'errors')}, so that nothing was imported. Correct the rows and upload the file again.`,
  } as const)
}
