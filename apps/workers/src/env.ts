import { StartFault } from '@eventpass/db'
import { z } from 'zod'

const Env = z.object({
  /** Where central's scans are; workers share it with the API nodes. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** The broker that tells which keys are dirty. */
  AMQP_URL: z.url({ protocol: /^amqps?$/ }),
  /** Redis; without it dashboards hear of rulings a few seconds late. */
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  /** What queues and keys begin with, where installations share a RabbitMQ or a Redis. */
  NAMESPACE: z
    .string()
    .regex(/^[a-z0-9_-]{1,40}$/, 'must be up to 40 of a-z, 0-9, _ and -')
    .default('eventpass'),
  /** Where /health and /metrics are served: this machine alone by default, 0.0.0.0 in a container. */
  WORKER_HOST: z.string().min(1).default('127.0.0.1'),
  /** By default 4010, or a free one where another worker of this machine has that. */
  WORKER_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
})

export type Env = z.infer<typeof Env>

/** Read once, at start-up. Lists every fault at once, by name. */
export function readEnv(source: Readonly<Record<string, string | undefined>>): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''))
  const env = Env.safeParse(given)
  if (env.success) return env.data
  throw new StartFault(
    `The environment is not usable. Correct these and start again:\n${z.prettifyError(env.error)}`,
  )
}
