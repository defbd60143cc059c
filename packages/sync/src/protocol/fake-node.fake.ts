import { webcrypto } from 'node:crypto'
import type {
  Contact,
  DeviceId,
  GateId,
  InviteeNo,
  Ruling,
  ScanBody,
  ScanHash,
  ScanId,
  ScanTexts,
} from '@eventpass/domain'
import { hexFromBytes } from '@eventpass/token'
import type { z } from 'zod'
import { zeroHash } from '../chain/seal-scan.ts'
import { deviceNoOf, deviceOf, eventOf, gateOf, listOf, tenantOf } from '../gate/fixtures.fake.ts'
import { pairingWords } from '../pairing/words.ts'
import { readPush } from '../sign/read-push.ts'
import { importVerifyingKey, verifyContact, verifyPairing } from '../sign/signature.ts'
import type { ClaimInput, ClaimOutput } from '../wire/claim.ts'
import type { ContactInput, ContactOutput, Receipt } from '../wire/contact.ts'
import type { DeviceGrant, PairStartInput } from '../wire/pairing.ts'
import type { Signed } from '../wire/primitives.ts'
import type { HeardScan, PullOutput, VectorEntry } from '../wire/pull.ts'
import type { PushInput, PushOutput } from '../wire/push.ts'
import { ticketToRow } from '../wire/ticket-row.ts'
import type { FakeSnapshot } from './fake-event.fake.ts'
import type { FakeDevice, Registry } from './fake-registry.fake.ts'

const subtle = webcrypto.subtle as SubtleCrypto

/** A refusal with a named code, as a node's transport would carry it. */
export class Refusal extends Error {
  readonly code: string
  constructor(code: string) {
    super(`The node refused: ${code}.`)
    this.code = code
  }
}

/** A link as a node stores it, once. */
export interface StoredLink {
  readonly device: DeviceId
  readonly seq: number
  readonly prev: ScanHash
  readonly hash: ScanHash
  readonly bytes: string
  readonly texts: ScanTexts
  readonly body: ScanBody | null
  readonly arrivedAtMs: number
}

/**
 * A node in this process with the real checks: central (with `central` null), or a hub that
 * stores and relays but signs no receipt of its own.
 */
