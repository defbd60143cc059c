import { parseArgs } from 'node:util'
import { bringUp } from './bring-up.ts'
import { clearAbandonedRuns, clearRun } from './clear-run.ts'
import { startAgain } from './own-servers.ts'
import { allRecords, createRecord, endRecord, isAbandoned, readRecord } from './run-record.ts'
import { type ServiceName, type SourceName, serviceNames, sourceNames } from './service.ts'
import { tell } from './tell.ts'

const usage = `dev-up.sh [--run NAME] [--only SERVICE,…] [--owner PID]
dev-down.sh [NAME]
dev-again.sh NAME SERVICE

Services: ${serviceNames.join(', ')}. EVENTPASS_SERVICES says where they may come from:
${sourceNames.join(', ')} (auto takes what runs, else containers, else Debian's packages).`

/**
 * `up` finds or starts services and writes KEY=VALUE lines; `down` takes away what `up` made; `again`
 * starts a server of a run's own that was ended.
 */
async function main([command, ...args]: readonly string[]): Promise<number> {
  try {
    if (command === 'up') return await up(args)
    if (command === 'down') return await down(args)
    if (command === 'again') return await again(args)
  } catch (fault) {
    process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`)
    return 1
  }
  process.stderr.write(`${usage}\n`)
  return 2
}

async function up(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { run: { type: 'string' }, only: { type: 'string' }, owner: { type: 'string' } },
  })
  const names = oneOrMoreOf(serviceNames, values.only ?? serviceNames.join(','), '--only')
  const [source = 'auto'] = oneOrMoreOf(
    sourceNames,
    process.env.EVENTPASS_SERVICES || 'auto',
    'EVENTPASS_SERVICES',
  )
  await clearAbandonedRuns()
  const runId = values.run ?? `dev-${process.pid}-${Date.now().toString(36)}`
  createRecord(runId, values.owner === undefined ? null : Number(values.owner))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // What is being started then finds its run ended, and the fault below clears it away.
    process.on(signal, () => endRecord(runId))
  }
  try {
    printFound(runId, await bringUp({ runId, source, names, urls: serviceUrls() }))
    return 0
  } catch (fault) {
    await clearRun(runId)
    throw fault
  }
}

/** Without a name: every run of a person, and those whose owner is gone; never a live test's. */
async function down([runId]: readonly string[]): Promise<number> {
  if (runId !== undefined) {
    if (!readRecord(runId)) {
      tell(`The run ${runId} is not up: nothing to take down.`)
      return 0
    }
    return (await clearRun(runId)) ? 0 : 1
  }
  let ok = true
  const records = allRecords().filter((record) => record.owner === null || isAbandoned(record))
  if (records.length === 0) tell('No run is up: nothing to take down.')
  for (const { id } of records) ok = (await clearRun(id)) && ok
  return ok ? 0 : 1
}

async function again([runId = '', name = '']: readonly string[]): Promise<number> {
  const known = serviceNames.filter((each) => each !== 'chromium')
  const [service = 'postgres'] = oneOrMoreOf(known, name, 'dev-again.sh')
  const { pid } = await startAgain(runId, service)
  console.log(`${service.toUpperCase()}_PID=${pid}`)
  return 0
}

function printFound(
  runId: string,
  found: ReadonlyMap<ServiceName, { readonly env: Readonly<Record<string, string>> }>,
): void {
  console.log(`EVENTPASS_RUN=${runId}`)
  for (const { env } of found.values()) {
    for (const [key, value] of Object.entries(env)) console.log(`${key}=${value}`)
  }
}

function serviceUrls() {
  return {
    databaseUrl: process.env.DATABASE_URL || undefined,
    redisUrl: process.env.REDIS_URL || undefined,
    amqpUrl: process.env.AMQP_URL || undefined,
    chromiumPath: process.env.CHROMIUM_PATH || undefined,
  }
}

/** Reads a list of known names. Throws a sentence that lists them where one is unknown. */
function oneOrMoreOf<T extends ServiceName | SourceName>(
  known: readonly T[],
  text: string,
  option: string,
): T[] {
  return text.split(',').map((word) => {
    const name = known.find((each) => each === word.trim())
    if (!name) throw new Error(`${option} does not know "${word}": say ${known.join(', ')}.`)
    return name
  })
}

process.exitCode = await main(process.argv.slice(2))
