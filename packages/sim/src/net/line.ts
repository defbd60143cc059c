import { fail, ok } from '@eventpass/domain'
import type { UpstreamAnswer } from '@eventpass/sync'
import type { Central } from '../central/central.ts'
import type { Random } from '../kernel/random.ts'
import type { VirtualTime } from '../kernel/virtual-time.ts'
import type { RareState } from '../run/rare.ts'
import type { Hub } from './hub.ts'
import type { Impostor } from './impostor.ts'
import type { Request } from './request.ts'

/** What a line does to calls just now. One-way cuts are partitions that only one side notices. */
export type LineMode =
  | 'up'
  | 'down'
  | 'requests_lost'
  | 'answers_lost'
  | 'portal'
  | 'impostor'
  | 'busy'
  /** The tablet is on the venue's own network, and its upstream is the hub there. */
  | 'hub'

/** How good a network is while it is up. */
export interface LinePlan {
  readonly delayMs: number
  readonly jitterMs: number
  readonly loss: number
  readonly repeat: number
}

/** The network between one tablet and central. */
export interface Line {
  mode: LineMode
  /** Nothing is lost, late or repeated while this is true. */
  isCalm: boolean
  readonly send: (request: Request) => Promise<UpstreamAnswer>
  /** Waits as long as a piece of a download takes; false where the line breaks. */
  readonly carryPiece: () => Promise<boolean>
  readonly fileAt: (path: string) => Uint8Array | undefined
  /** Whether a node answers a Range with the whole file. */
  readonly ignoresRange: () => boolean
}

/** What a line reaches, and whom it tells. */
export interface Net {
  readonly time: VirtualTime
  readonly central: Central
  readonly impostor: Impostor
  readonly hub: Hub
  /** Told of every answer that central gave, whatever became of it on the way. */
  readonly onAnswer: (request: Request, answer: UpstreamAnswer) => void
  readonly note: (state: RareState) => void
}

export const portalPage = '<!doctype html><title>Free Wi-Fi</title><form>Accept</form>'

const calm: LinePlan = { delayMs: 5, jitterMs: 0, loss: 0, repeat: 0 }
/** Somebody nearby who answers in central's stead is quick, but takes some time. */
const nearMs = 20
const lateMsMax = 60_000

export function createLine(net: Net, plan: LinePlan, random: Random): Line {
  const { time, central } = net
  const planNow = () => (line.isCalm ? calm : plan)
  const modeNow = (): LineMode => line.mode
  const isLost = () => random.chance(planNow().loss)
  const delay = () => {
    const { delayMs, jitterMs } = planNow()
    const slow = jitterMs > 0 && random.chance(0.03) ? random.int(0, 12_000) : 0
    return delayMs + random.int(0, jitterMs) + slow
  }
  const reach = async (request: Request) => {
    const answer = await central.answer(request.pass, request.call)
    net.onAnswer(request, answer)
    return answer
  }
  /** Some networks say that they are gone, others say nothing until the caller gives up. */
  const lose = async (): Promise<UpstreamAnswer> =>
    random.chance(0.7)
      ? fail({ kind: 'unreachable' } as const)
      : new Promise<never>(() => undefined)

  const line: Line = {
    mode: 'up',
    isCalm: false,
    fileAt: (path) => central.snapshotFiles.get(path),
    ignoresRange: () => random.chance(0.1),
    async send(request) {
      const { name, input } = request
      const mode = modeNow()
      if (mode === 'portal' || mode === 'busy' || mode === 'impostor') {
        await time.sleep(nearMs)
        if (mode === 'portal') return ok(portalPage)
        if (mode === 'busy') return fail({ kind: 'busy', retryMs: 2_000 })
        return net.impostor.answer(name, input)
      }
      if (mode === 'hub') {
        if (isLost()) return lose()
        await time.sleep(nearMs)
        const answer = await net.hub.answer(request)
        await time.sleep(nearMs)
        return isLost() || modeNow() !== 'hub' ? lose() : answer
      }
      if (mode === 'down' || mode === 'requests_lost' || isLost()) return lose()
      await time.sleep(delay())
      if (random.chance(planNow().repeat)) {
        time.after(random.int(0, lateMsMax), () => void reach(request))
      }
      const answer = await reach(request)
      await time.sleep(delay())
      // What the line is when the answer comes back decides.
      const later = modeNow()
      if (later !== 'down' && later !== 'answers_lost' && !isLost()) return answer
      if (name === 'push' && answer.ok) net.note('answer_lost_after_commit')
      return lose()
    },
    async carryPiece() {
      await time.sleep(Math.floor(delay() / 4))
      const mode = modeNow()
      const holds = (mode === 'up' || mode === 'hub') && !random.chance(planNow().loss / 2)
      if (!holds) net.note('first_load_broken')
      return holds
    },
  }
  return line
}
