import type { GateId, InviteeNo, Reason, ScanId, Verdict } from '@eventpass/domain'
import type {
  Gate,
  GateStatus,
  HistoryRow,
  ScanAttempt,
  SearchHit,
  ShownVerdict,
} from '@eventpass/sync'
import { unknownStatus } from './door-state.ts'

/**
 * A gate in memory, with one guest for each verdict: for tests and pictures of the screens.
 *
 * It decides by the guest's key alone and keeps no rules of its own: what it answers is what the
 * screens are to show, not what the real gate would decide.
 */
export interface DemoGate extends Gate {
  readonly set: (part: Partial<GateStatus>) => void
  /** Every attempt that came in, oldest first. */
  readonly attempts: readonly ScanAttempt[]
  /** Every later scan fails with this sentence; null mends it. */
  readonly breakWith: (message: string | null) => void
  /** The person at the organiser's screen accepts this tablet. */
  readonly accept: () => void
}

interface Guest {
  readonly name: string | null
  readonly category: string | null
  readonly answer: Partial<Verdict>
  readonly party?: readonly string[]
}

export const demoPin = '2468'

/** The code of a guest of the demo, in the shape of a real one. */
export function demoToken(key: string): string {
  return `EP1${key.toUpperCase()}`.padEnd(82, 'A')
}

const at = (minutesAgo: number) => Date.now() - minutesAgo * 60_000
const used = (minutesAgo: number) => ({
  scan: 'earlier' as ScanId,
  gate: 'south' as GateId,
  atMs: at(minutesAgo),
})
const no = (reason: Reason, part: Partial<Verdict> = {}): Partial<Verdict> => ({
  kind: 'refuse',
  reason,
  ...part,
})
const ask = (reason: Reason, part: Partial<Verdict> = {}): Partial<Verdict> => ({
  kind: 'attention',
  reason,
  ...part,
})

const guests: Readonly<Record<string, Guest>> = {
  zoe: {
    name: 'Zoë Okafor',
    category: 'VIP',
    answer: { notice: 'table 14' },
    party: ['ana', 'kwame', 'mei'],
  },
  ana: { name: 'Ana Okafor', category: 'VIP', answer: {} },
  kwame: { name: 'Kwame Okafor', category: 'VIP', answer: {} },
  mei: { name: 'Mei-Ling Okafor', category: 'VIP', answer: ask('unpaid') },
  jose: { name: 'José Muñoz', category: 'Standard', answer: {} },
  long: {
    name: 'Văn Nguyễn-Trần Thị Bích Phương',
    category: 'Accreditation · press and photo',
    answer: { notice: 'wheelchair, lift beside the bar' },
  },
  crowded: {
    name: 'Maria Fernanda Gonçalves de Oliveira e Albuquerque Nascimento',
    category: 'Standard',
    answer: no('blocked', {
      notice: 'Their place was given away: bring them to the help desk beside the cloakroom.',
    }),
  },
  used: { name: 'Søren Ægir', category: 'Standard', answer: no('used', { earlier: used(6) }) },
  blocked: { name: 'Jürgen Müller', category: 'Standard', answer: no('blocked') },
  cancel: { name: 'Łukasz Żak', category: 'Standard', answer: no('cancelled', { whenMs: at(90) }) },
  reprint: { name: 'Noor Haddad', category: 'Crew', answer: no('reprinted', { whenMs: at(30) }) },
  early: {
    name: 'Ines Costa',
    category: 'Late show',
    answer: no('outside_window', { whenMs: at(-72) }),
  },
  unpaid: { name: 'Tom Byrne', category: 'Standard', answer: ask('unpaid') },
  minor: {
    name: 'Ella Park',
    category: 'Student',
    answer: ask('question', { question: 'Which student card did they show?' }),
  },
  fresh: { name: null, category: null, answer: ask('unlisted', { tier: 'signature' }) },
  forged: { name: null, category: null, answer: no('bad_signature', { tier: 'signature' }) },
  twice: {
    name: 'Ada Lovelace',
    category: 'Family',
    answer: { kind: 'just_admitted', earlier: used(0.1) },
  },
}

export const readyStatus: GateStatus = {
  ...unknownStatus,
  stage: 'ready',
  eventName: 'Harbour Night',
  listName: 'Main entrance',
  gives: null,
  gateName: 'North gate',
  role: 'steward',
  link: 'central',
  pending: 0,
  listAgeMs: 12_000,
  revision: 7,
  tickets: 1_840,
  peopleInside: 1_204,
}

