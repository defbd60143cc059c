import type {
  DeviceId,
  Digest,
  EventId,
  GateId,
  ListId,
  ScanBody,
  ScanHash,
  ScanId,
  ScanTexts,
} from '@eventpass/domain'
import {
  type ClaimInput,
  type ClaimOutput,
  createSignKeyPair,
  DeviceGrant,
  exportPublicKey,
  hashTexts,
  importVerifyingKey,
  openSigned,
  PROTOCOL_VERSION,
  type PushOutput,
  Receipt,
  type Signed,
  saltBytes,
  saltText,
  sealScan,
  signContact,
  signPairing,
  signPushHead,
  zeroHash,
} from '@eventpass/sync'
import { createUnwrapKeyPair } from '@eventpass/token'
import { createCaller } from '../router.ts'
import { type Browser, unique, type World } from '../tenancy/world.contract.ts'
import type { Principal } from '../trpc.ts'

/** A link as it lies on the device. */
export interface HeldLink {
  readonly seq: number
  readonly prev: ScanHash
  readonly bytes: string
  readonly hash: ScanHash
  readonly body: ScanBody
  readonly texts: ScanTexts
}

/** A tablet in a few lines: real keys, a real chain, and clocks to set. */
export interface TestDevice {
  readonly id: DeviceId
  readonly grant: DeviceGrant
  /** How far its wall clock is off, and its life. */
  readonly clock: { epoch: number; wallAheadMs: number }
  /** Every link that it ever wrote, in order. */
  readonly links: HeldLink[]
  /** `code` is a token that a gate keeps because no list names it, `note` what a person gave as a reason. */
  readonly scan: (
    digest: Digest | null,
    change?: Partial<ScanBody>,
    code?: string,
    note?: string,
  ) => Promise<HeldLink>
  /** Challenge and reply; the pass is kept for the calls after it. */
  readonly contact: () => Promise<{
    readonly receipt: Receipt
    readonly standing: string
    readonly pass: string
  }>
  /** What the device answers to a challenge, and what it pushes, as they go over a wire. */
  readonly reply: (nonce: string) => Promise<ContactInput>
  readonly pack: (links: readonly HeldLink[], signer?: TestDevice) => Promise<PushInput>
  /** `signer` is another device that signs in its stead, as a forger would. */
  readonly push: (links: readonly HeldLink[], signer?: TestDevice) => Promise<PushOutput>
  readonly pull: (
    marks?: Partial<
      Pick<Parameters<Caller['sync']['pull']>[0], 'revision' | 'vector' | 'rulingsRevision'>
    >,
  ) => ReturnType<Caller['sync']['pull']>
  /** What it would write down before it asks to claim that code with its next scan. */
  readonly intend: (digest: Digest, change?: Partial<ClaimInput>) => ClaimInput
  /** Asks; a refusal is the code that tRPC gives it. */
  readonly claim: (intent: ClaimInput, what?: 'scan' | 'gift') => Promise<ClaimOutput>
  /** Claims by the code itself, as a client of plain HTTP. */
  readonly code: (
    asked: Parameters<Caller['scan']['code']>[0],
  ) => ReturnType<Caller['scan']['code']>
  /** Chains the scan that a claim was for. */
  readonly scanClaimed: (intent: ClaimInput, change?: Partial<ScanBody>) => Promise<HeldLink>
  readonly openReceipt: (signed: Signed) => Promise<Receipt>
  /** The same device with the same keys and its chain cut off: restored from yesterday's backup. */
  readonly restore: (throughSeq: number) => TestDevice
  /** The same device, chain and all, before central in another process or another life. */
  readonly at: (world: World) => TestDevice
  readonly sign: (head: { headSeq: number; headHash: string }) => Promise<string>
}

type Caller = ReturnType<typeof createCaller>
type ContactInput = Parameters<Caller['sync']['contact']>[0]
type PushInput = Parameters<Caller['sync']['push']>[0]

const noTexts = { code: null, answer: null, note: null }

/** Pairs a device as a person and a tablet would: link, words, acceptance. */
export async function pairDevice(
  { deps }: World,
  owner: Browser,
  place: { readonly event: EventId; readonly list: ListId; readonly gate: GateId },
): Promise<TestDevice> {
  const { subtle } = deps
  const caller = await owner.call()
  const { path } = await caller.devicesAdmin.pair({ ...place, role: 'steward' })
  const { device, poll, sign } = await startPairing(deps, path)
  await caller.devicesAdmin.accept({ device })
  const status = await callerOf(deps, null).pairing.status({ device, poll })
  if (status.state !== 'accepted') throw new Error(`The pairing is ${status.state}.`)
  const centralKey = await importVerifyingKey(subtle, status.centralKey)
  if (!centralKey) throw new Error('Central sent no key.')
  const grant = await openSigned(subtle, centralKey, status.grant, DeviceGrant)
  if (!grant.ok) throw new Error(grant.failure.kind)
  return deviceOf(deps, { sign, centralKey, grant: grant.value }, [])
}

/** Opens a pairing link as a tablet does: the device then waits for a person to compare its words. */
export async function startPairing(deps: World['deps'], path: string) {
  const { subtle } = deps
  const [sign, wrap] = [await createSignKeyPair(subtle), await createUnwrapKeyPair(subtle)]
  const claim = {
    code: new URLSearchParams(path.slice(path.indexOf('#') + 1)).get('pair') ?? '',
    signKey: await exportPublicKey(subtle, sign.publicKey),
    wrapKey: await exportPublicKey(subtle, wrap.publicKey),
  }
  const proof = await signPairing(subtle, sign.privateKey, claim)
  const asked = { protocol: PROTOCOL_VERSION, label: 'Tablet', ...claim, proof }
  /** The same again, as where the answer was lost on its way. */
  const ask = () => callerOf(deps, null).pairing.start(asked)
  const readStatus = (poll: string) => callerOf(deps, null).pairing.status({ device, poll })
  const { device, poll, words } = await ask()
  return { device, poll, words, sign, ask, readStatus }
}

