import { createReadStream } from 'node:fs'
import { contentOf } from '@eventpass/sync/testing'
import { openProfile } from '../e2e/chromium.ts'
import { openSite } from '../e2e/site.ts'
import { buildSnapshot } from '../src/native/index.ts'
import { snapshotInput } from '../src/testing.ts'
import { digestOf, guests } from './guests.ts'
const N = Number(process.argv[3] ?? 100000)
const built = await buildSnapshot({ ...snapshotInput(contentOf(), '/tmp/scratch-c'), rows: (async function* () { yield* guests(N) })() })
const site = await openSite(async (p, r) => { if (p !== '/s') return false; createReadStream('/tmp/scratch-c.gz').pipe(r); return true }); const profile = await openProfile('/usr/bin/chromium')
try {
  const browser = await profile.launch(); const page = await browser.newPage(site.url)
  const w = await page.startWorker('bench')
  console.log(JSON.stringify(await w.call(process.argv[2]!, { folder: 'x', url: '/s', digest: digestOf(N), gzipBytes: built.gzipBytes, sha256: built.gzipSha256, bytes: built.bytes, digests: Array.from({ length: 2000 }, (_, i) => digestOf(i * 37 % N + 1)) }), null, 1))
} finally { await profile.close(); await site.close() }
