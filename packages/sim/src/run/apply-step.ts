import type { ScanId } from '@eventpass/domain'
import type { RunningGate, ScanAttempt, ShownVerdict } from '@eventpass/sync'
import { issueTickets } from '../central/issue-tickets.ts'
import type { Backup } from '../central/model-database.ts'
import type { DeviceRow, ScanRow } from '../central/rows.ts'
import { currentLedger, type Tablet } from '../gate/tablet.ts'
import { copyDisk, overwriteDisk, type TabletDisk } from '../gate/tablet-disk.ts'
import type { Plan, Step } from '../plan/steps.ts'
import type { World } from './world.ts'

/** What steps leave to later ones. */
export interface Memory {
  readonly backups: Map<number, TabletDisk>
  centralBackup: { readonly backup: Backup; readonly takenAtMs: number } | null
  /** By tablet: the last admit, and the last attention with what it was about. */
  readonly admits: Map<number, ScanId>
  readonly attentions: Map<number, { readonly id: ScanId; readonly attempt: ScanAttempt }>
}

export function createMemory(): Memory {
  return { backups: new Map(), centralBackup: null, admits: new Map(), attentions: new Map() }
}

/** Begins a step; what it sets going goes on while time moves. A step that means nothing now does nothing. */
export function applyStep(world: World, plan: Plan, memory: Memory, step: Step): void {
  const { time, central, rare } = world
  if ('tablet' in step) {
    const tablet = world.tablets[step.tablet]
    if (tablet) applyToTablet(world, plan, memory, step, tablet)
    return
  }
  switch (step.do) {
    case 'state':
    case 'reprint': {
      const no = world.tickets[step.ticket]?.invitee
      const { event } = world
      if (no === undefined) return
      if (step.do === 'state') {
        background(central.owner.tickets.setState({ event, no, state: step.state }))
      } else {
        background(
          central.owner.tickets.reprint({ event, no }).then(({ token }) => {
            const old = world.tickets[step.ticket]
            if (old) world.tickets.push({ ...old, token })
          }),
        )
      }
      return
    }
    case 'issue':
      return issueLate(world)
    case 'night':
      for (const tablet of world.tablets) tablet.fallAsleep()
      rare.add('slept_an_hour')
      time.after(step.ms, () => {
        for (const tablet of world.tablets) tablet.wake()
      })
      return
    case 'centralKill':
      if (central.database.countOpen() > 0) rare.add('central_killed_in_transaction')
      central.restart()
      return
    case 'centralBackUp':
      memory.centralBackup = { backup: central.backUp(), takenAtMs: time.nowMs() }
      return
    case 'centralRestore':
      return restoreCentral(world, memory)
  }
}

/** What goes on by itself; whoever asked may be gone before it fails. */
function background(work: Promise<unknown>): void {
  work.catch(() => undefined)
}

type TabletStep = Extract<Step, { readonly tablet: number }>

function applyToTablet(
  world: World,
  plan: Plan,
  memory: Memory,
  step: TabletStep,
  tablet: Tablet,
): void {
  const { time, rare } = world
  const gate = tablet.gate()
  switch (step.do) {
    case 'scan':
      if (gate) scan(world, memory, step.tablet, gate, attemptOf(world, step))
      return
    case 'answer': {
      const asked = memory.attentions.get(step.tablet)
      memory.attentions.delete(step.tablet)
      if (gate && asked) scan(world, memory, step.tablet, gate, { ...asked.attempt, answers: asked.id })
      return
    }
    case 'undo': {
      const target = memory.admits.get(step.tablet)
      memory.admits.delete(step.tablet)
      if (gate && target) show(world, memory, step.tablet, gate.undo(target, 'a slip'), null)
      return
    }
    case 'sync':
      if (gate) background(gate.syncNow())
      return
    case 'kill':
      if (tablet.countWrites() > 0) rare.add('tablet_killed_in_write')
      if (tablet.status()?.stage === 'loading') rare.add('first_load_broken')
      tablet.kill()
      time.after(step.ms, tablet.start)
      return
    case 'sleep':
      if (step.ms >= 3_600_000) rare.add('slept_an_hour')
      tablet.fallAsleep()
      time.after(step.ms, tablet.wake)
      return
    case 'stepWall':
      if (step.ms !== 0) rare.add('clock_jumped')
      tablet.clock.stepWall(step.ms)
      return
    case 'line': {
      tablet.line.mode = step.mode
      if (step.mode === 'portal') rare.add('portal_page')
      if (step.mode === 'impostor') rare.add('impostor')
      time.after(step.ms, () => {
        tablet.line.mode = 'up'
        tablet.tellOnline()
      })
      return
    }
    case 'backUp':
      memory.backups.set(step.tablet, copyDisk(tablet.disk))
      return
    case 'restore': {
      const backup = memory.backups.get(step.tablet)
      if (backup) restoreTablet(world, tablet, backup)
      return
    }
    case 'clone': {
      const [name] = currentLedger(tablet) ?? []
      const tabletPlan = plan.tablets[step.tablet]
      if (name === undefined || !tabletPlan) return
      const twin = world.addTablet(tabletPlan)
      twin.clock.beginToLie()
      overwriteDisk(twin.disk, tablet.disk)
      markCopied(world, tablet)
      rare.add('tablet_cloned')
      twin.start()
      return
    }
    case 'damage':
      return damageManifest(world, tablet)
    case 'revoke': {
      const device = deviceRow(world, tablet)
      if (device?.state !== 'active' && device?.state !== 'pair_anew') return
      if (tablet.line.mode !== 'up' || !gate) rare.add('revoked_while_offline')
      background(world.central.owner.devicesAdmin.revoke({ device: device.id }))
      return
    }
    case 'pairAnew': {
      const tabletPlan = plan.tablets[step.tablet]
      if (!gate || !tabletPlan || tablet.line.mode !== 'up') return
      const before = tablet.disk.ledgers.size
      void world.pair(tablet, tabletPlan).then(
        () => {
          if (tablet.disk.ledgers.size > before) rare.add('tablet_paired_anew')
        },
        () => undefined,
      )
      return
    }
    case 'move': {
      const device = deviceRow(world, tablet)
      const list = world.lists[step.list]
      if (device?.state !== 'active' || !list || device.list === list) return
      const place = { list, gate: device.gate, role: device.role }
      rare.add('place_moved')
      background(world.central.owner.devicesAdmin.move({ device: device.id, place }))
      return
    }
  }
}

