import { resolve } from 'node:path'
import { StartFault } from '@eventpass/db'
import { z } from 'zod'

const flag = z.enum(['true', 'false']).transform((value) => value === 'true')

const Env = z.object({
  /** Postgres; without it PGlite keeps the data under DATA_DIR. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  /** RabbitMQ; without it messages stay in this process. */
  AMQP_URL: z.url({ protocol: /^amqps?$/ }).optional(),
  /**
   * Redis, in which claims of one code queue up and by which dashboards hear of other processes;
   * without it both happen within this process.
   */
  REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  /** What queues and keys begin with, where installations share a RabbitMQ or a Redis. */
  NAMESPACE: z
    .string()
    .regex(/^[a-z0-9_-]{1,40}$/, 'must be up to 40 of a-z, 0-9, _ and -')
    .default('eventpass'),
  /** 127.0.0.1 by default, and every address with --lan. */
  HOST: z.string().min(1).optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  /** What tablets and browsers see, without a path; by default http://localhost and the port. */
  PUBLIC_ORIGIN: z.url({ protocol: /^https?$/ }).optional(),
  /** Relative to where the server was started. */
  DATA_DIR: z
    .string()
    .min(1)
    .default('.eventpass')
    .transform((path) => resolve(path)),
  /** 64 hex characters; without it one is made and kept (0600) under DATA_DIR. */
  MASTER_KEY: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex characters')
    .optional(),
  /** Seeds a demo event where the database is empty. */
  DEMO: flag.default(true),
  /** Lets anybody who reaches the server make an account with its owner: for the first one. */
  SIGNUP: flag.default(false),
  /** Whether this process also does what workers do; "false" where worker processes run. */
  WORKERS: flag.default(true),
  /** Whether this process serves the organisers' and the gates' pages; "false" for the API alone. */
  PAGES: flag.default(true),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('warn'),
})

export type Env = z.infer<typeof Env>

/** Read once, at start-up; the rest of the app receives values. Lists every fault at once, by name. */
export function readEnv(source: Readonly<Record<string, string | undefined>>): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''))
  const env = Env.safeParse(given)
  if (env.success) return env.data
  throw new StartFault(
    `The environment is not usable. Correct these and start again:\n${z.prettifyError(env.error)}`,
  )
}
