import { rmSync } from 'node:fs'
import { stopCompose } from './compose-servers.ts'
import { dropDatabases } from './postgres.ts'
import { stopProcess } from './process-identity.ts'
import { deleteVhost } from './rabbitmq.ts'
import { deleteKeys } from './redis.ts'
import { allRecords, deleteRecord, endRecord, isAbandoned, type Undo } from './run-record.ts'
import { reasonOf, tell } from './tell.ts'

/**
 * Takes away everything that a run has made, the last thing first, and then its record. Goes on
 * after a fault, says it, and returns whether all went well.
 */
export async function clearRun(id: string): Promise<boolean> {
  const record = endRecord(id)
  let ok = true
  for (const undo of record?.undo.toReversed() ?? []) {
    try {
      await carryOut(undo)
    } catch (fault) {
      ok = false
      tell(`Could not take away ${describe(undo)}: ${reasonOf(fault)}.`)
    }
  }
  deleteRecord(id)
  return ok
}

/** Clears what runs left behind whose owner was killed. */
export async function clearAbandonedRuns(): Promise<void> {
  for (const record of allRecords().filter(isAbandoned)) {
    tell(`Clearing away what the run ${record.id} left behind when it was killed.`)
    await clearRun(record.id)
  }
}

export async function carryOut(undo: Undo): Promise<void> {
  switch (undo.kind) {
    case 'database':
      return dropDatabases(undo.adminUrl, undo.name)
    case 'redis_keys':
      return deleteKeys(undo.url, undo.prefix)
    case 'vhost':
      return deleteVhost(undo.adminUrl, undo.name)
    case 'process':
      return stopProcess(undo.identity, undo.signal)
    case 'folder':
      return rmSync(undo.path, { recursive: true, force: true })
    case 'compose':
      return stopCompose(undo.project)
  }
}

function describe(undo: Undo): string {
  switch (undo.kind) {
    case 'database':
      return `the database ${undo.name}`
    case 'redis_keys':
      return `the Redis keys ${undo.prefix}*`
    case 'vhost':
      return `the RabbitMQ vhost ${undo.name}`
    case 'process':
      return `the process ${undo.identity.pid}`
    case 'folder':
      return `the folder ${undo.path}`
    case 'compose':
      return `the containers of ${undo.project}`
  }
}
