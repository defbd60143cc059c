import type { DeviceId, ScanHash } from '@eventpass/domain'
import {
  createSignKeyPair,
  exportPublicKey,
  PROTOCOL_VERSION,
  type PushInput,
  sealScan,
  signContact,
  signPushHead,
  zeroHash,
} from '@eventpass/sync'

const subtle = globalThis.crypto.subtle as SubtleCrypto

/** Where a tablet stands, in ids. */
export interface Place {
  readonly event: string
  readonly list: string
  readonly gate: string
}

/** A tablet as central meets it: a real key and a real chain, without screen and files. */
export interface Tablet {
  readonly id: DeviceId
  /** Raw P-256 point, base64url. */
  readonly signKey: string
  /** Scans these codes offline, admits all, and answers them as the body of one push. */
  readonly scan: (digests: readonly string[]) => Promise<string>
  /** Makes a contact, after which it may push. */
  readonly meet: (origin: string) => Promise<void>
  /** Sends one body. */
  readonly push: (origin: string, body: string) => Promise<void>
}

export async function createTablet(place: Place): Promise<Tablet> {
  const id = crypto.randomUUID() as DeviceId
  const { publicKey, privateKey } = await createSignKeyPair(subtle)
  const clocks = () => ({ epoch: 1, monoMs: Math.floor(performance.now()), wallMs: Date.now() })
  let [headSeq, headHash] = [0, zeroHash]
  let pass = ''
  return {
    id,
    signKey: await exportPublicKey(subtle, publicKey),
    async scan(digests) {
      const prev = headHash
      const scans = []
      for (const digest of digests) {
        headSeq += 1
        const link = await sealScan(subtle, headHash, bodyOf(place, id, headSeq, clocks(), digest))
        headHash = link.hash
        scans.push({ ...link, texts: { code: null, answer: null, note: null } })
      }
      const head = { device: id, headSeq, headHash }
      const signature = await signPushHead(subtle, privateKey, head)
      const { device } = head
      const push = { protocol: PROTOCOL_VERSION, device, prev, scans, headSeq, signature }
      return JSON.stringify(push satisfies PushInput)
    },
    async meet(origin) {
      const asked = { protocol: PROTOCOL_VERSION, device: id }
      const { nonce } = (await call(origin, 'challenge', JSON.stringify(asked))) as Challenged
      const claim = { nonce, device: id, headSeq, headHash: headHash as ScanHash, ...clocks() }
      const signature = await signContact(subtle, privateKey, claim)
      const met = await call(origin, 'contact', JSON.stringify({ ...claim, signature }))
      pass = (met as Met).pass
    },
    async push(origin, body) {
      const { outcome } = (await call(origin, 'push', body, pass)) as Pushed
      if (outcome !== 'accepted') throw new Error(`A push was ${outcome}.`)
    },
  }
}

interface Challenged {
  readonly nonce: string
}

interface Met {
  readonly pass: string
}

interface Pushed {
  readonly outcome: string
}

async function call(origin: string, name: string, body: string, pass?: string): Promise<unknown> {
  const answer = await fetch(`${origin}/trpc/sync.${name}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(pass !== undefined && { authorization: `Device ${pass}` }),
    },
    body,
  })
  if (!answer.ok) throw new Error(`sync.${name}: ${answer.status} ${await answer.text()}`)
  return (await answer.json()).result.data
}

function bodyOf(
  place: Place,
  device: DeviceId,
  seq: number,
  clocks: { readonly epoch: number; readonly monoMs: number; readonly wallMs: number },
  digest: string,
) {
  const id = crypto.randomUUID()
  const { event, list, gate } = place
  return {
    ...{ v: 1, id, event, device, seq, ...clocks, list, gate, act: 'entry', input: 'camera' },
    ...{ role: 'steward', digest, verdict: 'admit', reason: null, tier: 'replica', forced: false },
    ...{ forceSent: false, answers: null, target: null, revision: 1 },
    textHashes: { code: null, answer: null, note: null },
  } as unknown as Parameters<typeof sealScan>[2]
}
