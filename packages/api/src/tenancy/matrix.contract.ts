import type { DeviceId, Digest, EventId, GateId, ListId } from '@eventpass/domain'
import { PROTOCOL_VERSION, zeroHash } from '@eventpass/sync'
import type { UserRole } from '../accounts/account-store.ts'
import type { TestDevice } from '../gates/test-device.contract.ts'
import { password, unique } from './world.contract.ts'

/** What one tenant has: the ids that strangers try. */
export interface Holdings {
  readonly event: EventId
  readonly list: ListId
  readonly gate: GateId
  readonly device: TestDevice
  readonly gift: ListId
  /** Of a pairing link that nobody has used. */
  readonly pairing: string
  /** Paired so far as to wait for a person. */
  readonly waiting: () => Promise<DeviceId>
  readonly upload: () => Promise<string>
  /** An open incident with the scans that it names. */
  readonly incident: () => Promise<{ readonly id: string; readonly named: readonly string[] }>
  /** A new order that holds an invitee. */
  readonly order: () => Promise<string>
  /** A second event of the same tenant. */
  readonly other: { readonly event: EventId; readonly list: ListId; readonly gate: GateId }
}

export interface Entry {
  /** Who may call at least; `anyone` proves itself by what is in the input, or needs not. */
  readonly least: UserRole | 'device' | 'anyone'
  readonly input: (ours: Holdings) => unknown
  /** What a stranger with our ids meets: a refusal, or an answer in which nothing of ours is. */
  readonly stranger: 'refused' | 'nothing_of_ours'
  /** Our ids of one event under another event of ours: must be refused. */
  readonly mixed?: (ours: Holdings) => unknown
}

const byEvent = ({ event }: Holdings) => ({ event })
const nothing = () => undefined
const newList = {
  name: 'Backstage',
  counting: 'once',
  reEntry: true,
  categories: null,
  unpaid: 'ask',
  rules: [],
  question: null,
}
const place = ({ list, gate }: Pick<Holdings, 'list' | 'gate'>) => ({ list, gate, role: 'steward' })
const aCode = ({ device }: Holdings) => ({
  ...{ device: device.id, qr: 'no code of ours', op: crypto.randomUUID(), seq: 1, epoch: 1 },
})
const staffCode = ({ event, list, gate }: Pick<Holdings, 'event' | 'list' | 'gate'>) => ({
  ...{ event, list, gate, qr: 'no code of ours', op: crypto.randomUUID() },
})
const anyDigest = '0'.repeat(32) as Digest
const person = () => ({ email: `${unique('new')}@example.org`, password })
const asItself = ({ device }: Holdings) => ({ protocol: PROTOCOL_VERSION, device: device.id })

