import { setTimeout as delay } from 'node:timers/promises'
import type { TestDevice } from '@eventpass/api/testing'
import type { Digest } from '@eventpass/domain'
import { PROTOCOL_VERSION } from '@eventpass/sync'

/** A code as it is shown, and as ledgers know it. */
export interface Code {
  readonly qr: string
  readonly digest: Digest
}

const answerMsMax = 5_000
const retryMs = 50

/** A client of plain HTTP: it asks until it is told something, and does as it was told. */
export interface Turnstile {
  /** Answers the outcome, and remembers ops that were told `provisional`. */
  readonly show: (code: Code) => Promise<string>
  readonly provisional: ReadonlySet<string>
  /** Contact, push of everything, contact: as a gate does. */
  readonly handIn: () => Promise<void>
  /** How many of its requests brought no answer, or another than it can use. */
  readonly unanswered: () => number
}

export async function openTurnstile(origin: string, device: TestDevice): Promise<Turnstile> {
  const provisional = new Set<string>()
  let unanswered = 0
  const post = async (path: string, input: unknown, pass: string | null) => {
    const response = await fetch(`${origin}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(pass !== null && { authorization: `Device ${pass}` }),
      },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(answerMsMax),
    })
    const body = await response.json()
    if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(body)}`)
    return body
  }
  const insist = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await work()
      } catch {
        unanswered += 1
        await delay(retryMs)
      }
    }
  }
  const call = async (procedure: string, input: unknown, pass: string | null) =>
    (await post(`/trpc/${procedure}`, input, pass)).result.data
  const meet = () =>
    insist(async () => {
      const asked = { protocol: PROTOCOL_VERSION, device: device.id }
      const { nonce } = await call('sync.challenge', asked, null)
      return String((await call('sync.contact', await device.reply(nonce), null)).pass)
    })
  const pass = await meet()
  return {
    provisional,
    unanswered: () => unanswered,
    async show({ qr, digest }) {
      const intent = device.intend(digest)
      const { op, seq, epoch } = intent
      const answer = await insist(() => post(`/scan/${qr}`, { op, seq, epoch }, pass))
      const outcome = String(answer.outcome)
      if (outcome === 'provisional') provisional.add(op)
      const isIn = outcome === 'accepted' || outcome === 'provisional'
      await device.scanClaimed(
        intent,
        isIn
          ? { tier: outcome === 'accepted' ? 'central' : 'signature' }
          : { verdict: 'refuse', reason: 'used' },
      )
      return outcome
    },
    async handIn() {
      const fresh = await meet()
      for (let from = 0; from < device.links.length; from += 100) {
        const links = device.links.slice(from, from + 100)
        await insist(async () => {
          const answer = await call('sync.push', await device.pack(links), fresh)
          if (answer.outcome !== 'accepted') throw new Error(answer.outcome)
        })
      }
      await meet()
    },
  }
}
