import type { ScanAttempt, ShownVerdict } from '@eventpass/sync'
import type { Step } from '../plan/steps.ts'
import type { Memory } from './memory.ts'
import type { World } from './world.ts'

/** What a person at the door holds up or types. */
export function attemptOf(world: World, step: Extract<Step, { do: 'scan' }>): ScanAttempt {
  const ticket = world.tickets.at(step.ticket)
  const token = ticket?.token ?? 'nothing'
  const forged = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`
  const source =
    step.by === 'name' && ticket
      ? ({ kind: 'row', invitee: ticket.invitee, digest: ticket.digest } as const)
      : ({ kind: 'text', text: step.by === 'forged' ? forged : token, input: 'camera' } as const)
  const force = step.force ? { pin: '', note: 'a friend' } : null
  return { source, act: step.act, force, answer: null, answers: null, secondPerson: false }
}

/** Waits for a verdict: what comes to the screen must not be lost (SY1). One that fails counts for nothing. */
export function show(
  world: World,
  memory: Memory,
  at: number,
  verdict: Promise<ShownVerdict>,
  attempt: ScanAttempt | null,
): void {
  verdict.then(
    (shown) => note(world, memory, at, shown, attempt),
    () => undefined,
  )
}

function note(
  { rare, tablets, truth, violations }: World,
  memory: Memory,
  at: number,
  { scan: id, verdict: { kind, reason } }: ShownVerdict,
  attempt: ScanAttempt | null,
): void {
  const tablet = tablets[at]
  if (id === null || !tablet) return
  truth.shown.push({ tablet: tablet.name, id, kind })
  const onDisk = [...tablet.disk.ledgers.values()].flatMap(({ scans }) => scans)
  if (!onDisk.some(({ body }) => body.id === id)) {
    violations.push(`durable: ${tablet.name} showed ${kind} of ${id} before it was on its disk`)
  }
  if (kind === 'admit') memory.admits.set(at, id)
  if (kind === 'attention' && attempt) memory.attentions.set(at, { id, attempt })
  if (kind === 'admit' && reason === 'unlisted') rare.add('unlisted_admitted')
}
