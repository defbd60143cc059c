import type { AboutSomebody, ErasureStore, Replica } from '@eventpass/api'
import { type EventId, erasedName, type InviteeNo, noTexts } from '@eventpass/domain'
import { letIn } from './rows.ts'
import type { Scope } from './scope.ts'

/** Erasing as `packages/db` does it in Postgres, as far as a simulated event holds anything of people. */
export function createModelErasure(scope: Scope): ErasureStore {
  const { devices, quarantinedPushes, scans, statement, tickets } = scope
  const ticketsOf = (event: EventId, no: InviteeNo) =>
    tickets.all().filter((row) => row.event === event && row.invitee === no)
  const aboutWhom = (event: EventId, { digest, target }: AboutSomebody) => {
    const listed = tickets.all().find((row) => row.event === event && row.digest === digest)
    const named = scans.all().find(({ body }) => target !== null && body?.id === target)
    return listed?.invitee ?? named?.invitee ?? null
  }

  return {
    async lock(event, no) {
      await scope.lock(`invitee/${event}/${no}`)
      await statement()
      const own = ticketsOf(event, no)
      const [first] = own
      if (!first) return null
      const { erasedMs, revision } = first
      return {
        erasure: erasedMs === null ? null : { erasedMs, revision },
        digests: own.map(({ digest }) => digest),
        companions: [],
      }
    },

    async findScans(event, no, digests) {
      await statement()
      const codes = new Set<string | null>(digests)
      return scans.all().flatMap(({ body, invitee, event: of }) => {
        if (of !== event || !body) return []
        return invitee === no || (invitee === null && codes.has(body.digest)) ? [body.id] : []
      })
    },

    async deleteTexts(event, ids) {
      await statement()
      const wanted = new Set<string | null>(ids)
      for (const row of scans.all()) {
        const { body, device, seq, hash } = row
        if (row.event !== event || !body) continue
        if (!wanted.has(body.id) && !wanted.has(body.target)) continue
        scans.set(`${device}/${seq}/${hash}`, { ...row, texts: noTexts })
      }
    },

    async findKeptPushes(_event, words) {
      await statement()
      return quarantinedPushes
        .all()
        .map(({ bytes }, id) => ({ id, bytes }))
        .filter(({ bytes }) => words.some((word) => bytes.includes(word)))
    },

    async rewriteKeptPush(id, bytes) {
      await statement()
      const row = quarantinedPushes.all()[id]
      if (row) quarantinedPushes.set(row.key, { ...row, bytes })
    },

    forgetBeside: statement,

    async blank(event, no, { erasedMs, revision }) {
      await statement()
      for (const row of ticketsOf(event, no)) {
        const isGood = row.state === 'valid' || row.state === 'unpaid'
        const standing = isGood ? ({ state: 'cancelled', stateAtMs: erasedMs } as const) : {}
        const blank = { name: erasedName, category: null, party: null, notice: null }
        tickets.set(row.ticket, {
          ...{ ...row, ...standing, ...blank, blocked: false, revision, erasedMs },
        })
      }
    },

    async lockErased(event, asked) {
      await statement()
      const about = asked.map((one) => ({ id: one.id, invitee: aboutWhom(event, one) }))
      const numbers = new Set(about.flatMap(({ invitee }) => invitee ?? []))
      for (const no of [...numbers].sort((a, b) => a - b))
        await scope.lock(`invitee/${event}/${no}`)
      await statement()
      const erased = about.filter(
        ({ invitee }) =>
          invitee !== null && ticketsOf(event, invitee).some(({ erasedMs }) => erasedMs !== null),
      )
      return new Set(erased.map(({ id }) => id))
    },

    async lastRevision(event) {
      await statement()
      const erased = tickets.all().filter((row) => row.event === event && row.erasedMs !== null)
      return Math.max(0, ...erased.map(({ revision }) => revision))
    },

    async noteReplica(device, heldRevision) {
      await scope.lock(`device/${device}`)
      await statement()
      const row = devices.get(device)
      if (row) devices.set(device, { ...row, heldRevision })
    },

    async findReplicas(event, limit) {
      await statement()
      const known = devices.all().flatMap((row): Replica[] => {
        const device = row.event === event ? letIn(row) : null
        if (!device) return []
        const { id, no, label, state, heldRevision: revision, lastContactMs } = device
        return [{ device: id, no, label, state, revision, lastContactMs }]
      })
      return known.sort((a, b) => a.no - b.no).slice(0, limit)
    },
  }
}
