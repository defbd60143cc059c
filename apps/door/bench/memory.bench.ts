import { readFileSync } from 'node:fs'
import { type Figure, recorded } from '@eventpass/tooling/bench'
import { withTestPostgres } from '@eventpass/tooling/test-postgres'
import type { CDPSession, Page } from '@playwright/test'
import postgres from 'postgres'
import { openCentral } from '../e2e/central.ts'
import { openOrganiser } from '../e2e/organiser.ts'
import { openTablet } from '../e2e/tablet.ts'

const invitees = 1_000_000
const loadMsMax = 300_000
const bytesPerMb = 1_000_000

/** What a door and central hold in memory at 1M invitees, after the list was loaded and codes scanned. */
export async function benchMemory(print: (figure: Figure) => void): Promise<void> {
  await withTestPostgres(async (url) => {
    const central = await openCentral(url)
    const tablet = openTablet()
    try {
      await central.start()
      const organiser = await openOrganiser(central.origin)
      await addInvitees(url, organiser.event, invitees)
      await tablet.start(`${central.origin}/door/`)
      const start = performance.now()
      await tablet.pair(organiser, loadMsMax)
      const seconds = (performance.now() - start) / 1_000
      print(recorded(`new door at ${invitees} invitees, list built from Postgres`, seconds, 's'))
      for (const token of organiser.tokens.values()) await tablet.type(token, 'Come in')
      await tablet.untilPending(0)
      for (const figure of await heaps(tablet.page())) print(figure)
      for (const figure of residents(central.pid())) print(figure)
    } finally {
      await tablet.remove()
      await central.remove()
    }
  })
}

/** Straight into the tables, since what is measured is holding a list and not importing it. */
async function addInvitees(url: string, event: string, count: number): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    await sql.begin(async (tx) => {
      await tx`create temporary table added on commit drop as
        select e.tenant, e.id as event, gen_random_uuid() as id, r.manifest_revision as revision,
          1000 + n as no from events e join event_revisions r on r.event = e.id
          cross join generate_series(1, ${count}::int) as n where e.id = ${event}`
      await tx`insert into invitees (tenant, id, event, no, name, fold, revision)
        select tenant, id, event, no, 'Guest ' || md5(no::text), 'guest ' || md5(no::text), revision
        from added`
      await tx`insert into tickets (tenant, id, event, invitee, kid, generation, digest, state, revision)
        select tenant, decode(substr(md5(id::text), 1, 24), 'hex'), event, id, 1, 1,
          decode(md5(id::text || 'digest'), 'hex'), 'valid', revision from added`
    })
    await sql`analyze invitees, tickets`
  } finally {
    await sql.end()
  }
}

/** JS heaps after a collection: of the page, and of the worker that holds the database. */
async function heaps(page: Page): Promise<readonly Figure[]> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  const ask = await attachToWorker(session)
  await ask('HeapProfiler.collectGarbage')
  const inWorker = (await ask('Runtime.getHeapUsage')).usedSize
  return [
    recorded(`JS heap of the door page at ${invitees} invitees`, usedSize / bytesPerMb, 'MB'),
    recorded(`JS heap of its worker at ${invitees} invitees`, inWorker / bytesPerMb, 'MB'),
  ]
}

type HeapCall = 'HeapProfiler.collectGarbage' | 'Runtime.getHeapUsage'

/** Playwright speaks to pages; a worker is reached through its page's session, message by message. */
async function attachToWorker(
  session: CDPSession,
): Promise<(method: HeapCall) => Promise<{ readonly usedSize: number }>> {
  const attached = new Promise<string>((resolve) => {
    session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
      if (targetInfo.url.includes('gate-worker')) resolve(sessionId)
    })
  })
  const options = { autoAttach: true, waitForDebuggerOnStart: false, flatten: false }
  await session.send('Target.setAutoAttach', options)
  const sessionId = await attached
  let lastId = 0
  return (method) => {
    lastId += 1
    const id = lastId
    const answered = new Promise<{ readonly usedSize: number }>((resolve) => {
      session.on('Target.receivedMessageFromTarget', ({ message }) => {
        const answer = JSON.parse(message)
        if (answer.id === id) resolve(answer.result)
      })
    })
    const message = JSON.stringify({ id, method })
    return session.send('Target.sendMessageToTarget', { sessionId, message }).then(() => answered)
  }
}

/** Memory of the server's process, now and at its most: the snapshot was built in between. */
function residents(pid: number | null): readonly Figure[] {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const mb = (name: string) =>
    (Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1_024) / bytesPerMb
  return [
    recorded(`server RSS at ${invitees} invitees`, mb('VmRSS'), 'MB'),
    recorded(`server RSS at ${invitees} invitees, at its most`, mb('VmHWM'), 'MB'),
  ]
}
