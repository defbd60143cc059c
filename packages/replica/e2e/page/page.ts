import type { Reply } from './serve-commands.ts'

export type WorkerKind = 'test' | 'bench'

/** What a test reaches through `page.evaluate`: workers by number, and calls to them. */
export interface Workers {
  readonly start: (kind: WorkerKind) => number
  readonly call: (worker: number, command: string, input: unknown) => Promise<unknown>
  readonly stop: (worker: number) => void
}

declare global {
  interface Window {
    replica: Workers
  }
}

const workers = new Map<number, Worker>()
let calls = 0

window.replica = {
  start: (kind) => {
    const worker =
      kind === 'test'
        ? new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
        : new Worker(new URL('../../bench/worker.ts', import.meta.url), { type: 'module' })
    workers.set(workers.size + 1, worker)
    return workers.size
  },
  call: (number, command, input) =>
    new Promise((resolve, reject) => {
      const worker = workers.get(number)
      if (!worker) throw new Error(`There is no worker ${number}.`)
      calls += 1
      const call = calls
      const hear = ({ data }: MessageEvent<Reply>) => {
        if (data.call !== call) return
        worker.removeEventListener('message', hear)
        if (data.fault === null) resolve(data.value)
        else reject(new Error(data.fault))
      }
      worker.addEventListener('message', hear)
      worker.addEventListener('error', ({ message }) => reject(new Error(message)))
      worker.postMessage({ call, command, input })
    }),
  stop: (number) => workers.get(number)?.terminate(),
}
