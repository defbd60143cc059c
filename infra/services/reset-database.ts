import { existsSync, rmSync } from 'node:fs'
import { resolve } from 'node:path'
import { withServer } from './postgres.ts'
import { reasonOf, tell } from './tell.ts'

/** Where the server keeps its embedded database, below DATA_DIR. */
const embeddedFolder = 'pglite'

/**
 * Empties the database of the environment and returns the exit code: 0 when it is empty, 1 when it
 * was not touched, after having said why.
 */
async function resetDatabase(isSure: boolean, env: NodeJS.ProcessEnv): Promise<number> {
  const url = env.DATABASE_URL
  const folder = resolve(env.DATA_DIR || '.eventpass', embeddedFolder)
  const what = url
    ? `everything in the database at ${nameOf(url)}`
    : `the embedded database in ${folder}`
  if (!isSure) {
    tell(`This would delete ${what}. Say --yes to do it.`)
    return 1
  }
  if (url) await emptyPostgres(url)
  else if (!existsSync(folder)) tell(`There is no embedded database in ${folder} yet.`)
  else rmSync(folder, { recursive: true, force: true })
  tell(`Deleted ${what}.`)
  return 0
}

/** Drops the schemas that the migrations make: the tables, and drizzle's list of what it has run. */
async function emptyPostgres(url: string): Promise<void> {
  await withServer(url, async (sql) => {
    await sql.begin(async (tx) => {
      await tx`drop schema if exists public cascade`
      await tx`drop schema if exists drizzle cascade`
      await tx`create schema public`
    })
  })
}

/** Host and database, without the password. */
function nameOf(url: string): string {
  const { host, pathname } = new URL(url)
  return `${host}${pathname}`
}

try {
  process.exitCode = await resetDatabase(process.argv.includes('--yes'), process.env)
} catch (fault) {
  process.stderr.write(`The database could not be emptied: ${reasonOf(fault)}.\n`)
  process.exitCode = 1
}
