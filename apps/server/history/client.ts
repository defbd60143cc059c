import { randomInt } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { TestDevice } from '@eventpass/api/gates/testing'
import type { Digest } from '@eventpass/domain'
import { type ClaimInput, PROTOCOL_VERSION } from '@eventpass/sync'
import { askClaim, callCentral } from './ask-central.ts'
import type { Heard } from './history.ts'
import type { Recorder } from './recorder.ts'

/** What a client asks for: a list or a gift, and a code. */
export interface Wish {
  readonly what: 'scan' | 'gift'
  readonly list: string
  readonly digest: Digest
}

export interface ClientPlan {
  readonly device: TestDevice
  readonly origins: readonly string[]
  readonly recorder: Recorder
  /** What to ask for next. */
  readonly nextWish: () => Wish
  readonly isOver: () => boolean
}

/** A device that asks as fast as it gets answers. */
export interface Client {
  readonly work: () => Promise<void>
  /** Asks again whatever it got no answer to, and tells central what it has not heard yet. */
  readonly settle: () => Promise<void>
}

interface Question {
  readonly wish: Wish
  readonly intent: ClaimInput
}

/** A device’s pass ends after a quarter of an hour. */
const passMsMax = 10 * 60_000
/** As a gate would: asked at once and again and again, a node would do nothing but answer. */
const retryMs = 500
const retriesMax = 3
const scansPerPush = 20
/** Of whatever must succeed in the end; far longer than anything is away. */
const triesMax = 120
/** One answer of so many is asked for again, and one is asked for as another question. */
const repeatOneOf = 50
const reuseOneOf = 200
/** How many of its answered questions a client remembers to ask again. */
const rememberedMax = 50

export const keyOf = ({ list, digest }: Pick<ClaimInput, 'list' | 'digest'>): string =>
  `${list}/${digest}`
export const bodyOf = (asked: Pick<ClaimInput, 'list' | 'digest' | 'seq' | 'epoch'>): string =>
  `${keyOf(asked)}/${asked.epoch}/${asked.seq}`

/**
 * A gate that only claims. Where it hears nothing it asks again, leaves it for later, or comes back in
 * another life, which claims at the same number of its chain.
 */
export function createClient(plan: ClientPlan): Client {
  const line = openLine(plan)
  const { device, recorder } = plan
  const held = new Map<string, { readonly op: string; readonly epoch: number }[]>()
  let [seq, epoch] = [1, 1]

  /** Ends what an earlier life of this device claimed of that code: the new one takes it over. */
  const takeOver = (key: string) => {
    for (const { op, epoch: then } of held.get(key) ?? []) {
      if (then < epoch) recorder.noteRelease(op)
    }
  }
  const claimNext = async () => {
    const wish = plan.nextWish()
    const intent = device.intend(wish.digest, { list: wish.list, seq, epoch })
    const key = keyOf(intent)
    takeOver(key)
    const heard = await line.insist({ wish, intent }, randomInt(retriesMax))
    if (heard.kind === 'accepted' || heard.kind === 'unknown') {
      held.set(key, [...(held.get(key) ?? []), { op: intent.op, epoch }])
    }
    if (heard.kind === 'unknown') line.leave({ wish, intent })
    const diedAsking = heard.kind === 'unknown' && randomInt(2) === 0
    if (diedAsking) {
      recorder.noteRelease(intent.op)
      epoch += 1
    } else seq += 1
  }
  return {
    async work() {
      await line.meet()
      while (!plan.isOver()) await claimNext()
    },
    async settle() {
      await line.meet()
      await line.settleAll()
    },
  }
}

/** A gate that also chains and pushes what it showed: half of what it was granted it did not admit. */
export function createTeller(plan: ClientPlan): Client {
  const line = openLine(plan)
  const { device, recorder } = plan
  const ended: (() => () => void)[] = []
  let sent = 0

  const push = async () => {
    const links: TestDevice['links'] = device.links.slice(sent)
    if (links.length === 0) return
    const sure = ended.splice(0).map((begin) => begin())
    await line.push(links)
    sent = device.links.length
    for (const each of sure) each()
  }
  const claimNext = async () => {
    const wish = plan.nextWish()
    const intent = device.intend(wish.digest, { list: wish.list })
    const heard = await line.insist({ wish, intent }, retriesMax)
    const admits = heard.kind === 'accepted' && randomInt(2) === 0
    await device.scanClaimed(intent, admits ? {} : { verdict: 'refuse', reason: 'used' })
    if (!admits) ended.push(() => recorder.noteRelease(intent.op))
    if (heard.kind === 'unknown') line.leave({ wish, intent })
    if (device.links.length - sent >= scansPerPush) await push()
  }
  return {
    async work() {
      await line.meet()
      while (!plan.isOver()) await claimNext()
    },
    async settle() {
      await line.meet()
      await push()
      await line.settleAll()
    },
  }
}

