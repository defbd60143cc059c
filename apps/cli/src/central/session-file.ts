import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { z } from 'zod'

const Session = z.object({
  /** Origin of central, without a path. */
  server: z.url(),
  email: z.string(),
  /** What the browser would keep in its cookie. Whoever reads this file is signed in. */
  secret: z.string().min(1),
})
export type Session = z.infer<typeof Session>

type Env = Readonly<Record<string, string | undefined>>

/** Null where nobody has signed in on this computer. */
export async function readSession(env: Env): Promise<Session | null> {
  const text = await readFile(sessionPath(env), 'utf8').catch(() => null)
  if (text === null) return null
  const parsed = Session.safeParse(parseJson(text))
  return parsed.success ? parsed.data : null
}

/** Readable by its owner alone from its first byte on. */
export async function writeSession(env: Env, session: Session): Promise<void> {
  const path = sessionPath(env)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const fresh = `${path}.${process.pid}`
  await writeFile(fresh, `${JSON.stringify(session)}\n`, { mode: 0o600 })
  await rename(fresh, path)
}

export function removeSession(env: Env): Promise<void> {
  return rm(sessionPath(env), { force: true })
}

function sessionPath(env: Env): string {
  const config = env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config')
  return join(config, 'eventpass', 'session.json')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
