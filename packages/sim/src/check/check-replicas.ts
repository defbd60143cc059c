import type { ScanId } from '@eventpass/domain'
import { readFrame, toTicket } from '../central/manifest-reads.ts'
import { createScope } from '../central/scope.ts'
import { currentLedger, type Tablet } from '../gate/tablet.ts'
import { deviceRow } from '../run/devices.ts'
import type { World } from '../run/world.ts'
import type { CentralState } from './central-state.ts'

/** SY4, SY5: a gate that synced last holds what central holds: rows, scans and rulings. */
export async function checkReplicas(world: World, state: CentralState): Promise<void> {
  const frame = await frameOfCentral(world)
  const rows = state.tickets.map(toTicket)
  for (const tablet of world.tablets) {
    if (tablet.status()?.stage !== 'ready' || deviceRow(world, tablet)?.state !== 'active') continue
    checkManifest(world, tablet, sorted(rows), JSON.stringify(frame))
    checkHeard(world, state, tablet)
  }
}

async function frameOfCentral({ central, event, time }: World) {
  return central.database.tx(async (tx) =>
    readFrame(createScope(tx, central.tenant, time.nowMs), event),
  )
}

function checkManifest({ violations }: World, tablet: Tablet, rows: string, frame: string): void {
  const content = contentOf(tablet)
  if (!content) {
    violations.push(`replica: ${tablet.name} is ready and has no list`)
    return
  }
  if (sorted(content.tickets) !== rows) {
    violations.push(`replica: the list of ${tablet.name} at ${content.revision} is not central's`)
  }
  if (JSON.stringify(content.frame) !== frame) {
    violations.push(`replica: ${tablet.name} has other lists or gates than central`)
  }
}

function contentOf(tablet: Tablet) {
  const [, ledger] = currentLedger(tablet) ?? []
  const manifest = ledger?.facts.manifest as { readonly name: string } | undefined
  return manifest && tablet.disk.manifests.manifests.get(manifest.name)
}

function checkHeard({ violations }: World, state: CentralState, tablet: Tablet): void {
  const [, ledger] = currentLedger(tablet) ?? []
  const content = contentOf(tablet)
  if (!ledger || !content) return
  const rulings = new Map<ScanId, unknown>()
  for (const { id, ruling } of content.scans) rulings.set(id, ruling)
  for (const { id, ruling } of ledger.heard.values())
    rulings.set(id, ruling ?? rulings.get(id) ?? null)
  for (const { body } of ledger.scans) {
    if (body.verdict === 'admit' && !rulings.has(body.id)) rulings.set(body.id, null)
  }
  for (const [id, { ruling }] of ledger.rulings) if (rulings.has(id)) rulings.set(id, ruling)

  const central = new Map<ScanId, unknown>()
  for (const { body, hash, invitee, connected } of state.scans) {
    if (!body || !connected || body.verdict !== 'admit') continue
    const target = state.scans.find((other) => other.body?.id === body.target)
    if (invitee === null && target?.invitee == null) continue
    central.set(body.id, state.rulings.get(hash)?.ruling ?? null)
  }
  for (const [id, ruling] of central) {
    if (!rulings.has(id)) violations.push(`heard: ${tablet.name} never heard of ${id}`)
    else if (JSON.stringify(rulings.get(id)) !== JSON.stringify(ruling)) {
      violations.push(
        `heard: ${tablet.name} holds ${JSON.stringify(rulings.get(id))} for ${id}, central ${JSON.stringify(ruling)}`,
      )
    }
  }
}

function sorted(rows: readonly object[]): string {
  return JSON.stringify(rows.map((row) => JSON.stringify(row, Object.keys(row).sort())).sort())
}
