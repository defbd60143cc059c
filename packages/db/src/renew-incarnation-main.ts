import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { acceptRestore } from './audit/accept-restore.ts'
import { createHeadFiles } from './audit/head-files.ts'
import { type DatabaseOptions, openDatabase } from './database.ts'
import { renewIncarnation } from './node-state.ts'

/** The restored database: Postgres, or the embedded one in its data directory. */
function readOptions(): DatabaseOptions | null {
  const { DATABASE_URL: url, DATA_DIR: folder } = process.env
  if (url) return { url, connectionsMax: 1 }
  const dataDir = folder && join(folder, 'pglite')
  return dataDir && existsSync(dataDir) ? { dataDir } : null
}

const options = readOptions()
if (!options) {
  console.error(
    'Which database was restored? Set DATABASE_URL, or DATA_DIR to the folder of an embedded one, and try again.',
  )
  process.exit(1)
}
try {
  const database = await openDatabase(options)
  try {
    // A backup may be older than the program.
    await database.migrate()
    const incarnation = await renewIncarnation(database)
    console.log(`Central begins a new life: ${incarnation}.`)
    const folder = join(process.env.DATA_DIR || '.eventpass', 'audit-heads')
    const accounts = await acceptRestore(database, createHeadFiles(folder), incarnation)
    console.log(
      accounts > 0
        ? `The restore is written into the log of ${accounts} accounts, beside the heads in ${folder}.`
        : `No log has its heads in ${folder}. Set DATA_DIR as the server has it, where it has one.`,
    )
    console.log('Start the servers and workers again. Tablets then send what the backup lacks.')
  } finally {
    await database.close()
  }
} catch (error) {
  console.error(
    `Nothing was renewed: ${error instanceof Error ? error.message : error} Stop what uses the database, then try again.`,
  )
  process.exitCode = 1
}
