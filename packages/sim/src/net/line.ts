import { fail, ok } from '@eventpass/domain'
import type { Upstream, UpstreamAnswer } from '@eventpass/sync'
import type { Caller, Central } from '../central/central.ts'
import type { Process } from '../gate/process.ts'
import type { Random } from '../kernel/random.ts'
import type { VirtualTime } from '../kernel/virtual-time.ts'
import type { Impostor } from './impostor.ts'

/** What a line does to calls just now. One-way cuts are partitions that only one side notices. */
export type LineMode =
  | 'up'
  | 'down'
  | 'requests_lost'
  | 'answers_lost'
  | 'portal'
  | 'impostor'
  | 'busy'

/** How good a network is while it is up. */
export interface LinePlan {
  readonly delayMs: number
  readonly jitterMs: number
  readonly loss: number
  readonly repeat: number
}

export interface Line {
  mode: LineMode
  /** Nothing is lost, late or repeated while this is true. */
  isCalm: boolean
  /** The network as one process of the tablet meets it. */
  readonly connect: (process: Process) => Upstream
}

/** Told of every answer that central gave, whatever became of it on the way. */
export type OnAnswer = (name: string, answer: UpstreamAnswer) => void

const calm: LinePlan = { delayMs: 5, jitterMs: 0, loss: 0, repeat: 0 }
const portalPage = '<!doctype html><title>Free Wi-Fi</title><form>Accept</form>'
const chunkBytes = 1_500

export function createLine(
  world: {
    readonly time: VirtualTime
    readonly central: () => Central
    readonly impostor: Impostor
    readonly onAnswer: OnAnswer
  },
  plan: LinePlan,
  random: Random,
): Line {
  const planNow = () => (line.isCalm ? calm : plan)
  const { time } = world
  const delay = () => {
    const { delayMs, jitterMs } = planNow()
    const slow = jitterMs > 0 && random.chance(0.03) ? random.int(0, 12_000) : 0
    return delayMs + random.int(0, jitterMs) + slow
  }
  const unreachable = fail({ kind: 'unreachable' } as const)
  const hang = () => new Promise<never>(() => undefined)

  const line: Line = {
    mode: 'up',
    isCalm: false,
    connect(process) {
      const reach = async (name: string, pass: string | null, call: (caller: Caller) => Promise<unknown>) => {
        const answer = await world.central().answer(pass, call)
        world.onAnswer(name, answer)
        return answer
      }
      const send = async (
        name: string,
        pass: string | null,
        input: unknown,
        call: (caller: Caller) => Promise<unknown>,
      ): Promise<UpstreamAnswer> => {
        const quick = random.chance(0.7)
        if (line.mode === 'down') return quick ? unreachable : hang()
        if (line.mode === 'portal') return ok(portalPage)
        if (line.mode === 'busy') return fail({ kind: 'busy', retryMs: 2_000 })
        if (line.mode === 'impostor') return world.impostor.answer(name, input)
        if (line.mode === 'requests_lost' || random.chance(planNow().loss)) return quick ? unreachable : hang()
        await time.sleep(delay())
        if (random.chance(planNow().repeat)) {
          time.after(random.int(0, 60_000), () => void reach(name, pass, call))
        }
        const answer = await reach(name, pass, call)
        await time.sleep(delay())
        // Whatever the line is when the answer comes back decides.
        if (line.mode === 'down' || line.mode === 'answers_lost' || random.chance(planNow().loss)) {
          return quick ? unreachable : hang()
        }
        return answer
      }
      const through = async (...args: Parameters<typeof send>): Promise<UpstreamAnswer> => {
        await process.goOn()
        const answer = await send(...args)
        if (line.mode === 'portal' || line.mode === 'busy' || line.mode === 'impostor') await time.sleep(20)
        await process.goOn()
        return answer
      }
      const over = <T>(input: T): T => JSON.parse(JSON.stringify(input))
      return {
        kind: 'central',
        pairStart: (input) => through('pairStart', null, input, (to) => to.pairing.start(over(input))),
        pairStatus: (input) => through('pairStatus', null, input, (to) => to.pairing.status(over(input))),
        challenge: (input) => through('challenge', null, input, (to) => to.sync.challenge(over(input))),
        contact: (input) => through('contact', null, input, (to) => to.sync.contact(over(input))),
        push: (pass, input) => through('push', pass, input, (to) => to.sync.push(over(input))),
        pull: (pass, input) => through('pull', pass, input, (to) => to.sync.pull(over(input))),
        snapshot: (pass, input) => through('snapshot', pass, input, (to) => to.sync.snapshot(over(input))),
        async fetchRange(pass, path, from) {
          const file = world.central().snapshotFiles.get(path)
          const told = await through('fetchRange', pass, { path }, async () => file !== undefined)
          if (!told.ok) return told
          if (told.value === portalPage) return fail({ kind: 'unreadable' })
          if (!file) return fail({ kind: 'refused', code: 'gone', message: 'It is gone.' })
          const start = random.chance(0.1) ? 0 : from
          return ok({ from: start, chunks: pieces(file.subarray(start), process) })
        },
      }
    },
  }
  async function* pieces(bytes: Uint8Array, process: Process): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += chunkBytes) {
      await time.sleep(Math.floor(delay() / 4))
      await process.goOn()
      if (line.mode !== 'up' || random.chance(planNow().loss / 2)) throw new Error('The line broke.')
      yield bytes.subarray(at, at + chunkBytes)
    }
  }
  return line
}