export function createFakeNode(registry: Registry, central: FakeNode | null = null) {
  const { event, time } = registry
  const name = central ? 'hub' : 'central'
  const nonces = new Map<string, { readonly device: string; readonly tiMs: number }>()
  const passes = new Map<string, string>()
  const contacts: Contact[] = []
  const quarantinedPushes: unknown[] = []
  const snapshots = new Map<string, FakeSnapshot>()
  let links = new Map<ScanHash, StoredLink>()
  let rulings = new Map<ScanId, { readonly ruling: Ruling; readonly revision: number }>()
  let rulingsRevision = 0
  let incarnation = 'life-1'
  const relayed = new Map<string, Signed>()
  const claimed = new Map<ScanId, ClaimOutput>()
  const takers = new Map<string, { op: ScanId; gate: GateId; atMs: number }>()

  const getDevice = (id: string): FakeDevice => {
    const device = registry.devices.get(id)
    if (!device?.accepted) throw new Refusal('unknown_device')
    return device
  }
  const passed = (pass: string, device: string): FakeDevice => {
    if (passes.get(pass) !== device) throw new Refusal('pass_refused')
    return getDevice(device)
  }
  const headOf = (device: string) => {
    let head = { seq: 0, hash: zeroHash }
    for (;;) {
      const next = [...links.values()].find(
        (link) => link.device === device && link.prev === head.hash,
      )
      if (!next) return head
      head = { seq: next.seq, hash: next.hash }
    }
  }
  const receiptFor = async (device: DeviceId): Promise<Signed> => {
    if (central) return relayed.get(device) ?? (await central.receiptFor(device))
    const { seq, hash } = headOf(device)
    const receipt: Receipt = { type: 'receipt', device, throughSeq: seq, hash, incarnation }
    return event.sign(receipt)
  }
  const inviteeOfLink = (body: ScanBody): InviteeNo | null => {
    if (body.digest) return event.findTicket(body.digest)?.invitee ?? null
    const target = [...links.values()].find((link) => link.body?.id === body.target)?.body
    return target ? inviteeOfLink(target) : null
  }
  const heard = (): readonly HeardScan[] =>
    [...links.values()].flatMap((link): HeardScan[] => {
      const { body, seq } = link
      const device = registry.devices.get(link.device)
      const invitee = body && inviteeOfLink(body)
      if (!body || !device || !invitee || body.verdict !== 'admit') return []
      const { id, list, gate, act, forced, target } = body
      const ruling = rulings.get(id)?.ruling ?? null
      const place = { deviceNo: deviceNoOf(device.no), branch: '' as const, seq }
      const atMs = link.arrivedAtMs
      return [{ id, ...place, invitee, list, gate, act, forced, target, atMs, ruling }]
    })
  const vector = (): VectorEntry[] =>
    [...registry.devices.values()].flatMap(({ id, no }): VectorEntry[] => {
      const { seq } = headOf(id)
      return seq === 0 ? [] : [[deviceNoOf(no), '', seq]]
    })
  const reconcile = () => {
    const byKey = new Map<string, HeardScan[]>()
    const scans = heard()
    const voids = new Map(
      scans.flatMap((one) =>
        one.act === 'void' && one.target ? [[one.target, one.id] as const] : [],
      ),
    )
    for (const scan of scans) {
      if (scan.act !== 'entry') continue
      const by = voids.get(scan.id)
      if (by) {
        rule(scan.id, { kind: 'voided', by })
        continue
      }
      const key = `${scan.list}/${scan.invitee}`
      byKey.set(key, [...(byKey.get(key) ?? []), scan])
    }
    for (const rivals of byKey.values()) {
      const [first, ...rest] = rivals.sort((a, b) => a.atMs - b.atMs || a.deviceNo - b.deviceNo)
      if (!first) continue
      rule(first.id, { kind: 'confirmed' })
      for (const { id } of rest) rule(id, { kind: 'superseded', by: first.id })
    }
  }
  const rule = (id: ScanId, ruling: Ruling) => {
    if (JSON.stringify(rulings.get(id)?.ruling) === JSON.stringify(ruling)) return
    rulingsRevision += 1
    rulings.set(id, { ruling, revision: rulingsRevision })
  }
  const markForks = () => {
    for (const device of registry.devices.values()) {
      const own = [...links.values()].filter((link) => link.device === device.id)
      if (new Set(own.map(({ seq }) => seq)).size < own.length) device.standing = 'pair_anew'
    }
  }
  const token = () => hexFromBytes(webcrypto.getRandomValues(new Uint8Array(16)))

  const node = {
    name,
    contacts,
    quarantinedPushes,
    receiptFor,
    headOf,
    links: (): readonly StoredLink[] => [...links.values()],
    bodies: (): readonly ScanBody[] => [...links.values()].flatMap(({ body }) => body ?? []),
    rulingOf: (id: ScanId) => rulings.get(id)?.ruling ?? null,
    endPasses: () => passes.clear(),

    async pairStart(input: PairStartInput) {
      if (!(await verifyPairing(subtle, input))) throw new Refusal('proof_refused')
      const { code, signKey, wrapKey } = input
      const words = await pairingWords(subtle, signKey, wrapKey, code)
      const isSame = (device: FakeDevice) =>
        device.code === code &&
        device.signKey === signKey &&
        device.wrapKey === wrapKey &&
        device.accepted === null
      const waiting = [...registry.devices.values()].find(isSame)
      if (waiting) {
        const { id, no } = waiting
        return { device: id, poll: `poll-${no}`, words, expiresInMs: 600_000 }
      }
      if (!registry.codes.delete(code)) throw new Refusal('code_refused')
      const no = registry.devices.size + 1
      const id = deviceOf(no)
      const place = { list: listOf(1), gate: gateOf(((no - 1) % 2) + 1) }
      registry.devices.set(id, {
        ...{ id, no, code, signKey, wrapKey, ...place, role: 'steward', accepted: null },
        standing: 'active',
      })
      return { device: id, poll: `poll-${no}`, words, expiresInMs: 600_000 }
    },
    async pairStatus({ device: id, poll }: { readonly device: string; readonly poll: string }) {
      const device = registry.devices.get(id)
      if (!device || poll !== `poll-${device.no}`) throw new Refusal('poll_refused')
      if (device.accepted === null) return { state: 'waiting' }
      if (!device.accepted) return { state: 'refused' }
      const { no, role, list, gate } = device
      const grant: DeviceGrant = {
        ...{ type: 'grant', tenant: tenantOf(1), event: eventOf(1), eventName: 'Harbour Festival' },
        ...{ device: device.id, deviceNo: deviceNoOf(no), role, list, gate, eventTag: event.tag },
        ...{ otherTags: ['0badf00d'], keys: await event.wrapKeys(device.wrapKey), incarnation },
        ...{ pinHash: registry.pinHash, leaseMs: registry.leaseMs },
      }
      return { state: 'accepted', centralKey: event.centralPoint, grant: await event.sign(grant) }
    },
    async challenge({ device }: { readonly device: string }) {
      getDevice(device)
      const nonce = token()
      nonces.set(nonce, { device, tiMs: Math.floor(time.nowMs()) })
      const tiMs = Math.floor(time.nowMs())
      return { nonce, node: name, nodeEpoch: 1, nodeMonoMs: tiMs, tiMs }
    },
    async contact(input: ContactInput): Promise<ContactOutput> {
      const device = getDevice(input.device)
      const open = nonces.get(input.nonce)
      nonces.delete(input.nonce)
      const trMs = Math.ceil(time.nowMs())
      if (open?.device !== device.id || trMs - open.tiMs > 10_000)
        throw new Refusal('contact_refused')
      const key = await importVerifyingKey(subtle, device.signKey)
      if (!key || !(await verifyContact(subtle, key, input))) throw new Refusal('contact_refused')
      const { headSeq, epoch, monoMs, wallMs } = input
      const headHash = input.headHash as ScanHash
      const clocks = { headSeq, headHash, epoch, monoMs, wallMs }
      contacts.push({ device: device.id, node: name, tiMs: open.tiMs, trMs, ...clocks })
      const pass = token()
      passes.set(pass, device.id)
      return {
        ...{ pass, passMs: 900_000, node: name, tiMs: open.tiMs, trMs, incarnation },
        ...{ receipt: await receiptFor(device.id), standing: device.standing },
      }
    },
    async push(pass: string, input: PushInput): Promise<PushOutput> {
      const device = passed(pass, input.device)
      const key = await importVerifyingKey(subtle, device.signKey)
      const push = { ...input, prev: input.prev as ScanHash, scans: input.scans as StoredLink[] }
      const read = key && (await readPush(subtle, key, push))
      const known = input.prev === zeroHash || links.has(input.prev as ScanHash)
      if (!read?.ok || !known) {
        quarantinedPushes.push(input)
        const reason = read?.ok === false ? read.failure.kind : 'chain'
        return { outcome: 'quarantined', reason }
      }
      for (const link of read.value) {
        if (links.has(link.hash)) continue
        links.set(link.hash, { ...link, device: device.id, arrivedAtMs: time.nowMs() })
      }
      markForks()
      if (!central) reconcile()
      return {
        outcome: 'accepted',
        answers: read.value.map(({ hash, body, fault }) => ({
          ...{ hash, id: body?.id ?? null, reason: fault },
          outcome: fault ? 'quarantined' : 'stored',
        })),
        receipt: await receiptFor(device.id),
      }
    },
    grantsClaims: () => registry.claims,
    async claim(pass: string, input: z.output<typeof ClaimInput>): Promise<ClaimOutput> {
      const { op, gate } = input
      const device = passed(pass, input.device)
      const told = claimed.get(op)
      if (told) return told
      const ticket = event.findTicket(input.digest)
      const key = `${input.list}/${ticket?.invitee}`
      const taken = takers.get(key)
      const earlier = taken ? { scan: taken.op, gate: taken.gate, atMs: taken.atMs } : null
      const atMs = Math.floor(time.nowMs())
      const verdict: Extract<ClaimOutput, { outcome: 'accepted' }>['verdict'] = {
        kind: taken ? 'refuse' : 'admit',
        reason: taken ? 'used' : null,
        tier: central ? 'hub' : 'central',
        ...{ invitee: ticket?.invitee ?? null, forced: false, earlier, explanation: null },
        ...{ whenMs: null, question: null, replicaAgeMs: 0, revision: 1, notice: null },
      }
      const decided = { authority: 1, verdict, ticket: ticket ? ticketToRow(ticket) : null }
      const by = taken && { device: `${device.no}`, gateName: null, ...taken, scan: taken.op }
      const answer: ClaimOutput = by
        ? { outcome: 'taken', ...decided, by }
        : { outcome: 'accepted', ...decided, slot: 1, atMs }
      if (!taken) takers.set(key, { op, gate, atMs })
      claimed.set(op, answer)
      return answer
    },
    async pull(
      pass: string,
      marks: {
        readonly device: string
        readonly revision: number
        readonly vector: readonly (readonly [number, string, number])[]
        readonly rulingsRevision: number
      },
      pageMax: number,
    ): Promise<PullOutput> {
      const device = passed(pass, marks.device)
      if (device.standing !== 'active') throw new Refusal('device_revoked')
      // Before anything else is read: a push between scans and their marks would be told of and not told.
      const manifest = await event.delta(marks.revision, pageMax)
      const keys = await event.wrapKeys(device.wrapKey)
      const seen = new Map(marks.vector.map(([no, branch, seq]) => [`${no}/${branch}`, seq]))
      const beyond = heard()
        .filter((one) => one.seq > (seen.get(`${one.deviceNo}/${one.branch}`) ?? 0))
        .sort((a, b) => a.deviceNo - b.deviceNo || a.seq - b.seq)
      const scans = beyond.slice(0, pageMax)
      const scansMore = scans.length < beyond.length
      const told = new Map(
        marks.vector.map((entry) => [`${entry[0]}/${entry[1]}`, entry as VectorEntry]),
      )
      for (const one of scans)
        told.set(`${one.deviceNo}/${one.branch}`, [one.deviceNo, one.branch, one.seq])
      const changed = [...rulings]
        .filter(([, { revision }]) => revision > marks.rulingsRevision)
        .sort(([, a], [, b]) => a.revision - b.revision)
      const page = changed.slice(0, pageMax)
      const rulingsMore = page.length < changed.length
      const timeOf = new Map(heard().map(({ id, atMs }) => [id, atMs]))
      return {
        manifest,
        scans: [...scans],
        vector: scansMore ? [...told.values()] : vector(),
        scansMore,
        rulings: page.map(([id, { ruling }]) => ({ id, ruling, atMs: timeOf.get(id) ?? 0 })),
        rulingsRevision: rulingsMore ? (page.at(-1)?.[1].revision ?? 0) : rulingsRevision,
        rulingsMore,
        keys,
        ...{ list: device.list, gate: device.gate, snapshotAdvised: false },
      }
    },
    async snapshot(pass: string, { device }: { readonly device: string }) {
      passed(pass, device)
      const made = await event.snapshot(heard(), vector(), rulingsRevision)
      snapshots.set(made.path, made)
      return { state: 'ready', meta: made.meta }
    },
    range(pass: string, path: string, from: number): Uint8Array {
      if (!passes.has(pass)) throw new Refusal('pass_refused')
      const made = snapshots.get(path)
      if (!made) throw new Refusal('gone')
      return made.gzip.subarray(from)
    },
    forgetSnapshots: () => snapshots.clear(),

    /** A hub gives central what it stored, and takes receipts back. */
    async relay(): Promise<void> {
      if (!central) return
      await central.take(links)
      for (const { id } of registry.devices.values()) relayed.set(id, await central.receiptFor(id))
    },
    async take(others: ReadonlyMap<ScanHash, StoredLink>): Promise<void> {
      for (const [hash, link] of others) if (!links.has(hash)) links.set(hash, link)
      markForks()
      reconcile()
    },
    /** A backup, and how to go back to it: another life, which forgot what came after. */
    backUp() {
      const kept = { links: new Map(links), rulings: new Map(rulings), rulingsRevision }
      return () => {
        links = new Map(kept.links)
        rulings = new Map(kept.rulings)
        rulingsRevision = kept.rulingsRevision
        incarnation = `${incarnation}+`
        passes.clear()
      }
    },
  }
  return node
}

export type FakeNode = {
  readonly receiptFor: (device: DeviceId) => Promise<Signed>
  readonly take: (others: ReadonlyMap<ScanHash, StoredLink>) => Promise<void>
}
