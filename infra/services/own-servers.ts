import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dataFolderOf } from './postgres.ts'
import { startServer } from './private-server.ts'
import { isAlive, type ProcessIdentity, processGroupOf, waitForEnd } from './process-identity.ts'
import { probeRabbitMq } from './rabbitmq.ts'
import { redisPid } from './redis.ts'
import { readRecord } from './run-record.ts'
import type { OwnServer, OwnServiceName } from './service.ts'

const readyMs = { postgres: 30_000, redis: 15_000, rabbitmq: 90_000 }

/** Starts a server of a run's own, so that it can be started again; waits until it answers. */
export function startOwn(runId: string, server: OwnServer): Promise<ProcessIdentity> {
  const isOurs = (pid: number) => isOurServer[server.service](server, pid)
  return startServer(runId, { ...server, server, isOurs, readyMs: readyMs[server.service] })
}

/**
 * Starts a server of a run's own again in its folder, as it was: for tests that ended it. Waits
 * for the one that is ending; throws where it goes on, or where the run has no such server.
 */
export async function startAgain(runId: string, service: OwnServiceName): Promise<ProcessIdentity> {
  const last = readRecord(runId)?.undo.findLast(
    (undo) => undo.kind === 'process' && undo.server?.service === service,
  )
  if (last?.kind !== 'process' || !last.server) {
    throw new Error(`The run ${runId} has no ${service} of its own.`)
  }
  await waitForEnd(last.identity)
  if (isAlive(last.identity)) {
    throw new Error(`${service} of the run ${runId} goes on. End its process first.`)
  }
  return startOwn(runId, last.server)
}

/** Where a Postgres of a run's own keeps its data. */
export function postgresDataOf(folder: string): string {
  return join(folder, 'data')
}

/** The name by which the RabbitMQ of a run's own is known to be that one. */
export function rabbitMqNodeAt(port: number): string {
  return `eventpass-${port}@localhost`
}

/** Whether the server that answers at the URL is this very process; throws where it is not. */
const isOurServer: Readonly<
  Record<OwnServiceName, (server: OwnServer, pid: number) => Promise<void>>
> = {
  async postgres({ url, folder }, pid) {
    const data = postgresDataOf(folder)
    if ((await dataFolderOf(url)) !== data) throw new Error('another Postgres answers')
    const written = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]
    if (Number(written) !== pid) throw new Error('another Postgres runs in this folder')
  },
  async redis({ url }, pid) {
    if ((await redisPid(url)) !== pid) throw new Error('another Redis answers')
  },
  async rabbitmq({ url, folder }, pid) {
    const node = rabbitMqNodeAt(Number(new URL(url).port))
    if ((await probeRabbitMq(url)) !== node) throw new Error('another RabbitMQ answers')
    // The script waits for the Erlang machine, which writes its own number, in the same group.
    const written = Number(readFileSync(join(folder, 'pid'), 'utf8'))
    if (processGroupOf(written) !== pid) throw new Error('another RabbitMQ wrote the pid file')
  },
}
