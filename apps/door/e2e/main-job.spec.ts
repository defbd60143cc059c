import { withTestPostgres } from '@eventpass/tooling/test-postgres'
import { expect, test } from '@playwright/test'
import postgres from 'postgres'
import { type Central, openCentral } from './central.ts'
import { type Organiser, openOrganiser } from './organiser.ts'
import { openTablet, type Tablet } from './tablet.ts'

/**
 * Goal: the main job, end to end, on real input: a list goes in, codes come out, a tablet's camera
 * reads them with the network gone, and what happened ends up, reconciled, in Postgres.
 * Method: central as a process of its own, tablets as browsers of their own that can be killed.
 */
// Several processes start within each of these, on machines that may be busy.
test.setTimeout(300_000)

/** A genuine-looking code with one character changed, behind its prefix. */
function forged(token: string): string {
  const at = 40
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`
}

function tokenOf(organiser: Organiser, name: string): string {
  const token = organiser.tokens.get(name)
  if (!token) throw new Error(`${name} has no ticket.`)
  return token
}

async function countScans(url: string): Promise<number> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    const [row] =
      await sql`select count(*)::int as scans, count(distinct id)::int as ids from scans`
    expect(row?.scans).toBe(row?.ids)
    return row?.scans
  } finally {
    await sql.end()
  }
}

async function playMainJob(central: Central, tablet: Tablet, url: string | null): Promise<void> {
  await central.start()
  const organiser = await openOrganiser(central.origin)
  const counts = () => organiser.call.events.counts.query({ event: organiser.event })
  await tablet.start(`${central.origin}/door/`)
  await tablet.pair(organiser)

  await tablet.show(tokenOf(organiser, 'Zoë Okafor'), 'Come in')
  await expect.poll(async () => (await counts()).admitted, { timeout: 60_000 }).toBe(1)
  await tablet.untilPending(0)

  await central.stop()
  await tablet.kill()
  await tablet.start(`${central.origin}/door/`)
  await expect(tablet.page().locator('.finder')).toBeVisible({ timeout: 60_000 })
  await tablet.show(tokenOf(organiser, 'José Muñoz'), 'Come in')
  await tablet.show(tokenOf(organiser, 'Zoë Okafor'), 'Already in')
  await tablet.show(forged(tokenOf(organiser, 'Ada Lovelace')), 'Not real')
  await tablet.untilPending(3)

  await central.start()
  await tablet.untilPending(0)
  await expect.poll(async () => (await counts()).admitted, { timeout: 60_000 }).toBe(2)
  expect(await counts()).toMatchObject({ inviteesInside: 2, peopleInside: 2, incidentsOpen: 0 })
  const devices = await organiser.call.devicesAdmin.list.query({ event: organiser.event })
  expect(devices.map(({ throughSeq }) => throughSeq)).toEqual([4])
  if (url) expect(await countScans(url)).toBe(4)
}

test('a code is scanned online, then offline after a kill, and everything arrives once (PGlite)', async () => {
  const central = await openCentral(null)
  const tablet = openTablet()
  try {
    await playMainJob(central, tablet, null)
  } finally {
    await tablet.remove()
    await central.remove()
  }
})

test('a code is scanned online, then offline after a kill, and everything arrives once (Postgres)', async () => {
  await withTestPostgres(async (url) => {
    const central = await openCentral(url)
    const tablet = openTablet()
    try {
      await playMainJob(central, tablet, url)
    } finally {
      await tablet.remove()
      await central.remove()
    }
  })
})

test('two tablets with wrong clocks admit one ticket offline: the truly earlier one wins, one incident', async () => {
  const central = await openCentral(null)
  const fast = openTablet({ clockAheadMs: 7 * 60_000 })
  const slow = openTablet({ clockAheadMs: -4 * 60_000 })
  try {
    await central.start()
    const organiser = await openOrganiser(central.origin)
    for (const tablet of [fast, slow]) {
      await tablet.start(`${central.origin}/door/`)
      await tablet.pair(organiser)
      await tablet.untilPending(0)
    }
    await central.stop()
    const token = tokenOf(organiser, 'Ada Lovelace')
    await fast.type(token, 'Come in')
    // Further apart than their intervals are wide: what is shown must be provable.
    await fast.page().waitForTimeout(3_000)
    await slow.type(token, 'Come in')
    await central.start()
    for (const tablet of [slow, fast]) await tablet.untilPending(0)
    const incidents = () => organiser.call.incidents.list.query({ event: organiser.event })
    await expect.poll(async () => (await incidents()).length, { timeout: 60_000 }).toBe(1)
    const [incident] = await incidents()
    expect(incident).toMatchObject({ kind: 'double_admission', status: 'open' })
    const [winner, rival] = incident?.scans ?? []
    expect([winner?.ruling, rival?.ruling]).toEqual(['confirmed', 'superseded'])
    // The winner is the fast one: its own clock says minutes later than the rival's.
    expect((winner?.wallMs ?? 0) - (rival?.wallMs ?? 0)).toBeGreaterThan(9 * 60_000)
    expect(await organiser.call.events.counts.query({ event: organiser.event })).toMatchObject({
      inviteesInside: 1,
      peopleInside: 2,
      incidentsOpen: 1,
    })
  } finally {
    await fast.remove()
    await slow.remove()
    await central.remove()
  }
})
