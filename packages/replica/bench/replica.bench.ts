import { createReadStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { contentOf } from '@eventpass/sync/testing'
import {
  atMost,
  type Figure,
  fasterThan,
  median,
  quantile,
  recorded,
  withinTimes,
} from '@eventpass/tooling/bench'
import { chromiumPath, openProfile, type RemotePage } from '../e2e/chromium.ts'
import { openSite } from '../e2e/site.ts'
import { ticketsToJson } from '../src/manifest/ticket-rows.ts'
import { type BuiltSnapshot, buildSnapshot } from '../src/native/index.ts'
import { snapshotInput } from '../src/testing.ts'
import { warmUpPairs } from './event.ts'
import { guests } from './guests.ts'
import { digestOf, signedEvery, tokenOf } from './tokens.ts'

const rowsPerTransaction = 10_000
const gzipBytesPerRowMax = 36
const buildSecondsMax = 15
/** By size of the event, how often each way is measured, and how much faster ours must be. */
const loads = [
  { rows: 100_000, repeats: 3, rowRepeats: 3, times: 6 },
  { rows: 1_000_000, repeats: 3, rowRepeats: 1, times: 15 },
] as const
const verdicts = { runs: 5, pairs: 5_000, p50Times: 1.5, p99Times: 2.5 } as const

/**
 * Measures the stores in real Chromium and gives each figure to `print` as it is known.
 *
 * Peers are measured in the same run, by the same engine, on the same rows.
 */
export async function benchReplica(print: (figure: Figure) => void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'eventpass-replica-bench-'))
  const site = await openSite((path, response) => answer(folder, path, response))
  const profile = await openProfile(chromiumPath(process.env))
  try {
    const page = await (await profile.launch()).newPage(site.url)
    let built: BuiltSnapshot | null = null
    for (const load of loads) {
      const timed = await build(folder, load.rows)
      built = timed.built
      if (load.rows === 1_000_000) {
        print(atMost('snapshot of 1M invitees built', timed.seconds, 's', buildSecondsMax))
      }
      const bytes = built.gzipBytes / load.rows
      print(atMost(`first load of ${load.rows}, compressed`, bytes, 'B/row', gzipBytesPerRowMax))
      print(await measureLoad(page, built, load))
    }
    if (built === null) throw new Error('There is nothing to measure.')
    for (const figure of await measureVerdicts(page, built)) print(figure)
  } finally {
    await profile.close()
    await site.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** The rows lie ready, since making them is no part of it; they come by number, as central reads them. */
async function build(folder: string, rows: number) {
  const content = contentOf({ tickets: [...guests(rows)] })
  const input = snapshotInput(content, join(folder, String(rows)))
  const start = performance.now()
  const built = await buildSnapshot(input)
  return { built, seconds: (performance.now() - start) / 1_000 }
}

/** `/snapshot/ROWS` is the gzip as central serves it, `/rows/ROWS/PAGE` a page of the peer's rows. */
async function answer(folder: string, path: string, response: ServerResponse): Promise<boolean> {
  // Alone in its process, a page may read clocks to 5 µs instead of 100.
  response.setHeader('cross-origin-opener-policy', 'same-origin')
  response.setHeader('cross-origin-embedder-policy', 'require-corp')
  const [, kind, rows, page] = path.split('/')
  if (kind === 'snapshot') {
    createReadStream(join(folder, `${rows}.gz`)).pipe(response)
    return true
  }
  if (kind !== 'rows') return false
  const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
  response.writeHead(200, headers).end(rowPages(Number(rows))[Number(page)])
  return true
}

const pagesByRows = new Map<number, readonly Buffer[]>()

/** Made before they are asked for, so that the peer does not wait for its server. */
function rowPages(rows: number): readonly Buffer[] {
  const made = pagesByRows.get(rows)
  if (made) return made
  const pages: Buffer[] = []
  const source = guests(rows)
  while (pages.length * rowsPerTransaction < rows) {
    const page = Array.from({ length: rowsPerTransaction }, () => source.next().value)
    pages.push(gzipSync(ticketsToJson(page), { level: 6 }))
  }
  pagesByRows.set(rows, pages)
  return pages
}

let folders = 0

/** A command in a worker and a folder of its own. */
async function inWorker(page: RemotePage, command: string, input: object): Promise<unknown> {
  const worker = await page.startWorker('bench')
  folders += 1
  try {
    return await worker.call(command, { folder: `bench-${folders}`, ...input })
  } finally {
    await worker.stop()
  }
}

async function measureLoad(
  page: RemotePage,
  built: BuiltSnapshot,
  { rows, repeats, rowRepeats, times }: (typeof loads)[number],
): Promise<Figure> {
  const digest = digestOf(rows)
  const pages = rowPages(rows).length
  const [ours, theirs]: [number[], number[]] = [[], []]
  for (let n = 0; n < repeats; n += 1) {
    ours.push(Number(await inWorker(page, 'loadSnapshot', snapshotOf(built, rows))))
    if (n >= rowRepeats) continue
    theirs.push(Number(await inWorker(page, 'loadRows', { url: `/rows/${rows}`, digest, pages })))
  }
  return fasterThan(`first load of ${rows} invitees, request to lookup`, {
    value: median(ours),
    versus: median(theirs),
    unit: 'ms',
    times,
  })
}

function snapshotOf(built: BuiltSnapshot, rows: number) {
  const { gzipBytes, gzipSha256, bytes } = built
  return { url: `/snapshot/${rows}`, digest: digestOf(rows), gzipBytes, sha256: gzipSha256, bytes }
}

async function measureVerdicts(page: RemotePage, built: BuiltSnapshot): Promise<Figure[]> {
  const { runs, pairs, p50Times, p99Times } = verdicts
  const rows = 1_000_000
  const signed = Math.floor(rows / signedEvery)
  // A prime step: all over the list, each once.
  const tokens = Array.from(
    { length: warmUpPairs + runs * pairs },
    (_, n) => tokenOf((((n * 15_683) % signed) + 1) * signedEvery).text,
  )
  const input = { ...snapshotOf(built, rows), rows, runs, pairs, tokens }
  const taken = (await inWorker(page, 'verdicts', input)) as Record<
    'durable' | 'shown' | 'insert',
    readonly number[]
  >[]
  const figure = (part: number, times: number) => {
    const ratios = taken.map((run) => quantile(run.durable, part) / quantile(run.insert, part))
    const middle = taken[ratios.indexOf(median(ratios))]
    return withinTimes(`token in to verdict durable at 1M invitees, p${part * 100}`, {
      value: quantile(middle?.durable ?? [], part),
      versus: quantile(middle?.insert ?? [], part),
      unit: 'ms',
      times,
    })
  }
  const shown = median(taken.map((run) => quantile(run.shown, 0.5)))
  return [
    figure(0.5, p50Times),
    figure(0.99, p99Times),
    recorded('token in to verdict answered at 1M invitees, with its party, p50', shown, 'ms'),
  ]
}