function attemptOf(world: World, step: Extract<Step, { do: 'scan' }>): ScanAttempt {
  const ticket = world.tickets[step.ticket]
  const token = ticket?.token ?? 'nothing'
  const text = step.by === 'forged' ? `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}` : token
  const source =
    step.by === 'name' && ticket
      ? ({ kind: 'row', invitee: ticket.invitee, digest: ticket.digest } as const)
      : ({ kind: 'text', text, input: 'camera' } as const)
  const force = step.force ? { pin: '', note: 'a friend' } : null
  return { source, act: step.act, force, answer: null, answers: null, secondPerson: false }
}

function scan(world: World, memory: Memory, at: number, gate: RunningGate, attempt: ScanAttempt): void {
  show(world, memory, at, gate.scan(attempt), attempt)
}

/** A verdict that comes to the screen is one that must not be lost (SY1). */
function show(
  world: World,
  memory: Memory,
  at: number,
  verdict: Promise<ShownVerdict>,
  attempt: ScanAttempt | null,
): void {
  const tablet = world.tablets[at]
  if (!tablet) return
  verdict.then(
    ({ scan: id, verdict: { kind, reason } }) => {
      if (id === null) return
      world.truth.shown.push({ tablet: tablet.name, id, kind })
      const [, ledger] = currentLedger(tablet) ?? []
      if (!ledger?.scans.some(({ body }) => body.id === id)) {
        world.violations.push(`durable: ${tablet.name} showed ${kind} of ${id} before it was on its disk`)
      }
      if (kind === 'admit') memory.admits.set(at, id)
      if (kind === 'attention' && attempt) memory.attentions.set(at, { id, attempt })
      if (kind === 'admit' && reason === 'unlisted') world.rare.add('unlisted_admitted')
    },
    () => undefined,
  )
}

/** Codes issued after the last pull: genuine, and on nobody's list yet (scenario 30). */
function issueLate({ central, event, tickets }: World): void {
  const issued = issueTickets(central.database, central.deps, central.tenant, event, 1)
  void issued.then((added) => tickets.push(...added))
}

export function deviceRow({ central }: World, tablet: Tablet): DeviceRow | undefined {
  const device = deviceOfTablet(tablet)
  return central.database.rows<DeviceRow>('devices').find(({ id }) => id === device)
}

export function deviceOfTablet(tablet: Tablet): string | null {
  const [, ledger] = currentLedger(tablet) ?? []
  const grant = ledger?.facts.grant as { readonly bytes: string } | undefined
  return grant ? (JSON.parse(grant.bytes) as { device: string }).device : null
}

function markCopied({ truth }: World, tablet: Tablet): void {
  const device = deviceOfTablet(tablet)
  if (device) truth.copied.add(device)
}

/** Yesterday's disk in place of today's: what was made since is gone with it. */
function restoreTablet(world: World, tablet: Tablet, backup: TabletDisk): void {
  const { rare, time, truth } = world
  tablet.kill()
  const kept = new Set([...backup.ledgers.values()].flatMap(({ scans }) => scans.map(({ hash }) => hash)))
  markCopied(world, tablet)
  for (const { scans } of tablet.disk.ledgers.values()) {
    for (const { hash } of scans) if (!kept.has(hash)) truth.destroyed.add(hash)
  }
  overwriteDisk(tablet.disk, backup)
  markCopied(world, tablet)
  rare.add('tablet_restored')
  time.after(500, tablet.start)
}

/** The manifest's file is gone; the ledger is whole. */
function damageManifest({ rare, time }: World, tablet: Tablet): void {
  tablet.kill()
  tablet.disk.manifests.manifests.clear()
  rare.add('manifest_damaged')
  time.after(300, tablet.start)
}

function restoreCentral(world: World, memory: Memory): void {
  const { centralBackup } = memory
  if (!centralBackup) return
  const { central, rare, truth } = world
  central.restore(centralBackup.backup)
  truth.stored.clear()
  for (const { hash } of central.database.rows<ScanRow>('scans')) truth.stored.add(hash)
  world.onCentralRestored(centralBackup.takenAtMs)
  rare.add('central_restored')
}
