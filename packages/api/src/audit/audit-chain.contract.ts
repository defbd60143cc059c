import type { TenantId } from '@eventpass/domain'
import { expect, test } from 'vitest'
import { openEvent, openTenant, type World } from '../tenancy/world.contract.ts'
import { type SequenceDeps, sequenceAudit } from './sequence-audit.ts'

export interface AuditWorld extends World {
  readonly unchainedAudit: SequenceDeps['unchainedAudit']
  /** Runs SQL as the owner of the database: what no tenant may, a thief of its password can. */
  readonly tamper: (statement: string) => Promise<void>
}

/** The chain over audit rows, and everything that somebody may do to them behind our back. */
export function auditChainContract(open: () => AuditWorld): void {
  const openAudit = async (changes = 4) => {
    const world = open()
    const owner = await openTenant(world)
    const caller = await owner.call()
    const { tenant } = await caller.accounts.me()
    const { id: event } = await openEvent(owner)
    const change = (name: string) => caller.events.addGate({ event, name })
    const sequence = () => sequenceAudit({ ...world.deps, unchainedAudit: world.unchainedAudit })
    // Each change under a head of its own: sign-up and event make the first two rows.
    await sequence()
    for (let n = 1; n <= changes; n += 1) {
      await change(`Gate ${n}`)
      await sequence()
    }
    const verify = () => caller.audit.verify()
    return { world, owner, caller, tenant, change, sequence, verify, rows: 2 + changes }
  }
  const at = (tenant: TenantId, seq: number) => `tenant = '${tenant}' and seq = ${seq}`

  test('[AU1] every committed row has its place, once, whoever chains at the same time', async () => {
    const { world, tenant, change, sequence, verify, rows } = await openAudit()
    expect(await verify()).toEqual({ outcome: 'intact', rows, lagMs: 0, restores: [] })
    await Promise.all([change('A'), change('B'), sequence(), change('C'), sequence()])
    world.clock.ms += 3_000
    await sequence()
    await sequence()
    expect(await verify()).toEqual({ outcome: 'intact', rows: rows + 3, lagMs: 0, restores: [] })
    const chained = await world.deps.tx(tenant, (tx) => tx.auditChain.findChained(0, 100))
    expect(chained.map(({ seq }) => seq)).toEqual(chained.map((_, n) => n + 1))
  })

  test('[AU1] rows that are not chained yet are no fault, and the lag is shown', async () => {
    const { world, change, verify, rows } = await openAudit()
    await change('Late')
    world.clock.ms += 1_500
    expect(await verify()).toEqual({ outcome: 'intact', rows, lagMs: 1_500, restores: [] })
  })

  test('[AU1] a row that was changed in any column is named', async () => {
    const { world, tenant, verify } = await openAudit()
    const changes = [
      `who = 'user:somebody'`,
      `action = 'events.nothing'`,
      `at_ms = at_ms + 1`,
      `subject_id = 'x'`,
      `after_hash = null`,
      `salt = decode('00', 'hex')`,
      `request_id = ''`,
    ]
    for (const change of changes) {
      await world.tamper(
        `create table kept_audit as select * from audit_logs where ${at(tenant, 4)}`,
      )
      await world.tamper(`update audit_logs set ${change} where ${at(tenant, 4)}`)
      expect(await verify(), change).toMatchObject({ outcome: 'broken', seq: 4 })
      await world.tamper(`delete from audit_logs where ${at(tenant, 4)}`)
      await world.tamper(`insert into audit_logs select * from kept_audit`)
      await world.tamper(`drop table kept_audit`)
      expect(await verify()).toMatchObject({ outcome: 'intact' })
    }
  })

  test('[AU1] a row that was taken out is named', async () => {
    const { world, tenant, verify } = await openAudit()
    await world.tamper(`delete from audit_logs where ${at(tenant, 3)}`)
    expect(await verify()).toMatchObject({ outcome: 'broken', seq: 3 })
  })

  test('[AU1] rows that changed places are named', async () => {
    const { world, tenant, verify } = await openAudit()
    await world.tamper(`update audit_logs set seq = 99 where ${at(tenant, 3)}`)
    await world.tamper(`update audit_logs set seq = 3 where ${at(tenant, 4)}`)
    await world.tamper(`update audit_logs set seq = 4 where ${at(tenant, 99)}`)
    expect(await verify()).toMatchObject({ outcome: 'broken', seq: 3 })
  })

  test('[AU1] a tail that was cut off is named, also when its heads in the database are gone too', async () => {
    const { world, tenant, verify, rows } = await openAudit()
    await world.tamper(`delete from audit_logs where tenant = '${tenant}' and seq > 4`)
    expect(await verify()).toMatchObject({ outcome: 'broken', seq: 5 })
    await world.tamper(`delete from audit_heads where tenant = '${tenant}'`)
    expect(await verify()).toEqual({
      outcome: 'broken',
      seq: 5,
      message: expect.stringContaining(`central signed ${rows} rows`),
    })
  })

  test('[AU1] a log that went on after its tail was cut off is told from one that was made up', async () => {
    const { world, tenant, change, sequence, verify } = await openAudit()
    await world.tamper(`delete from audit_logs where tenant = '${tenant}' and seq > 4`)
    await world.tamper(`delete from audit_heads where tenant = '${tenant}' and seq > 4`)
    const { message } = (await verify()) as { message: string }
    expect(message).toContain('The log ends with row 4')
    expect(message).toContain('restored from a backup of that time, or rows 5 to 6 were taken out')
    await change('Another gate')
    await sequence()
    expect(await verify()).toEqual({
      outcome: 'broken',
      seq: 5,
      message: expect.stringContaining('Central signed two different rows 5'),
    })
  })

  test('[AU1] a chain that was worked out anew is no match for the signed heads', async () => {
    const { world, tenant, sequence, verify, caller } = await openAudit()
    // The whole audit is made up again, and chained by the same code; only the key is not theirs.
    await world.tamper(`update audit_logs set seq = null, chain = null where tenant = '${tenant}'`)
    await world.tamper(
      `update audit_logs set who = 'user:somebody' where id = (select min(id) from audit_logs
         where tenant = '${tenant}' and action = 'events.add_gate')`,
    )
    await world.tamper(`delete from audit_heads where tenant = '${tenant}'`)
    const { subtle } = world.deps
    const stranger = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
      'sign',
    ])
    await sequenceAudit({
      ...world.deps,
      unchainedAudit: world.unchainedAudit,
      centralKey: stranger.privateKey,
      auditHeads: { ...world.deps.auditHeads, append: async () => {} },
    })
    expect(await verify()).toMatchObject({ outcome: 'broken', seq: 1 })
    await world.tamper(`delete from audit_heads where tenant = '${tenant}'`)
    expect(await verify()).toMatchObject({ outcome: 'broken', seq: 3 })
    await sequence()
    expect(await caller.audit.verify()).toMatchObject({ outcome: 'broken' })
  })

  test('[AU1] each account has a chain of its own', async () => {
    const [mine, other] = [await openAudit(), await openAudit(1)]
    await mine.world.tamper(`delete from audit_logs where ${at(mine.tenant, 2)}`)
    expect(await mine.verify()).toMatchObject({ outcome: 'broken', seq: 2 })
    expect(await other.verify()).toMatchObject({ outcome: 'intact', rows: other.rows })
  })
}
