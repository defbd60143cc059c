import { openDatabase } from './database.ts'

const url = process.env.DATABASE_URL
if (!url) {
  console.error(
    'DATABASE_URL is not set. Set it to the Postgres database to migrate and try again.',
  )
  process.exit(1)
}
const database = await openDatabase({ url, connectionsMax: 1 })
try {
  await database.migrate()
  console.log('The database is up to date.')
} catch (error) {
  console.error(
    `The database could not be migrated: ${error instanceof Error ? error.message : error}`,
  )
  process.exitCode = 1
} finally {
  await database.close()
}
