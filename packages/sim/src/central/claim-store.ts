import type { ClaimFacts, ClaimStore, StandingClaim } from '@eventpass/api'
import type { InviteeNo, KnownUse } from '@eventpass/domain'
import { readFrame, toTicket } from './manifest-reads.ts'
import type { ClaimRow, ScanRow } from './rows.ts'
import type { Scope } from './scope.ts'
import { endClaims, fateOf, isUnsettled, standsAccepted, type WithFate } from './settle-claims.ts'

/** Claims as `packages/db` keeps them: the unique indexes decide, nothing looks before it writes. */
export function createModelClaims(scope: Scope): ClaimStore {
  const { claims, devices, giftLogs, gifts, lock, scans, statement } = scope
  const nameOf = ({ device, op }: Pick<ClaimRow, 'device' | 'op'>) => `${device}/${op}`

  return {
    async readFacts(claim) {
      await statement()
      const row = devices.get(claim.device)
      if (!row || row.state === 'waiting' || row.state === 'refused') return null
      const { event, role, label } = row
      const state = row.state === 'desk' ? 'active' : row.state
      const earlier = claims.get(nameOf(claim))
      const stock = gifts.get(claim.list)
      const ticket = scope.tickets
        .all()
        .find((one) => one.event === event && one.digest === claim.digest)
      const frame = readFrame(scope, event)
      const invitee = ticket?.invitee ?? null
      return {
        earlier: earlier ? { askedHash: earlier.askedHash, answer: earlier.answer } : null,
        device: { state, role, label },
        event,
        authority: scope.authorities.get(event) ?? { no: 1, hub: null },
        fenceDue: claims
          .all()
          .some((one) => isUnsettled(one) && isLeft(one, claim.device, claim.epoch, claim.seq)),
        late: lateOf(scope, claim),
        nowMs: Math.floor(scope.clockMs()),
        revision: scope.revisions.get(event)?.manifest ?? 0,
        frame: { ...frame, lists: frame.lists.filter(({ id }) => id === claim.list) },
        ticket: ticket ? { ...toTicket(ticket), ticketId: ticket.ticket, kid: ticket.kid } : null,
        uses: usesOf(scope, event, claim.list, invitee),
        claims: claims
          .all()
          .filter((one) => standsAccepted(one) && one.event === event)
          .filter((one) => one.list === claim.list && one.invitee === invitee)
          .map((one) => toStanding(scope, one)),
        stock: stock ? { total: stock.stock, taken: stock.taken } : null,
      } satisfies ClaimFacts
    },

    async lockKey(list, invitee) {
      await lock(`claim/${list}/${invitee}`)
      await statement()
    },

    async insert({ claim, event, authority, askedHash, invitee, gift, late, answer }) {
      await statement()
      // As the indexes do: whoever writes the same waits until the first has ended.
      await lock(`claims/${nameOf(claim)}`)
      if (claims.get(nameOf(claim))) return false
      const { device, op, list, seq, epoch, gate, digest } = claim
      const accepted = answer.outcome === 'accepted'
      const atMs = Math.floor(scope.clockMs())
      const row: ClaimRow = {
        ...{ device, op, event, list, gift, invitee, authority, seq, epoch, gate, digest, atMs },
        ...{ askedHash, answer, slot: accepted && !gift ? answer.slot : null },
        settledMs: accepted && late === 'kept' ? atMs : null,
        voidedMs: accepted && late === 'voided' ? atMs : null,
        voidedBy: accepted && late === 'voided' ? 'fence' : null,
      }
      if (standsAccepted(row)) {
        await lock(`slots/${slotOf(row)}`)
        if (claims.all().some((one) => standsAccepted(one) && slotOf(one) === slotOf(row)))
          return false
      }
      claims.set(nameOf(row), row)
      if (accepted && invitee !== null) await scope.enqueue(event, [[list, invitee]])
      return true
    },

    async takeGift({ claim, event, invitee, late }) {
      if (late === 'voided') return true
      await statement()
      await lock(`giftLogs/${claim.op}`)
      if (giftLogs.get(claim.op)) return true
      await lock(`gifts/${claim.list}`)
      const gift = gifts.get(claim.list)
      if (!gift || (gift.stock !== null && gift.taken >= gift.stock)) return false
      if (invitee === null) throw new Error('A gift is taken for somebody.')
      const atMs = Math.floor(scope.clockMs())
      const { op: scan, device, list } = claim
      giftLogs.set(scan, { scan, gift: list, event, invitee, device, atMs, voidedMs: null })
      gifts.set(gift.id, { ...gift, taken: gift.taken + 1 })
      return true
    },

    async refuse(claim, answer) {
      await statement()
      const row = claims.get(nameOf(claim))
      if (row) claims.set(nameOf(claim), { ...row, answer, slot: null })
    },

    async takeOver(device, op) {
      await statement()
      const row = claims.get(nameOf({ device, op }))
      if (row && row.settledMs === null)
        await endClaims(scope, [{ device, op, fate: 'taken_over' }])
    },

    async fence(device, epoch, headSeq) {
      await statement()
      const left = claims
        .all()
        .filter((one) => isUnsettled(one) && isLeft(one, device, epoch, headSeq + 1))
      await endClaims(
        scope,
        left.map(({ op }) => ({ device, op, fate: 'fence' })),
      )
    },

    async settle(device, pushed) {
      await statement()
      const event = devices.get(device)?.event
      const own = pushed.flatMap((link) =>
        claims
          .all()
          .filter((one) => isUnsettled(one) && one.device === device && one.seq === link.seq)
          .map(({ op }): WithFate => ({ device, op, fate: fateOf(op, link) })),
      )
      const undone = pushed
        .filter(
          ({ act, verdict, quarantined }) => act === 'void' && verdict === 'admit' && !quarantined,
        )
        .flatMap(({ target }) =>
          scans
            .all()
            .filter(({ id, event: of }) => id !== null && id === target && of === event)
            .flatMap(({ device: by, id }): WithFate[] =>
              id === null ? [] : [{ device: by, op: id, fate: 'undone' }],
            ),
        )
      await endClaims(scope, [...own, ...undone])
    },

    async settleKeys(event, keys) {
      await statement()
      const wanted = new Set(keys.map(({ list, invitee }) => `${list}/${invitee}`))
      const fates = claims
        .all()
        .filter((one) => isUnsettled(one) && one.event === event)
        .filter(({ list, invitee }) => wanted.has(`${list}/${invitee}`))
        .flatMap(({ device, op, seq }): WithFate[] => {
          const links = scans.all().filter((scan) => scan.device === device && scan.seq === seq)
          if (links.length === 0) return []
          const each = links.map((link) => fateOf(op, readLink(link)))
          if (each.includes('kept')) return [{ device, op, fate: 'kept' }]
          return [{ device, op, fate: links.some(({ id }) => id === op) ? 'scan' : 'fence' }]
        })
      await endClaims(scope, fates)
    },

    async findLost(device, ops) {
      await statement()
      return claims
        .all()
        .filter((one) => one.device === device && ops.includes(one.op))
        .flatMap(({ answer, list, invitee }) =>
          answer.outcome === 'accepted' || invitee === null ? [] : [{ list, invitee }],
        )
    },
  }
}

