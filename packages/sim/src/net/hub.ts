import {
  type ChainMoment,
  type Contact,
  type DeviceId,
  fail,
  type HubContact,
  ok,
} from '@eventpass/domain'
import {
  importVerifyingKey,
  type ParsedPush,
  type PushOutput,
  readPush,
  type Signed,
  type UpstreamAnswer,
  verifyContact,
  zeroHash,
} from '@eventpass/sync'
import { isProvisional } from '../central/balancer.ts'
import type { Central } from '../central/central.ts'
import type { HubLogRow } from '../central/hub-log.ts'
import type { DeviceRow } from '../central/rows.ts'
import type { Random } from '../kernel/random.ts'
import type { VirtualTime } from '../kernel/virtual-time.ts'
import type { RareState } from '../run/rare.ts'
import type { Request } from './request.ts'

type Push = ParsedPush & { readonly protocol: number }
type Reply = Parameters<typeof verifyContact>[2]

/** A venue's laptop: it takes what tablets push, keeps it, relays it, and signs for nothing. */
export interface Hub {
  isUplinkUp: boolean
  readonly answer: (request: Request) => Promise<UpstreamAnswer>
  /** Its disk is gone, with all that it had not relayed; it starts anew with an empty one. */
  readonly loseDisk: () => void
  /** Pushes that central has not signed for yet. */
  readonly countHeld: () => number
}

interface HubParts {
  readonly time: VirtualTime
  readonly subtle: SubtleCrypto
  readonly random: Random
  readonly central: Central
  readonly note: (state: RareState) => void
}

const relayEveryMs = 1_500
/** So long after it was last asked something it still meets central. */
const idleMs = 120_000
const passMs = 900_000
const refusedAtHub = {
  kind: 'refused',
  code: 'unknown_device',
  message: 'Not known here.',
} as const

/** What a hub's disk holds: one that lost it is another hub. */
interface HubDisk {
  readonly id: string
  readonly bornMs: number
  /** What it wrote down of tablets, in its own time (TM9). */
  readonly log: HubLogRow[]
  /** Pushes by their last link, in the order of their coming. */
  readonly held: Map<string, Push>
  /** What central signed last of each device. */
  readonly receipts: Map<string, Signed>
  readonly devices: Map<string, DeviceRow>
}

function emptyDisk(no: number, bornMs: number): HubDisk {
  const id = `000000a0-0000-4000-8000-${`${no}`.padStart(12, '0')}`
  return { id, bornMs, log: [], held: new Map(), receipts: new Map(), devices: new Map() }
}

