/**
 * Goal: a node that journals may be killed at any instruction, and two nodes may see Postgres
 * differently: nothing that was told `provisional` vanishes (CL4).
 * Method: nodes as processes over a Postgres of this test's own, which is stopped and started; clients
 * of plain HTTP that show the same codes at both.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Field, openField } from './field.fake.ts'
import { type OwnPostgres, openOwnPostgres } from './own-postgres.fake.ts'
import { openTurnstile } from './turnstile.fake.ts'

const codesEach = 20
const killsWhileReplaying = 3
const timeout = 180_000

let postgres: OwnPostgres
let field: Field

beforeAll(async () => {
  postgres = await openOwnPostgres(process.env)
  field = await openField(postgres.url, codesEach * 2 + 1)
}, timeout)

afterAll(async () => {
  await field?.close()
  await postgres?.remove()
})

/** Ops that neither ended as they were told nor are named in an incident. */
async function findMissing(ops: Iterable<string>): Promise<readonly string[]> {
  const known = new Set([...(await field.namedOps()), ...(await field.acceptedOps())])
  return [...ops].filter((op) => !known.has(op))
}

test('[CL4] nodes are killed while they journal and while they replay, and nothing provisional vanishes', {
  timeout,
}, async () => {
  const nodes = [await field.newNode(), await field.newNode()] as const
  await Promise.all(nodes.map((node) => node.start()))
  const turnstiles = await Promise.all(
    nodes.map(async ({ origin }) => openTurnstile(origin, await field.pair())),
  )
  const [near, far] = turnstiles
  if (!near || !far) throw new Error('There are two.')
  // Each node has seen the event: a claim each.
  const [first, ...codes] = field.codes
  if (!first) throw new Error('There are codes.')
  expect([await near.show(first), await far.show(first)]).toEqual(['accepted', 'taken'])

  await postgres.stop()
  await Promise.all(nodes.map((node) => node.until(({ failover }) => failover.state === 'away')))
  for (const code of codes.slice(0, codesEach)) {
    expect(await near.show(code)).toBe('provisional')
  }
  await nodes[0].kill()
  await nodes[0].start()
  // It comes up without Postgres, with all that it journaled, and goes on.
  const health = await nodes[0].until(({ failover }) => failover.state === 'away')
  expect(health).toMatchObject({ status: 'degraded', failover: { waiting: codesEach } })
  for (const code of codes.slice(codesEach)) expect(await near.show(code)).toBe('provisional')
  for (const code of codes.slice(0, codesEach)) expect(await far.show(code)).toBe('provisional')

  await postgres.start()
  for (let kill = 0; kill < killsWhileReplaying; kill += 1) {
    await nodes[0].until(({ failover }) => failover.waiting < 2 * codesEach - 1).catch(() => null)
    await nodes[0].kill()
    await nodes[0].start()
  }
  const isSettled = ({ status, failover }: Awaited<ReturnType<(typeof nodes)[0]['health']>>) =>
    status === 'ok' && failover.waiting === 0
  await Promise.all(nodes.map((node) => node.until(isSettled)))
  // Before any scan came: who lost is named already.
  const told = new Set([...near.provisional, ...far.provisional])
  expect(told.size).toBe(3 * codesEach)
  expect(await findMissing(told)).toEqual([])
  await Promise.all(turnstiles.map((one) => one.handIn()))
  await expect.poll(() => field.countOpenWork(), { timeout: 60_000 }).toBe(0)
  expect(await findMissing(told)).toEqual([])
  // Every code that both let in is one double, and no other is.
  expect(await field.countDoubles()).toEqual({ open: codesEach, byScans: codesEach })
  const outcome = await field.readOutcome()
  expect(outcome.unruled).toBe(0)
  await field.ruleAllAgain()
  expect(await field.readOutcome()).toEqual(outcome)
})
