import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'

/** A SQLite file that a thread of its own writes: this process goes on meanwhile, whatever a statement takes. */
export interface SqliteThread {
  /** Runs several statements that take no values. */
  readonly runAll: (sql: string) => Promise<void>
  /** Runs one. Statements run one after the other, in the order in which they were given. */
  readonly run: (sql: string, args?: readonly string[]) => Promise<void>
  /** Closes the file and ends the thread. */
  readonly close: () => Promise<void>
  /** Ends the thread behind the statement that runs; what waits for it fails. The file may be anything. */
  readonly abandon: () => Promise<void>
}

interface Waiting {
  readonly resolve: () => void
  readonly reject: (fault: Error) => void
}

/** Opens a file, made where it is missing. What a statement fails with is a fault with SQLite's own words. */
export function openSqliteThread(path: string): SqliteThread {
  const worker = new Worker(new URL('./sqlite-thread.mjs', import.meta.url), {
    workerData: pathToFileURL(path).href,
    // Nothing that this process was started with, such as a compiler, has to be started in it too.
    execArgv: [],
  })
  const waiting = new Map<number, Waiting>()
  let [lastId, ended]: [number, Error | null] = [0, null]
  const end = (fault: Error) => {
    ended ??= fault
    for (const { reject } of waiting.values()) reject(ended)
    waiting.clear()
  }
  worker.on('message', ({ id, fault }: { readonly id: number; readonly fault: string | null }) => {
    const call = waiting.get(id)
    waiting.delete(id)
    if (fault === null) call?.resolve()
    else call?.reject(new Error(fault))
  })
  worker.on('error', end)
  // Not by `once`, which an error would make fail where nobody waits for it.
  const exited = new Promise<void>((resolve) => {
    worker.on('exit', () => {
      end(new Error(`${path} is closed.`))
      resolve()
    })
  })
  const send = (sql: string | null, args: readonly string[] | null) =>
    new Promise<void>((resolve, reject) => {
      if (ended) return reject(ended)
      lastId += 1
      waiting.set(lastId, { resolve, reject })
      worker.postMessage({ id: lastId, sql, args })
    })
  return {
    runAll: (sql) => send(sql, null),
    run: (sql, args = []) => send(sql, args),
    close: async () => {
      await send(null, null)
      await exited
    },
    abandon: async () => {
      await worker.terminate()
    },
  }
}