/** Every procedure of central. Whoever adds one says here who may call it, and what strangers meet. */
export const matrix: Readonly<Record<string, Entry>> = {
  'accounts.signup': {
    least: 'anyone',
    input: () => ({ ...person(), organisation: unique('org') }),
    stranger: 'nothing_of_ours',
  },
  'accounts.signin': { least: 'anyone', input: person, stranger: 'refused' },
  'accounts.signout': { least: 'anyone', input: nothing, stranger: 'nothing_of_ours' },
  'accounts.refresh': { least: 'auditor', input: nothing, stranger: 'nothing_of_ours' },
  'accounts.me': { least: 'auditor', input: nothing, stranger: 'nothing_of_ours' },
  'accounts.users': { least: 'owner', input: nothing, stranger: 'nothing_of_ours' },
  'accounts.addUser': {
    least: 'owner',
    input: () => ({ ...person(), role: 'auditor' }),
    stranger: 'nothing_of_ours',
  },
  'audit.verify': { least: 'auditor', input: nothing, stranger: 'nothing_of_ours' },
  'devicesAdmin.pair': {
    least: 'organiser',
    input: (ours) => ({ event: ours.event, ...place(ours) }),
    stranger: 'refused',
    mixed: ({ event, other }) => ({ event, ...place(other) }),
  },
  'devicesAdmin.pairing': {
    least: 'organiser',
    input: ({ pairing }) => ({ pairing }),
    stranger: 'refused',
  },
  'devicesAdmin.list': { least: 'auditor', input: byEvent, stranger: 'refused' },
  'devicesAdmin.accept': {
    least: 'organiser',
    input: async ({ waiting }) => ({ device: await waiting() }),
    stranger: 'refused',
  },
  'devicesAdmin.refuse': {
    least: 'organiser',
    input: async ({ waiting }) => ({ device: await waiting() }),
    stranger: 'refused',
  },
  'devicesAdmin.move': {
    least: 'organiser',
    input: (ours) => ({ device: ours.device.id, place: place(ours) }),
    stranger: 'refused',
    mixed: ({ device, other }) => ({ device: device.id, place: place(other) }),
  },
  'devicesAdmin.revoke': {
    least: 'organiser',
    input: async ({ waiting }) => ({ device: await waiting() }),
    stranger: 'refused',
  },
  'events.create': {
    least: 'organiser',
    input: () => ({ name: unique('New'), timeZone: 'UTC', startsMs: 1_000, endsMs: 2_000 }),
    stranger: 'nothing_of_ours',
  },
  'events.list': { least: 'auditor', input: nothing, stranger: 'nothing_of_ours' },
  'events.get': { least: 'auditor', input: byEvent, stranger: 'refused' },
  'events.counts': { least: 'auditor', input: byEvent, stranger: 'refused' },
  'events.finality': { least: 'auditor', input: byEvent, stranger: 'refused' },
  'events.edit': {
    least: 'organiser',
    input: ({ event }) => ({ event, policy: { byName: 'refuse' } }),
    stranger: 'refused',
  },
  'events.addList': {
    least: 'organiser',
    input: ({ event }) => ({ event, list: { ...newList, name: unique('List') } }),
    stranger: 'refused',
    mixed: ({ event, other }) => ({
      event,
      list: { ...newList, name: unique('List'), rules: [{ kind: 'gates', gates: [other.gate] }] },
    }),
  },
  'events.addGate': {
    least: 'organiser',
    input: ({ event }) => ({ event, name: unique('Gate') }),
    stranger: 'refused',
  },
  'events.addCategory': {
    least: 'organiser',
    input: ({ event }) => ({ event, name: unique('Category') }),
    stranger: 'refused',
  },
  'gift.claim': {
    least: 'device',
    input: ({ device, gift }) => device.intend(anyDigest, { list: gift }),
    stranger: 'refused',
  },
  'gift.code': { least: 'device', input: aCode, stranger: 'refused' },
  'gift.staffCode': {
    least: 'organiser',
    input: ({ gift, ...ours }) => staffCode({ ...ours, list: gift }),
    stranger: 'refused',
    mixed: ({ event, gift, other }) => staffCode({ ...other, event, list: gift }),
  },
  'gifts.create': {
    least: 'organiser',
    input: ({ event }) => ({ event, name: unique('Gift'), stock: 10 }),
    stranger: 'refused',
  },
  'gifts.list': { least: 'auditor', input: byEvent, stranger: 'refused' },
  'gifts.setStock': {
    least: 'organiser',
    input: ({ event, gift }) => ({ event, gift, stock: 5 }),
    stranger: 'refused',
    mixed: ({ other, gift }) => ({ event: other.event, gift, stock: 5 }),
  },
  'gifts.handOuts': { least: 'auditor', input: byEvent, stranger: 'refused' },
  'incidents.list': { least: 'auditor', input: byEvent, stranger: 'nothing_of_ours' },
  'incidents.resolve': {
    least: 'organiser',
    input: async ({ incident }) => {
      const { id, named } = await incident()
      return { incident: id, seen: named, reason: 'Looked at it.' }
    },
    stranger: 'refused',
  },
  'invitees.upload': {
    least: 'organiser',
    input: ({ event }) => ({ event, fileName: 'list.csv', bytes: guests('Dora') }),
    stranger: 'refused',
  },
  'invitees.importPreview': {
    least: 'organiser',
    input: async ({ upload }) => ({ id: await upload() }),
    stranger: 'refused',
  },
  'invitees.importCommit': {
    least: 'organiser',
    input: async ({ upload }) => ({ id: await upload() }),
    stranger: 'refused',
  },
  'invitees.list': { least: 'auditor', input: byEvent, stranger: 'refused' },
  'invitees.erase': {
    least: 'organiser',
    input: ({ event }) => ({ event, no: 4 }),
    stranger: 'refused',
    mixed: ({ other }) => ({ event: other.event, no: 4 }),
  },
  'invitees.erasure': {
    least: 'auditor',
    input: ({ event }) => ({ event, no: 4 }),
    stranger: 'refused',
    mixed: ({ other }) => ({ event: other.event, no: 4 }),
  },
  'invitees.setDoor': {
    least: 'organiser',
    input: ({ event }) => ({ event, no: 1, blocked: true, notice: null }),
    stranger: 'refused',
    mixed: ({ other }) => ({ event: other.event, no: 1, blocked: true, notice: null }),
  },
  'parked.list': { least: 'auditor', input: nothing, stranger: 'nothing_of_ours' },
  'parked.retry': { least: 'organiser', input: nothing, stranger: 'nothing_of_ours' },
  'live.counts': { least: 'auditor', input: byEvent, stranger: 'refused' },
  'orders.create': {
    least: 'organiser',
    input: ({ event }) => ({ event, invitees: [3], holdMinutes: 5 }),
    stranger: 'refused',
    mixed: ({ other }) => ({ event: other.event, invitees: [3] }),
  },
  'orders.markPaid': {
    least: 'organiser',
    input: async ({ event, order }) => ({ event, order: await order() }),
    stranger: 'refused',
    mixed: async ({ other, order }) => ({ event: other.event, order: await order() }),
  },
  'orders.cancel': {
    least: 'organiser',
    input: async ({ event, order }) => ({ event, order: await order() }),
    stranger: 'refused',
    mixed: async ({ other, order }) => ({ event: other.event, order: await order() }),
  },
  'orders.list': { least: 'auditor', input: byEvent, stranger: 'refused' },
  'pairing.start': {
    least: 'anyone',
    input: () => ({
      protocol: PROTOCOL_VERSION,
      code: 'x'.repeat(22),
      label: 'Stranger',
      signKey: 'AAAA',
      wrapKey: 'AAAA',
      proof: 'AAAA',
    }),
    stranger: 'refused',
  },
  'pairing.status': {
    least: 'anyone',
    input: ({ device }) => ({ device: device.id, poll: 'x'.repeat(22) }),
    stranger: 'refused',
  },
  'scan.claim': {
    least: 'device',
    input: ({ device }) => device.intend(anyDigest),
    stranger: 'refused',
  },
  'scan.code': { least: 'device', input: aCode, stranger: 'refused' },
  'scan.staffCode': {
    least: 'organiser',
    input: staffCode,
    stranger: 'refused',
    mixed: ({ event, other }) => staffCode({ ...other, event }),
  },
  // A nonce and the time: nothing of the device. What follows needs its signature.
  'sync.challenge': { least: 'anyone', input: asItself, stranger: 'nothing_of_ours' },
  'sync.contact': {
    least: 'anyone',
    input: ({ device }) => ({
      device: device.id,
      nonce: 'AAAAAAAAAAAAAAAAAAAAAA',
      headSeq: 0,
      headHash: zeroHash,
      epoch: 1,
      monoMs: 1,
      wallMs: 1,
      signature: 'A'.repeat(86),
    }),
    stranger: 'refused',
  },
  'sync.push': {
    least: 'device',
    input: async (ours) => {
      const { device } = ours
      const { bytes, hash, prev, seq } = await device.scan(null)
      return {
        ...asItself(ours),
        prev,
        scans: [{ bytes, hash, texts: { code: null, answer: null, note: null } }],
        headSeq: seq,
        signature: await device.sign({ headSeq: seq, headHash: hash }),
      }
    },
    stranger: 'refused',
  },
  'sync.pull': {
    least: 'device',
    input: (ours) => ({ ...asItself(ours), revision: 0, vector: [], rulingsRevision: 0 }),
    stranger: 'refused',
  },
  'sync.snapshot': { least: 'device', input: asItself, stranger: 'refused' },
  'tickets.export': { least: 'organiser', input: byEvent, stranger: 'refused' },
  'tickets.reprint': {
    least: 'organiser',
    input: ({ event }) => ({ event, no: 1 }),
    stranger: 'refused',
    mixed: ({ other }) => ({ event: other.event, no: 1 }),
  },
  'tickets.setState': {
    least: 'organiser',
    input: ({ event }) => ({ event, no: 2, state: 'revoked' }),
    stranger: 'refused',
    mixed: ({ other }) => ({ event: other.event, no: 2, state: 'revoked' }),
  },
}

/** A list to upload. */
export async function* guests(...names: readonly string[]): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(['Name', ...names].join('\n'))
}
