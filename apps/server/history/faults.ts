import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import postgres from 'postgres'
import type { Recorder } from './recorder.ts'
import type { Stack } from './stack.ts'

/** Something that happens to central, and is over when it is answered. */
export interface Fault {
  readonly name: string
  readonly happen: (stack: Stack, recorder: Recorder) => Promise<void>
}

/** So many claims are answered while something is away, or after it came back. */
const answersMeanwhile = 100
const commitsTerminated = 5
const lookEveryMs = 1

/** What Redis may do: it may only delay (CL3). */
export const redisFaults: readonly Fault[] = [
  {
    name: 'Redis is flushed',
    async happen({ redisUrl }, recorder) {
      const redis = new Redis(redisUrl)
      let isEnough = false
      const enough = recorder.nextAnswers(answersMeanwhile).then(() => {
        isEnough = true
      })
      while (!isEnough) await redis.flushall()
      await enough
      redis.disconnect()
    },
  },
  {
    name: 'Redis is paused',
    async happen({ signal }, recorder) {
      signal('redis', 'SIGSTOP')
      await recorder.nextAnswers(answersMeanwhile)
      signal('redis', 'SIGCONT')
    },
  },
  {
    name: 'Redis is killed',
    async happen({ signal, startAgain }, recorder) {
      signal('redis', 'SIGKILL')
      await recorder.nextAnswers(answersMeanwhile)
      await startAgain('redis')
    },
  },
]

/** Everything that a run goes through, again and again. */
export const allFaults: readonly Fault[] = [
  ...redisFaults,
  {
    name: 'Postgres is restarted immediate',
    async happen({ signal, startAgain }) {
      signal('postgres', 'SIGQUIT')
      await startAgain('postgres')
    },
  },
  {
    name: 'backends are terminated in COMMIT',
    async happen(stack, recorder) {
      for (let no = 0; no < commitsTerminated; no += 1) {
        await onCommit(stack, recorder, async (pid, admin) => {
          await admin`select pg_terminate_backend(${pid})`
        })
      }
    },
  },
  {
    name: 'a backend is killed in COMMIT',
    async happen(stack, recorder) {
      // Postgres then throws all others out too and recovers from its log.
      await onCommit(stack, recorder, async (pid) => void process.kill(pid, 'SIGKILL'))
    },
  },
  {
    name: 'an API node is killed',
    async happen({ nodes }, recorder) {
      for (const node of nodes) {
        await node.kill()
        await recorder.nextAnswers(answersMeanwhile)
        await node.start()
      }
    },
  },
  {
    name: 'RabbitMQ is stopped',
    async happen({ signal, startAgain }, recorder) {
      signal('rabbitmq', 'SIGTERM')
      await recorder.nextAnswers(answersMeanwhile)
      await startAgain('rabbitmq')
    },
  },
]

/** Finds a backend that commits at this moment. */
async function onCommit(
  { databaseUrl }: Stack,
  { isOver }: Recorder,
  harm: (pid: number, admin: postgres.Sql) => Promise<void>,
): Promise<void> {
  const admin = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  try {
    while (!isOver()) {
      const [found] = await admin<{ pid: number }[]>`
        select pid from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and state = 'active'
          and (query ilike 'commit%' or wait_event in ('WALSync', 'WALWrite'))
        limit 1`
      if (found) return await harm(found.pid, admin)
      await pause(lookEveryMs)
    }
  } finally {
    await admin.end({ timeout: 1 }).catch(() => undefined)
  }
}