export function createDemoGate(first: Partial<GateStatus> = {}): DemoGate {
  const attempts: ScanAttempt[] = []
  const rows: HistoryRow[] = []
  const inside = new Set<string>()
  const listeners = new Set<(status: GateStatus) => void>()
  let status: GateStatus = { ...readyStatus, ...first }
  let broken: string | null = null

  function set(part: Partial<GateStatus>): void {
    status = { ...status, ...part }
    for (const listener of listeners) listener(status)
  }

  async function scan(attempt: ScanAttempt): Promise<ShownVerdict> {
    attempts.push(attempt)
    if (broken !== null) throw new Error(broken)
    if (attempt.force !== null && attempt.force.pin !== demoPin) {
      throw new Error('That is not the supervisor’s PIN. Nothing was recorded. Try again.')
    }
    const key = keyOf(attempt)
    const guest = guests[key]
    // A party member names the companion's admit, which answers no attention.
    const answers = rows.some((row) => row.id === attempt.answers && row.verdict === 'attention')
      ? attempt.answers
      : null
    const verdict = verdictOf(guest, { ...attempt, answers }, inside.has(key), status)
    const admitted = verdict.kind === 'admit'
    if (admitted && attempt.act === 'entry') inside.add(key)
    if (admitted && attempt.act === 'exit') inside.delete(key)
    const id = `scan-${attempts.length}` as ScanId
    if (verdict.kind !== 'just_admitted')
      rows.unshift(rowOf(id, rows.length + 1, attempt, verdict, guest))
    set({
      pending: status.link === 'alone' ? status.pending + 1 : status.pending,
      peopleInside: 1_204 + inside.size,
    })
    return {
      verdict,
      scan: verdict.kind === 'just_admitted' ? null : id,
      confirmBy: confirmBy(verdict),
      atMs: Date.now(),
      name: guest?.name ?? null,
      category: guest?.category ?? null,
      gateName: status.gateName ?? 'North gate',
      earlierGateName: verdict.earlier === null ? null : 'South gate',
      party: (guest?.party ?? []).map((mate) => hitOf(mate, inside)),
    }
  }

  return {
    attempts,
    set,
    breakWith(message) {
      broken = message
    },
    accept: () =>
      set({
        stage: 'loading',
        words: null,
        loading: { doneBytes: 1_400_000, totalBytes: 3_600_000 },
      }),
    async pair(code) {
      if (code.startsWith('expired')) {
        return {
          state: 'failed',
          message: 'This pairing link is used up or too old. Ask the organiser for a new one.',
        }
      }
      const words = ['copper', 'lantern', 'river', 'maple']
      set({ stage: 'pairing', words })
      return { state: 'waiting', words, expiresInMs: 600_000 }
    },
    async cancelPairing() {
      set({ stage: 'unpaired', words: null })
    },
    scan,
    async search(query) {
      const text = fold(query.trim())
      if (text.length < (status.role === 'supervisor' ? 2 : 4)) return []
      const keys = Object.keys(guests).filter((key) => fold(guests[key]?.name ?? '').includes(text))
      return keys.map((key) => hitOf(key, inside))
    },
    history: async () => rows,
    async undo(id) {
      const row = rows.findIndex((one) => one.id === id)
      const before = rows[row]
      if (before !== undefined) rows[row] = { ...before, voided: true }
      return {
        verdict: { ...plain, kind: 'admit' },
        scan: id,
        confirmBy: null,
        atMs: Date.now(),
        name: before?.name ?? null,
        category: null,
        gateName: 'North gate',
        earlierGateName: null,
        party: [],
      }
    },
    async syncNow() {
      set({ pending: 0, link: 'central', listAgeMs: 0 })
    },
    watch(listener) {
      listeners.add(listener)
      listener(status)
      return () => listeners.delete(listener)
    },
  }
}

const plain: Verdict = {
  kind: 'admit',
  reason: null,
  tier: 'replica',
  invitee: null,
  forced: false,
  earlier: null,
  explanation: null,
  whenMs: null,
  question: null,
  replicaAgeMs: null,
  revision: 7,
  notice: null,
}

function verdictOf(
  guest: Guest | undefined,
  attempt: ScanAttempt,
  isInside: boolean,
  status: GateStatus,
): Verdict {
  const base = { ...plain, replicaAgeMs: status.listAgeMs }
  const tier = status.link === 'alone' ? 'replica' : status.link
  if (guest === undefined) return { ...base, ...no('unreadable') }
  const verdict = { ...base, tier, ...guest.answer } as Verdict
  const admit: Verdict = { ...base, tier, notice: verdict.notice }
  if (attempt.force !== null && attempt.force.pin === demoPin)
    return { ...admit, forced: attempt.answers === null }
  if (attempt.act === 'exit' || attempt.secondPerson) return admit
  if (verdict.kind === 'attention' && attempt.answers !== null) return admit
  if (verdict.kind === 'admit' && isInside)
    return { ...verdict, ...no('used', { earlier: used(0) }) }
  return verdict
}

function confirmBy({ kind, reason }: Verdict): ShownVerdict['confirmBy'] {
  if (kind !== 'attention') return null
  return reason === 'unlisted' ? 'supervisor' : 'steward'
}

function rowOf(
  id: ScanId,
  seq: number,
  attempt: ScanAttempt,
  verdict: Verdict,
  guest: Guest | undefined,
): HistoryRow {
  return {
    id,
    seq,
    atMs: Date.now(),
    name: guest?.name ?? null,
    act: attempt.act,
    verdict: verdict.kind === 'just_admitted' ? 'admit' : verdict.kind,
    reason: verdict.reason,
    forced: verdict.forced,
    pending: false,
    voided: false,
  }
}

function keyOf({ source }: ScanAttempt): string {
  const text = source.kind === 'row' ? source.digest : source.text.trim().toLowerCase()
  return Object.keys(guests).find((key) => text === key || text.startsWith(`ep1${key}`)) ?? ''
}

function hitOf(key: string, inside: ReadonlySet<string>): SearchHit {
  const guest = guests[key]
  return {
    invitee: (Object.keys(guests).indexOf(key) + 1) as InviteeNo,
    digest: key,
    name: guest?.name ?? '',
    category: guest?.category ?? null,
    inside: inside.has(key),
  }
}

function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
}
