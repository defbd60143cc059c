import { z } from 'zod'

const Env = z.object({
  /** Where central's scans are; workers share it with the API nodes. */
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  /** The broker that tells which keys are dirty. */
  AMQP_URL: z.url({ protocol: /^amqps?$/ }),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
})

export type Env = z.infer<typeof Env>

/** Read once, at start-up. Lists every fault at once, by name. */
export function readEnv(source: Readonly<Record<string, string | undefined>>): Env {
  const env = Env.safeParse(source)
  if (env.success) return env.data
  throw new Error(
    `The environment is not usable. Correct these and start again:\n${z.prettifyError(env.error)}`,
  )
}