/** What a device claimed in an earlier life, at a number that it did not come to. */
function isLeft(row: ClaimRow, device: string, epoch: number, fromSeq: number): boolean {
  return row.device === device && row.epoch < epoch && row.seq >= fromSeq
}

function slotOf({ event, list, invitee, authority, slot }: ClaimRow): string {
  return `${event}/${list}/${invitee}/${authority}/${slot ?? 'gift'}`
}

function readLink({ id, body }: ScanRow) {
  return { id, act: body?.act ?? null, verdict: body?.verdict ?? null }
}

/** Whether the claimed scan came before the claim, or can no longer come (CL6). */
function lateOf(
  { scans, contacts }: Scope,
  { device, op, seq, epoch }: Parameters<ClaimStore['readFacts']>[0],
): ClaimFacts['late'] {
  const there = scans.all().filter((scan) => scan.device === device && scan.seq === seq)
  if (there.length > 0) {
    return there.some((scan) => fateOf(op, readLink(scan)) === 'kept') ? 'kept' : 'voided'
  }
  const isPast = contacts
    .all()
    .some((one) => one.device === device && one.epoch > epoch && one.headSeq < seq)
  return isPast ? 'voided' : null
}

function toStanding({ devices }: Scope, row: ClaimRow): StandingClaim {
  const { op, device, gate, seq, epoch, atMs } = row
  const deviceLabel = devices.get(device)?.label ?? ''
  const settled = row.settledMs !== null
  return { op, device, deviceLabel, gate, slot: row.slot ?? 1, seq, epoch, atMs, settled }
}

/** Granted scans of an invitee on a list, with the voids that name one of them. */
function usesOf(
  { scans, rulings, devices }: Scope,
  event: string,
  list: KnownUse['list'],
  invitee: InviteeNo | null,
): ClaimFacts['uses'] {
  if (invitee === null) return []
  const granted = scans.all().filter((row) => row.event === event && row.body?.verdict === 'admit')
  const admitted = granted.filter((row) => row.invitee === invitee && row.body?.list === list)
  const ids = new Set(admitted.map(({ id }) => id))
  const voids = granted.filter(({ body }) => body?.act === 'void' && ids.has(body.target))
  return [...admitted, ...voids].flatMap(({ body, hash, device, receivedMs }) => {
    if (!body) return []
    const ruled = rulings.get(hash)
    const { id: scan, gate, act, forced, target } = body
    return [
      {
        ...{ scan, list, gate, act, forced, target, device: devices.get(device)?.label ?? '' },
        ...{ atMs: ruled?.estimateMs ?? receivedMs, ruling: ruled?.ruling ?? null },
      },
    ]
  })
}
