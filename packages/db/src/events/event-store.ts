import type { EventDetails, EventStore } from '@eventpass/api'
import type { EventId } from '@eventpass/domain'
import { and, asc, desc, eq, sql } from 'drizzle-orm'
import { pgArray } from '../pg-array.ts'
import { categories, eventKeys, eventRevisions, events, gates, lists } from '../schema/index.ts'
import type { TenantScope } from '../tenant-scope.ts'
import { countEvent } from './count-event.ts'
import { raiseManifest } from './raise-manifest.ts'

const details = {
  id: events.id,
  name: events.name,
  timeZone: events.timeZone,
  startsMs: events.startsMs,
  endsMs: events.endsMs,
  policy: events.policy,
  signingKid: events.signingKid,
  tag: events.tag,
  pinHash: events.pinHash,
  leaseMs: events.leaseMs,
  createdMs: events.createdMs,
  closedMs: events.closedMs,
}

export function createEventStore(scope: TenantScope): EventStore {
  const { tenant, db } = scope
  const isEvent = (event: EventId) => and(eq(events.tenant, tenant), eq(events.id, event))

  return {
    async create(event) {
      const added = await db
        .insert(events)
        .values({ ...event, tenant })
        .onConflictDoNothing({ target: [events.tenant, events.tag] })
        .returning({ id: events.id })
      if (added.length === 0) return false
      const { id, signingKid: kid, createdMs } = event
      await db.insert(eventKeys).values({ tenant, event: id, kid, createdMs })
      await db.insert(eventRevisions).values({ tenant, event: id })
      return true
    },
    async find(event) {
      const [row] = await db.select(details).from(events).where(isEvent(event))
      return row ?? null
    },
    async lock(event) {
      // NO KEY: pushes that name the event by a foreign key go on meanwhile.
      const [row] = await db.select(details).from(events).where(isEvent(event)).for('no key update')
      return row ?? null
    },
    findRecent: (limit): Promise<EventDetails[]> =>
      db
        .select(details)
        .from(events)
        .where(eq(events.tenant, tenant))
        .orderBy(desc(events.createdMs), desc(events.id))
        .limit(limit),
    async update(event, { name, policy, leaseMs, pinHash }) {
      await db.update(events).set({ name, policy, leaseMs, pinHash }).where(isEvent(event))
    },
    async readFrame(event) {
      const named = await db
        .select({ name: categories.name })
        .from(categories)
        .where(and(eq(categories.tenant, tenant), eq(categories.event, event)))
        .orderBy(asc(categories.idx))
      const listed = await db
        .select({ id: lists.id, name: lists.name, config: lists.config })
        .from(lists)
        .where(and(eq(lists.tenant, tenant), eq(lists.event, event)))
        .orderBy(asc(lists.createdMs), asc(lists.name))
      const doors = await db
        .select({ id: gates.id, name: gates.name })
        .from(gates)
        .where(and(eq(gates.tenant, tenant), eq(gates.event, event)))
        .orderBy(asc(gates.createdMs), asc(gates.name))
      return {
        categories: named.map(({ name }) => name),
        lists: listed.map(({ id, name, config }) => ({ ...config, id, name })),
        gates: doors,
      }
    },
    async addList(event, { id, name, ...config }, createdMs) {
      const added = await db
        .insert(lists)
        .values({ tenant, id, event, name, config, createdMs })
        .onConflictDoNothing()
        .returning({ id: lists.id })
      return added.length > 0
    },
    async addGate(event, gate, createdMs) {
      const added = await db
        .insert(gates)
        .values({ ...gate, tenant, event, createdMs })
        .onConflictDoNothing()
        .returning({ id: gates.id })
      return added.length > 0
    },
    async addCategories(event, names) {
      if (names.length === 0) return
      await db.execute(sql`
        insert into categories (tenant, event, idx, name)
        select ${tenant}, ${event}, start.at + row_number() over (order by wanted.place) - 1, wanted.name
        from unnest(${pgArray('text', names)}) with ordinality as wanted (name, place),
          (select coalesce(max(idx) + 1, 0) as at from categories
           where tenant = ${tenant} and event = ${event}) as start
        where not exists (select from categories c
          where c.tenant = ${tenant} and c.event = ${event} and c.name = wanted.name)`)
    },
    count: (event) => countEvent(scope, event),
    raiseManifest: (event, raise) => raiseManifest(scope, event, raise),
  }
}
