import type { EventStore, TicketStore } from '@eventpass/api'
import { type EventId, groupBy, type InviteeNo } from '@eventpass/domain'
import { readFrame } from './manifest-reads.ts'
import type { TicketRowKept } from './rows.ts'
import type { Scope } from './scope.ts'

export function createModelEvents(scope: Scope): EventStore {
  const { events, frames, revisions, statement, tenant } = scope
  const addFrame = async (
    event: EventId,
    kind: 'list' | 'gate',
    { id, name }: { readonly id: string; readonly name: string },
    row: object,
  ) => {
    await statement()
    const isTaken = frames.all().some((one) => one.event === event && one[kind]?.name === name)
    if (isTaken) return false
    frames.set(`${event}/${kind}/${id}`, { event, list: null, gate: null, ...row })
    return true
  }
  return {
    async create(event) {
      await statement()
      events.set(event.id, { ...event, tenant })
      revisions.set(event.id, { manifest: 0, frame: 0, rulings: 0, invitees: 0 })
      return true
    },
    async find(id) {
      await statement()
      const row = events.get(id)
      return row?.tenant === tenant ? row : null
    },
    async lock(id) {
      await scope.lock(`event/${id}`)
      await statement()
      return events.get(id) ?? null
    },
    async findRecent(limit) {
      await statement()
      return events
        .all()
        .filter((row) => row.tenant === tenant)
        .reverse()
        .slice(0, limit)
    },
    async update(id, changes) {
      await statement()
      const row = events.get(id)
      if (row) events.set(id, { ...row, ...changes })
    },
    async readFrame(event) {
      await statement()
      const { categories, lists, gates } = readFrame(scope, event)
      return { categories, lists, gates }
    },
    addList: (event, list) => addFrame(event, 'list', list, { list }),
    addGate: (event, gate) => addFrame(event, 'gate', gate, { gate }),
    addCategories: statement,
    async count(event) {
      await statement()
      const line = revisions.get(event)
      if (!line) throw new Error(`The event ${event} has no revision line.`)
      const rows = scope.admissions
        .all()
        .filter((row) => row.event === event && !scope.gifts.get(row.list))
      const byInvitee = [...groupBy(rows, ({ invitee }) => invitee).values()]
      const count = (holds: (own: typeof rows) => boolean) => byInvitee.filter(holds).length
      return {
        invitees: line.invitees,
        admitted: count((own) => own.some(({ firstMs }) => firstMs !== null)),
        inviteesInside: count((own) => own.some(({ inside }) => inside)),
        peopleInside: rows.reduce((sum, { people }) => sum + people, 0),
        incidentsOpen: scope.incidents
          .all()
          .filter((row) => row.event === event && row.status === 'open').length,
        manifestRevision: line.manifest,
      }
    },
    async raiseManifest(event, { frame, inviteesAdded }) {
      // Held until the commit, so that revisions are seen in the order in which they were taken (SY5).
      await scope.lock(`revisions/${event}`)
      await statement()
      const line = revisions.get(event)
      if (!line) throw new Error(`The event ${event} has no revision line.`)
      const manifest = line.manifest + 1
      const invitees = line.invitees + inviteesAdded
      revisions.set(event, { ...line, manifest, invitees, ...(frame ? { frame: manifest } : {}) })
      return manifest
    },
  }
}

export function createModelTickets(scope: Scope): TicketStore {
  const { tickets, statement } = scope
  const newestOf = (event: EventId, no: InviteeNo) =>
    tickets
      .all()
      .filter((row) => row.event === event && row.invitee === no && row.erasedMs === null)
      .sort((a, b) => b.generation - a.generation)[0]
  const toCurrent = ({
    invitee,
    name,
    category,
    party,
    ticket,
    kid,
    generation,
    state,
  }: TicketRowKept) => ({
    ...{ no: invitee, name, category, party, ticket, kid, generation, state },
  })
  return {
    async findPage(event, after, limit) {
      await statement()
      const numbers = new Set(
        tickets
          .all()
          .flatMap((row) => (row.event === event && row.erasedMs === null ? [row.invitee] : [])),
      )
      return [...numbers]
        .filter((no) => no > after)
        .sort((a, b) => a - b)
        .slice(0, limit)
        .flatMap((no) => {
          const newest = newestOf(event, no)
          return newest ? [toCurrent(newest)] : []
        })
    },
    async lockCurrent(event, no) {
      await scope.lock(`invitee/${event}/${no}`)
      await statement()
      const newest = newestOf(event, no)
      return newest ? toCurrent(newest) : null
    },
    async setState(ticket, { state, stateMs, revision }) {
      await statement()
      const row = tickets.get(ticket)
      if (row) tickets.set(ticket, { ...row, state, stateAtMs: stateMs, revision })
    },
    async addGeneration(event, no, added) {
      await statement()
      const former = newestOf(event, no)
      if (!former) throw new Error(`The event ${event} has no invitee ${no}.`)
      tickets.set(added.ticket, { ...former, ...added, stateAtMs: null })
    },
  }
}