/** A hub of the model: the wire and the checks are real, its store is a map. */
export function createHub({ time, subtle, random, central, note }: HubParts): Hub {
  let disks = 1
  let disk = emptyDisk(disks, time.nowMs())
  let relayed = 0
  let usedMs = -Infinity
  const driftPpm = random.int(-180, 180)
  /** TM9: no trusted clock, only how long it ran, and how long its log was. */
  const moment = (): ChainMoment => {
    const monoMs = Math.floor((time.nowMs() - disk.bornMs) * (1 + driftPpm * 1e-6))
    return { headSeq: disk.log.length, epoch: 1, monoMs }
  }
  /** Passes and challenges of this life of its process. */
  const passes = new Map<string, string>()
  const challenges = new Map<string, { readonly tiMs: number; readonly ti: ChainMoment }>()

  /** Its own contact, and its log: now and then that comes a visit later. */
  const visitCentral = async () => {
    const { epoch, headSeq, monoMs } = moment()
    const nowMs = time.nowMs()
    const own: Contact = {
      ...{ device: disk.id as DeviceId, node: 'central', epoch, headSeq, monoMs },
      ...{ headHash: zeroHash, wallMs: 0, tiMs: Math.floor(nowMs), trMs: Math.ceil(nowMs) },
    }
    const isLate = headSeq > 0 && random.chance(0.4)
    if (isLate) note('hub_log_late')
    const log = isLate ? [] : [...disk.log]
    await central.meetHub({ id: disk.id, contact: own, log })
  }
  const meetCentral = async () => {
    await visitCentral()
    const devices = central.database.rows<DeviceRow>('devices')
    for (const row of devices) {
      disk.devices.set(row.id, row)
      disk.receipts.set(row.id, await central.sealReceipt(row))
    }
    for (const [name, push] of [...disk.held]) {
      const from = disk
      const device = push.device as DeviceId
      const answer = await central.answerFor(device, (to) =>
        to.sync.push(JSON.parse(JSON.stringify(push))),
      )
      // What the disk held when it was lost is nobody's any more.
      if (from !== disk) return
      if (!answer.ok && answer.failure.kind !== 'refused') return
      // A node wrote it down, and nobody signed for it yet: it is handed on again.
      if (isProvisional(answer)) return
      disk.held.delete(name)
      if (!answer.ok) continue
      const output = answer.value as PushOutput
      if (output.outcome === 'accepted') disk.receipts.set(device, output.receipt)
      relayed += 1
      note('hub_relayed')
    }
  }
  let isDue = false
  /** Soon, and again and again while it holds something: nobody wakes it in a night without work. */
  const relaySoon = () => {
    if (isDue) return
    isDue = true
    time.after(relayEveryMs, () => void relay())
  }
  const relay = async (): Promise<void> => {
    isDue = false
    if (hub.isUplinkUp) await meetCentral().catch(() => undefined)
    const isUsed = time.nowMs() - usedMs < idleMs
    if (disk.held.size > 0 || isUsed) relaySoon()
  }

  const keyOf = async (device: string) => {
    const row = disk.devices.get(device)
    return row ? importVerifyingKey(subtle, row.signKey) : null
  }

  const contact = async (reply: Reply): Promise<UpstreamAnswer> => {
    const opened = challenges.get(reply.nonce)
    const [row, receipt] = [disk.devices.get(reply.device), disk.receipts.get(reply.device)]
    const key = await keyOf(reply.device)
    challenges.delete(reply.nonce)
    if (!opened || !row || !receipt || !key) return fail(refusedAtHub)
    if (!(await verifyContact(subtle, key, reply))) return fail(refusedAtHub)
    const { nonce: _, signature: __, ...clocks } = reply
    const logged = { ...clocks, node: disk.id, ti: opened.ti, tr: moment() } as HubContact
    disk.log.push({ hub: disk.id, seq: disk.log.length + 1, contact: logged })
    const { tiMs } = opened
    const pass = `hub-${random.int(0, 2 ** 40)}`
    passes.set(pass, reply.device)
    const standing = row.state === 'retired' ? 'revoked' : row.state
    const { incarnation } = JSON.parse(receipt.bytes)
    return ok({
      ...{ pass, passMs, node: 'hub', tiMs, trMs: Math.ceil(time.nowMs()), incarnation, receipt },
      standing: standing === 'pair_anew' || standing === 'revoked' ? standing : 'active',
    })
  }

  const take = async (push: Push): Promise<UpstreamAnswer> => {
    const [key, receipt] = [await keyOf(push.device), disk.receipts.get(push.device)]
    if (!key || !receipt) return fail(refusedAtHub)
    const read = await readPush(subtle, key, push)
    if (!read.ok) return ok({ outcome: 'quarantined', reason: read.failure.kind })
    disk.held.set(`${push.device}/${push.prev}/${push.scans.at(-1)?.hash}`, push)
    note('hub_took_scans')
    const answers = read.value.map(({ hash, body, fault }) => ({
      ...{ hash, id: body?.id ?? null, outcome: fault ? 'quarantined' : 'stored', reason: fault },
    }))
    return ok({ outcome: 'accepted', answers, receipt })
  }

  const hub: Hub = {
    isUplinkUp: true,
    countHeld: () => disk.held.size,
    loseDisk() {
      note('hub_lost_its_disk')
      if (disk.held.size > 0) note('hub_lost_what_it_took')
      if (relayed > 0) note('hub_lost_after_receipt')
      // Until a person strikes it off, what it wrote down is waited for.
      void central.loseHub(disk.id).catch(() => undefined)
      disks += 1
      disk = emptyDisk(disks, time.nowMs())
      passes.clear()
      challenges.clear()
    },
    async answer({ name, pass, input, call }) {
      const { device } = input as { readonly device: string }
      usedMs = time.nowMs()
      relaySoon()
      if (name === 'challenge') {
        if (!disk.devices.has(device)) return fail(refusedAtHub)
        const nonce = Buffer.from(random.bytes(16)).toString('base64url')
        const tiMs = Math.floor(time.nowMs())
        challenges.set(nonce, { tiMs, ti: moment() })
        return ok({ nonce, node: 'hub', nodeEpoch: 0, nodeMonoMs: tiMs, tiMs })
      }
      if (name === 'contact') return contact(input as Reply)
      if (pass === null) return fail({ kind: 'unreachable' })
      const holder = passes.get(pass)
      if (holder === undefined) return fail({ ...refusedAtHub, code: 'pass_refused' })
      if (name === 'push') return take(input as Push)
      // It hands on what central signed, while it can ask.
      if (!hub.isUplinkUp) return fail({ kind: 'unreachable' })
      return central.answerFor(holder as DeviceId, call)
    },
  }
  return hub
}