interface Identity {
  readonly sign: CryptoKeyPair
  readonly centralKey: CryptoKey
  readonly grant: DeviceGrant
}

function deviceOf(deps: World['deps'], identity: Identity, links: HeldLink[]): TestDevice {
  const { subtle } = deps
  const { sign, centralKey, grant } = identity
  const clock = { epoch: 1, wallAheadMs: 0 }
  const readClocks = () => ({
    epoch: clock.epoch,
    monoMs: Math.floor(performance.now()),
    wallMs: Date.now() + clock.wallAheadMs,
  })
  const id = grant.device
  const asDevice = () => callerOf(deps, { kind: 'device', tenant: grant.tenant, device: id })
  const openReceipt = async (signed: Signed) => {
    const opened = await openSigned(subtle, centralKey, signed, Receipt)
    if (!opened.ok) throw new Error(opened.failure.kind)
    return opened.value
  }
  const signHead = (head: { headSeq: number; headHash: string }) =>
    signPushHead(subtle, sign.privateKey, { device: id, ...head })
  const reply = async (nonce: string) => {
    const last = links.at(-1)
    const claim = {
      nonce,
      device: id,
      headSeq: last?.seq ?? 0,
      headHash: last?.hash ?? zeroHash,
      ...readClocks(),
    }
    return { ...claim, signature: await signContact(subtle, sign.privateKey, claim) }
  }
  const pack = async (pushed: readonly HeldLink[], signer?: TestDevice) => {
    const [first, last] = [pushed[0], pushed.at(-1)]
    if (!first || !last) throw new Error('A push has scans.')
    return {
      protocol: PROTOCOL_VERSION,
      device: id,
      prev: first.prev,
      scans: pushed.map(({ bytes, hash, texts }) => ({ bytes, hash, texts })),
      headSeq: last.seq,
      signature: await (signer?.sign ?? signHead)({ headSeq: last.seq, headHash: last.hash }),
    }
  }

  return {
    id,
    grant,
    clock,
    links,
    openReceipt,
    sign: signHead,
    async scan(digest, change = {}, code, note) {
      const last = links.at(-1)
      const salted = (text?: string) => (text ? saltText(deps.random(saltBytes), text) : null)
      const texts = { ...noTexts, code: salted(code), note: salted(note) }
      const textHashes = await hashTexts(subtle, texts)
      const seq = (last?.seq ?? 0) + 1
      const body = bodyOf(grant, readClocks(), seq, digest, { textHashes, ...change })
      const prev = last?.hash ?? zeroHash
      const link = { seq, prev, body, texts, ...(await sealScan(subtle, prev, body)) }
      links.push(link)
      return link
    },
    reply,
    pack,
    async contact() {
      const nobody = callerOf(deps, null)
      const { nonce } = await nobody.sync.challenge({ protocol: PROTOCOL_VERSION, device: id })
      const answer = await nobody.sync.contact(await reply(nonce))
      const receipt = await openReceipt(answer.receipt)
      return { receipt, standing: answer.standing, pass: answer.pass }
    },
    push: async (pushed, signer) => asDevice().sync.push(await pack(pushed, signer)),
    intend: (digest, change = {}) => ({
      protocol: PROTOCOL_VERSION,
      device: id,
      op: crypto.randomUUID(),
      seq: (links.at(-1)?.seq ?? 0) + 1,
      epoch: clock.epoch,
      ...{ list: grant.list, gate: grant.gate, digest, code: 'genuine' },
      ...{ answers: null, confirmed: [], answered: false },
      ...change,
    }),
    claim: (intent, what = 'scan') => asDevice()[what].claim(intent),
    code: (asked) => asDevice().scan.code(asked),
    scanClaimed(intent, change = {}) {
      const { op, list, gate, digest } = intent
      const of = {
        id: op as ScanId,
        list: list as ListId,
        gate: gate as GateId,
        tier: 'central',
      } as const
      return this.scan(digest as Digest, { ...of, ...change })
    },
    pull: (marks = {}) =>
      asDevice().sync.pull({
        protocol: PROTOCOL_VERSION,
        device: id,
        revision: 0,
        vector: [],
        rulingsRevision: 0,
        ...marks,
      }),
    at: (world) => deviceOf(world.deps, identity, links),
    restore: (throughSeq) => deviceOf(deps, identity, links.slice(0, throughSeq)),
  }
}

function bodyOf(
  grant: DeviceGrant,
  clocks: Pick<ScanBody, 'epoch' | 'monoMs' | 'wallMs'>,
  seq: number,
  digest: Digest | null,
  change: Partial<ScanBody>,
): ScanBody {
  return {
    v: 1,
    id: crypto.randomUUID() as ScanId,
    event: grant.event,
    device: grant.device,
    seq,
    ...clocks,
    list: grant.list,
    gate: grant.gate,
    act: 'entry',
    input: 'camera',
    role: 'steward',
    digest,
    verdict: 'admit',
    reason: null,
    tier: 'replica',
    forced: false,
    forceSent: false,
    answers: null,
    target: null,
    revision: 1,
    textHashes: noTexts,
    ...change,
  }
}

function callerOf(deps: World['deps'], principal: Principal): Caller {
  return createCaller({
    deps,
    principal,
    requestId: unique('request'),
    peer: unique('peer'),
    setSession: () => {},
  })
}
