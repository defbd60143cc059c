import { ok } from '@eventpass/domain'
import { createSignKeyPair, signStatement, type UpstreamAnswer } from '@eventpass/sync'
import type { Random } from '../kernel/random.ts'

/** Somebody in the middle who speaks the protocol well and holds none of central's keys. */
export interface Impostor {
  readonly answer: (call: string, input: unknown) => Promise<UpstreamAnswer>
}

interface Asked {
  readonly device: string
  readonly headSeq: number
  readonly headHash: string
  readonly revision: number
  readonly scans: readonly { readonly hash: string }[]
}

export async function createImpostor(
  subtle: SubtleCrypto,
  random: Random,
  world: { readonly nowMs: () => number; readonly incarnation: () => string },
): Promise<Impostor> {
  const pair = await createSignKeyPair(subtle)
  const sign = (statement: { readonly type: string }) =>
    signStatement(subtle, pair.privateKey, { ...statement })
  const receipt = (device: string, throughSeq: number, hash: string) =>
    sign({ type: 'receipt', ...{ device, throughSeq, hash, incarnation: world.incarnation() } })

  return {
    async answer(call, input) {
      const asked = input as Asked
      const nowMs = Math.floor(world.nowMs())
      // It is hours late on purpose: what it says of time must move nothing.
      const tiMs = nowMs - 3_600_000
      if (call === 'challenge') {
        const nonce = Buffer.from(random.bytes(16)).toString('base64url')
        return ok({ nonce, node: 'central', nodeEpoch: 0, nodeMonoMs: tiMs, tiMs })
      }
      if (call === 'contact') {
        const { device, headSeq, headHash } = asked
        return ok({
          ...{ pass: 'none', passMs: 900_000, node: 'central', tiMs, trMs: tiMs + 5 },
          ...{ incarnation: world.incarnation(), standing: 'active' },
          receipt: await receipt(device, headSeq, headHash),
        })
      }
      if (call === 'push') {
        const { device, headSeq, scans } = asked
        const answers = scans.map(({ hash }) => ({
          hash,
          id: null,
          outcome: 'stored',
          reason: null,
        }))
        const last = scans.at(-1)?.hash ?? ''
        return ok({ outcome: 'accepted', answers, receipt: await receipt(device, headSeq, last) })
      }
      return { ok: false, failure: { kind: 'unreachable' } }
    },
  }
}
