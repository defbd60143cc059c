import {
  hashOf,
  ledgerStoreCases,
  manifestStoreCases,
  snapshotFilesCases,
} from '@eventpass/sync/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Browser,
  chromiumPath,
  openProfile,
  type Profile,
  type RemotePage,
  type RemoteWorker,
} from '../../e2e/chromium.ts'
import { openSite, type Site } from '../../e2e/site.ts'
import { clientCases } from '../client/client.contract.ts'
import { toFormat1Sql } from '../testing.ts'

/**
 * Goal: the stores keep their contracts, and every scan, inside a real browser on its private storage.
 * Method: a page built by Vite as the door is. Each contract has a worker and a folder of its own;
 * then what a browser does to a database: refused files, second tabs, damage, kills.
 */
const kills = Number(process.env.REPLICA_KILLS ?? 5)

let site: Site
let profile: Profile
let browser: Browser
let page: RemotePage
beforeAll(async () => {
  site = await openSite()
  profile = await openProfile(chromiumPath(process.env))
  browser = await profile.launch()
  page = await browser.newPage(site.url)
})
afterAll(async () => {
  await profile.close()
  await site.close()
})

/** Calls a fresh worker and ends it, as a page that starts its worker anew. */
async function inFreshWorker<T>(work: (worker: RemoteWorker) => Promise<T>): Promise<T> {
  const worker = await page.startWorker()
  try {
    return await work(worker)
  } finally {
    await worker.stop()
  }
}

/** A folder with one closed ledger of `count` scans. */
const makeLedger = (folder: string, count: number) =>
  inFreshWorker(async (worker) => {
    await worker.call('open', { folder, waitMs: 5_000 })
    await worker.call('openLedger')
    await worker.call('commit', { count })
    await worker.call('closeLedger')
  })

/** Opens the stores and the ledger in a fresh worker; tells how many scans are there. */
const countScans = (folder: string) =>
  inFreshWorker(async (worker) => {
    expect(await worker.call('open', { folder, waitMs: 5_000 })).toMatchObject({ kind: 'open' })
    const head = await worker.call('openLedger')
    return (head as { readonly seq: number }).seq
  })

for (const [suite, cases] of Object.entries({
  client: clientCases,
  ledger: ledgerStoreCases,
  manifest: manifestStoreCases,
  snapshots: snapshotFilesCases,
})) {
  describe(`the ${suite} contract in Chromium`, () => {
    let worker: RemoteWorker
    beforeAll(async () => {
      worker = await page.startWorker()
    })
    afterAll(() => worker.stop())
    for (const [at, { title }] of cases.entries()) {
      test(title, async () => {
        await worker.call('runCase', { suite, at, folder: suite })
      })
    }
  })
}

test('[RP3] a browser that refuses one file once at the start costs no scan', async () => {
  await makeLedger('refused', 3)
  const failure = await inFreshWorker((worker) => worker.call('openRefused', { folder: 'refused' }))
  expect(failure).toMatchObject({ kind: 'pool_failed' })
  expect(await countScans('refused')).toBe(3)
})

test('[RP5] a second tab is told that the first has the files, and gets them when it ends', async () => {
  const first = await page.startWorker()
  await first.call('open', { folder: 'shared', waitMs: 5_000 })
  await first.call('openLedger')
  await first.call('commit', { count: 2 })

  const other = await browser.newPage(site.url)
  const second = await other.startWorker()
  expect(await second.call('open', { folder: 'shared', waitMs: 200 })).toEqual({
    kind: 'pool_busy',
  })
  await second.stop()
  await first.call('commit', { count: 1 })

  const third = await other.startWorker()
  const waiting = third.call('open', { folder: 'shared', waitMs: 20_000 })
  await first.stop()
  expect(await waiting).toMatchObject({ kind: 'open' })
  expect(await third.call('openLedger')).toMatchObject({ seq: 3 })
  await third.stop()
  await other.page.close()
})

test('[RP5] a pool that another worker holds without a lock is busy, and loses nothing', async () => {
  await makeLedger('held', 2)
  await inFreshWorker(async (holder) => {
    expect(await holder.call('openPoolAlone', { folder: 'held' })).toEqual({ kind: 'open' })
    const refused = await inFreshWorker((worker) =>
      worker.call('openPoolAlone', { folder: 'held' }),
    )
    expect(refused).toEqual({ kind: 'pool_busy' })
  })
  expect(await countScans('held')).toBe(2)
})