/** How a device speaks with central: everything it asks is recorded. */
function openLine({ device, origins, recorder, nextWish, isOver }: ClientPlan) {
  const answered: Question[] = []
  const lost: Question[] = []
  let pass = { text: '', sinceMs: 0 }
  let at = randomInt(origins.length)
  const origin = () => origins[at % origins.length] ?? ''

  const ask = async ({ wish, intent }: Question): Promise<Heard> => {
    await renew()
    const fromMs = Date.now()
    const heard = await askClaim(origin(), wish.what, intent, pass.text)
    const { op } = intent
    const [key, body] = [keyOf(intent), bodyOf(intent)]
    recorder.noteAsked({ op, device: device.id, key, body, fromMs, toMs: Date.now(), heard })
    if (heard.kind !== 'unknown') return heard
    at += 1
    await pause(retryMs)
    return heard
  }
  /** Asks again so often where nothing is heard; now and then also what was answered already. */
  const insist = async (question: Question, retries: number): Promise<Heard> => {
    let heard = await ask(question)
    for (let no = 0; no < retries && heard.kind === 'unknown' && !isOver(); no += 1) {
      heard = await ask(question)
    }
    if (heard.kind === 'unknown') return heard
    if (answered.length < rememberedMax) answered.push(question)
    else answered[randomInt(rememberedMax)] = question
    const earlier = answered[randomInt(answered.length)]
    if (earlier && randomInt(repeatOneOf) === 0) await ask(earlier)
    if (randomInt(reuseOneOf) === 0) {
      const { list, digest, what } = nextWish()
      const intent = { ...question.intent, list, digest }
      const other = { wish: { what, list, digest }, intent }
      const isOther = bodyOf(intent) !== bodyOf(question.intent)
      if (isOther && (await ask(other)).kind === 'unknown') lost.push(other)
    }
    return heard
  }
  /** Tries until it succeeds, through whatever happens to central. */
  const untilDone = async <T>(work: () => Promise<T>): Promise<T> => {
    for (let no = 1; ; no += 1) {
      try {
        return await work()
      } catch (fault) {
        if (no === triesMax) throw fault
        at += 1
        await pause(retryMs)
      }
    }
  }
  const call = async (procedure: string, input: unknown) => {
    const { status, data } = await callCentral(origin(), procedure, input, pass.text || null)
    if (status !== 200) throw new Error(`${procedure}: HTTP ${status}`)
    return data
  }
  /** Until it has an answer, and then once more: it must be the same. */
  const settle = async (question: Question) => {
    for (let no = 0; no < triesMax && !recorder.violation(); no += 1) {
      if ((await ask(question)).kind !== 'unknown') break
    }
    await ask(question)
  }
  /** A new pass: a challenge is good for one reply, so both are asked anew until both are answered. */
  const meet = () =>
    untilDone(async () => {
      const named = { protocol: PROTOCOL_VERSION, device: device.id }
      const { nonce } = (await call('sync.challenge', named)) as { nonce: string }
      const met = await call('sync.contact', await device.reply(nonce))
      pass = { text: (met as { pass: string }).pass, sinceMs: Date.now() }
    })
  /** As gates do, before theirs ends. */
  const renew = async () => {
    if (Date.now() - pass.sinceMs > passMsMax) await meet()
  }
  return {
    insist,
    meet,
    /** Leaves a question open until the end. */
    leave: (question: Question) => void lost.push(question),
    push: (links: TestDevice['links']) =>
      untilDone(async () => {
        await renew()
        const answer = await call('sync.push', await device.pack(links))
        const { outcome } = answer as { outcome: string }
        if (outcome !== 'accepted') throw new Error(`A push was ${outcome}.`)
      }),
    /** What was left open, and then what was answered once more. */
    async settleAll() {
      for (const question of lost) await settle(question)
      for (const question of answered) await ask(question)
    },
  }
}
