import { fail, ok } from '@eventpass/domain'
import type { Upstream, UpstreamAnswer } from '../gate/upstream.ts'
import { ClaimInput } from '../wire/claim.ts'
import { ChallengeInput, ContactInput } from '../wire/contact.ts'
import { PairStartInput, PairStatusInput } from '../wire/pairing.ts'
import { PullInput, SnapshotInput } from '../wire/pull.ts'
import { PushInput } from '../wire/push.ts'
import { type createFakeNode, Refusal } from './fake-node.fake.ts'
import type { TestTime } from './test-time.fake.ts'

type Node = ReturnType<typeof createFakeNode>
export type CallName = Exclude<keyof Upstream, 'kind'>

/** What becomes of one call: lost on the way, lost on the way back, or answered by somebody else. */
export type Fate = 'ok' | 'lost' | 'answer_lost' | 'portal' | 'busy' | 'server_error'

/** A line whose every call a test may spoil. */
export interface Line {
  /** Asked before every call. */
  fate: (call: CallName, count: number) => Fate
  /** Asked before every piece of a snapshot: false breaks the line there. */
  carries: (atByte: number) => boolean
  /** Called when a call has been answered and before the gate hears of it. */
  onAnswer: (call: CallName) => Promise<void>
  readonly counts: Map<CallName, number>
  /** Rows, scans and rulings of one page. */
  pageMax: number
  chunkBytes: number
  /** True once the tablet's process was killed: nothing comes back to it. */
  cut: boolean
}

export function createLine(): Line {
  return {
    fate: () => 'ok',
    carries: () => true,
    onAnswer: async () => undefined,
    counts: new Map(),
    pageMax: 100,
    chunkBytes: 512,
    cut: false,
  }
}

const portalPage = '<!doctype html><title>Free Wi-Fi</title><form>Accept</form>'

/** A node over a line, as a transport would be: everything crosses as JSON, nothing rejects. */
export function createLineUpstream(
  node: Node,
  line: Line,
  kind: 'central' | 'hub',
  time: TestTime,
): Upstream {
  const call = async (name: CallName, work: () => Promise<unknown>): Promise<UpstreamAnswer> => {
    const count = (line.counts.get(name) ?? 0) + 1
    line.counts.set(name, count)
    const fate = line.fate(name, count)
    if (line.cut) return new Promise(() => undefined)
    if (fate === 'lost') return fail({ kind: 'unreachable' })
    if (fate === 'server_error') return fail({ kind: 'unreachable' })
    if (fate === 'busy') return fail({ kind: 'busy', retryMs: 2_000 })
    if (fate === 'portal') return ok(portalPage)
    try {
      const value: unknown = JSON.parse(JSON.stringify(await time.during(work)))
      await line.onAnswer(name)
      if (line.cut) return new Promise(() => undefined)
      return fate === 'answer_lost' ? fail({ kind: 'unreachable' }) : ok(value)
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal
      return fail({ kind: 'refused', code: refusal.code, message: refusal.message })
    }
  }
  return {
    kind,
    pairStart: (input) => call('pairStart', () => node.pairStart(PairStartInput.parse(input))),
    pairStatus: (input) => call('pairStatus', () => node.pairStatus(PairStatusInput.parse(input))),
    challenge: (input) => call('challenge', () => node.challenge(ChallengeInput.parse(input))),
    contact: (input) => call('contact', () => node.contact(ContactInput.parse(input))),
    push: (pass, input) => call('push', () => node.push(pass, PushInput.parse(input))),
    ...(node.grantsClaims()
      ? {
          claim: (pass: string, input: unknown) =>
            call('claim', () => node.claim(pass, ClaimInput.parse(input))),
        }
      : {}),
    pull: (pass, input) =>
      call('pull', () => node.pull(pass, PullInput.parse(input), line.pageMax)),
    snapshot: (pass, input) =>
      call('snapshot', () => node.snapshot(pass, SnapshotInput.parse(input))),
    async fetchRange(pass, path, from) {
      const whole = await call('fetchRange', async () => [...node.range(pass, path, from)])
      if (!whole.ok) return whole
      return ok({ from, chunks: pieces(line, from, Uint8Array.from(whole.value as number[])) })
    },
  }
}

async function* pieces(line: Line, from: number, bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += line.chunkBytes) {
    if (line.cut) await new Promise(() => undefined)
    if (!line.carries(from + at)) throw new Error('The line broke.')
    yield bytes.subarray(at, at + line.chunkBytes)
  }
}
