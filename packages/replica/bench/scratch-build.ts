import { contentOf } from '@eventpass/sync/testing'
import { buildSnapshot } from '../src/native/index.ts'
import { snapshotInput } from '../src/testing.ts'
import { guests } from './guests.ts'
const N = Number(process.argv[2])
let t = process.cpuUsage()
for (const _ of guests(N)) ;
let u = process.cpuUsage(t); console.log('guests', (u.user + u.system) / 1e6)
t = process.cpuUsage(); const w = performance.now()
const b = await buildSnapshot({ ...snapshotInput(contentOf(), '/tmp/scratch-b'), rows: (async function* () { yield* guests(N) })() })
u = process.cpuUsage(t); console.log('build cpu', (u.user + u.system) / 1e6, 'wall', (performance.now() - w) / 1e3, 'rss', process.resourceUsage().maxRSS / 1e3, b.bytes / N, b.gzipBytes / N)
