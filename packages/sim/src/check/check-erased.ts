import { type InviteeNo, isErased, type ScanTexts } from '@eventpass/domain'
import type { OwnScan } from '@eventpass/sync'
import type { QuarantinedPushRow, SnapshotRow, TicketRowKept } from '../central/rows.ts'
import { currentLedger, type Tablet } from '../gate/tablet.ts'
import { deviceRow } from '../run/devices.ts'
import type { World } from '../run/world.ts'
import type { CentralState } from './central-state.ts'

/** Of whom a restore took the erasure back, nobody knows that they were erased: what central says now counts. */
type Erased = ReadonlyMap<string, InviteeNo>

/** GD1: of who is erased nothing is left, at central and on every tablet that heard from it last. */
export function checkErased(world: World, state: CentralState): void {
  const rows: readonly TicketRowKept[] = state.tickets.filter(isErased)
  const erased: Erased = new Map(rows.map(({ digest, invitee }) => [digest, invitee]))
  if (erased.size === 0) return
  checkCentral(world, state, erased)
  for (const tablet of world.tablets) {
    if (tablet.status()?.stage !== 'ready' || deviceRow(world, tablet)?.state !== 'active') continue
    checkTablet(world, tablet, erased)
  }
}

function checkCentral({ central, rare, violations }: World, state: CentralState, erased: Erased) {
  const digests = new Map(state.scans.map(({ id, body }) => [id, body?.digest ?? null]))
  for (const { id, body, texts, invitee } of state.scans) {
    const digest = body?.digest ?? digests.get(body?.target ?? null) ?? null
    const isAbout = [...erased.values()].some((no) => no === invitee)
    if (!isAbout && (digest === null || !erased.has(digest))) continue
    if (hasText(texts)) violations.push(`erased: central holds texts beside ${id}`)
    const hashes = body?.textHashes
    if (hashes && (hashes.answer ?? hashes.note) !== null) rare.add('erased_with_texts')
  }
  for (const { bytes, reason } of central.database.rows<QuarantinedPushRow>('quarantinedPushes')) {
    const { scans } = JSON.parse(bytes) as {
      readonly scans: readonly { readonly bytes: string; readonly texts: ScanTexts }[]
    }
    for (const scan of scans) {
      const isAbout = [...erased.keys()].some((digest) => scan.bytes.includes(digest))
      if (isAbout && hasText(scan.texts)) {
        violations.push(`erased: a push that was kept (${reason}) holds texts`)
      }
    }
  }
  const names = namesOf(erased)
  // Of these files none is handed out that is older than the last erasure.
  const lastRevision = Math.max(...state.tickets.filter(isErased).map(({ revision }) => revision))
  const known = new Set(
    central.database.rows<SnapshotRow>('snapshots').map(({ meta }) => meta.path),
  )
  for (const [path, bytes] of central.snapshotFiles) {
    // Nor one that was built in a life that central lost.
    if (!known.has(path)) continue
    const revision = Number(/(\d+)-\d+$/.exec(path)?.[1])
    const text = new TextDecoder().decode(bytes)
    if (revision >= lastRevision && names.some((name) => text.includes(name))) {
      violations.push(`erased: the snapshot ${path} names somebody`)
    }
  }
}

function checkTablet({ violations }: World, tablet: Tablet, erased: Erased): void {
  const names = namesOf(erased)
  for (const [file, content] of tablet.disk.manifests.manifests) {
    const text = JSON.stringify(content)
    for (const name of names.filter((one) => text.includes(one))) {
      violations.push(`erased: ${file} of ${tablet.name} names ${name}`)
    }
  }
  const [file, ledger] = currentLedger(tablet) ?? []
  if (!ledger) return
  const digestOf = ({ body }: OwnScan) =>
    body.digest ?? ledger.scans.find((scan) => scan.body.id === body.target)?.body.digest ?? null
  for (const scan of ledger.scans) {
    const digest = digestOf(scan)
    if (digest === null || !erased.has(digest)) continue
    if (scan.name !== null) violations.push(`erased: ${file} of ${tablet.name} names ${scan.name}`)
    if (hasText(scan.texts)) {
      violations.push(`erased: ${file} of ${tablet.name} holds texts beside ${scan.body.id}`)
    }
  }
}

/** With the quotes of JSON: guest 1 is not guest 12. */
function namesOf(erased: Erased): readonly string[] {
  return [...new Set(erased.values())].map((no) => `"Guest ${no}"`)
}

function hasText({ code, answer, note }: ScanTexts): boolean {
  return (code ?? answer ?? note) !== null
}
