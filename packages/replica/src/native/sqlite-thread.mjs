// @ts-check
import { parentPort, workerData } from 'node:worker_threads'
import { createClient } from '@libsql/client/sqlite3'

/**
 * The thread behind `openSqliteThread`: runs what it is sent, in the order in which it comes. Plain
 * JavaScript, so that it is up in a moment.
 */
const port = parentPort
if (port === null) throw new Error('This runs as a thread alone.')
const client = createClient({ url: workerData, concurrency: 1 })

let last = Promise.resolve()
port.on('message', ({ id, sql, args }) => {
  last = last.then(() => run(id, sql, args))
})

/**
 * @param {number} id
 * @param {string | null} sql null closes the file and ends the thread
 * @param {string[] | null} args null where there are several statements
 */
async function run(id, sql, args) {
  try {
    if (sql === null) client.close()
    else if (args === null) await client.executeMultiple(sql)
    else await client.execute({ sql, args })
    port?.postMessage({ id, fault: null })
  } catch (fault) {
    port?.postMessage({ id, fault: fault instanceof Error ? fault.message : String(fault) })
  }
  if (sql === null) port?.close()
}