test('[RP4] a ledger that a newer app wrote is reported and left alone', async () => {
  await makeLedger('newer', 1)
  await inFreshWorker((worker) =>
    worker.call('runSql', { folder: 'newer', name: 'ledger-1', sql: 'PRAGMA user_version = 7' }),
  )
  const failure = await inFreshWorker((worker) =>
    worker.call('open', { folder: 'newer', waitMs: 5_000 }),
  )
  expect(failure).toEqual({ kind: 'newer_format', name: 'ledger-1', format: 7 })
})

test('[RP4] a ledger that an older app wrote goes on where it stood', async () => {
  await makeLedger('older', 2)
  await inFreshWorker((worker) =>
    worker.call('runSql', { folder: 'older', name: 'ledger-1', sql: toFormat1Sql }),
  )
  await inFreshWorker(async (worker) => {
    await worker.call('open', { folder: 'older', waitMs: 5_000 })
    expect(await worker.call('openLedger')).toEqual({ seq: 2, hash: hashOf(2) })
    expect(await worker.call('commit', { count: 1 })).toEqual({ seq: 3, hash: hashOf(3) })
    expect(await worker.call('pendingSeqs')).toEqual([1, 2, 3])
  })
})

test('[RP7] a damaged ledger lies aside for rescue with what its WAL held, and the gate starts with an empty one', async () => {
  const folder = 'damaged'
  await makeLedger(folder, 2)
  await inFreshWorker(async (worker) => {
    await worker.call('open', { folder, waitMs: 5_000 })
    await worker.call('openLedger')
    await worker.call('commit', { count: 1 })
  })
  await inFreshWorker((worker) => worker.call('damage', { folder, name: 'ledger-1', at: 0 }))
  await inFreshWorker(async (worker) => {
    expect(await worker.call('open', { folder, waitMs: 5_000 })).toEqual({
      kind: 'open',
      rescued: [{ name: 'ledger-1', keptAs: 'damaged/rescue/ledger-1.sqlite' }],
    })
    // Two in the file and one in its WAL, which SQLite may have moved into the file.
    const files = (await worker.call('rescued', { folder })) as readonly { seqs: number[] }[]
    expect(new Set(files.flatMap(({ seqs }) => seqs))).toEqual(new Set([1, 2, 3]))
    expect(await worker.call('openLedger')).toMatchObject({ seq: 0 })
  })
  // It is told for as long as the file lies there, not at the start alone that found it.
  await inFreshWorker(async (worker) => {
    expect(await worker.call('open', { folder, waitMs: 5_000 })).toMatchObject({
      rescued: [{ name: 'ledger-1' }],
    })
  })
})

test('[RP9] a damaged manifest is not opened, its name is not used again, and the ledger stands', async () => {
  const folder = 'half'
  await makeLedger(folder, 2)
  await inFreshWorker(async (worker) => {
    await worker.call('open', { folder, waitMs: 5_000 })
    expect(await worker.call('importManifest', { name: 'manifest-1' })).toEqual(['manifest-1'])
  })
  await inFreshWorker((worker) => worker.call('damage', { folder, name: 'manifest-1', at: 4_096 }))
  await inFreshWorker(async (worker) => {
    await worker.call('open', { folder, waitMs: 5_000 })
    expect(await worker.call('openManifest', { name: 'manifest-1' })).toBe(null)
    await expect(worker.call('begin', { name: 'manifest-1' })).rejects.toThrow('used once')
    expect(await worker.call('openLedger')).toMatchObject({ seq: 2 })
    await worker.call('importManifest', { name: 'manifest-2' })
    expect(await worker.call('openManifest', { name: 'manifest-2' })).toBe(1)
  })
})

test('[RP10] a killed browser has lost no scan that was shown', {
  timeout: 60_000 + kills * 30_000,
}, async () => {
  for (let kill = 0; kill < kills; kill += 1) {
    const worker = await page.startWorker()
    await worker.call('open', { folder: 'killed', waitMs: 5_000 })
    await worker.call('openLedger')
    const before = site.acknowledged()
    const writing = worker.call('commit', { count: 100_000 }).catch(() => {})
    await expect
      .poll(site.acknowledged, { timeout: 30_000, interval: 5 })
      .toBeGreaterThan(before + 20)
    await browser.kill()
    await writing

    browser = await profile.launch()
    page = await browser.newPage(site.url)
    await inFreshWorker(async (reader) => {
      await reader.call('open', { folder: 'killed', waitMs: 5_000 })
      const { seq } = (await reader.call('openLedger')) as { readonly seq: number }
      expect(seq).toBeGreaterThanOrEqual(site.acknowledged())
      const whole = Array.from({ length: seq }, (_, at) => at + 1)
      expect(await reader.call('pendingSeqs')).toEqual(whole)
    })
  }
})
