import postgres from 'postgres'

const connectTimeoutS = 4

/** Where Postgres is looked for when the environment names none. */
export const usualPostgresUrls = [
  'postgres://postgres@127.0.0.1:5432/postgres',
  'postgres://postgres:postgres@127.0.0.1:5432/postgres',
] as const

/**
 * Makes a database of this run's own. Throws where the server does not answer, or where the user
 * may not make databases and roles (the migrations make one for row-level security), or where it takes
 * fewer connections than the run needs.
 *
 * @returns the URL of the new database
 */
export async function createDatabase(
  adminUrl: string,
  name: string,
  connectionsMin = 0,
): Promise<string> {
  await withServer(adminUrl, async (sql) => {
    const [user] = await sql<{ can: boolean; connections: number }[]>`
      select rolsuper or (rolcreatedb and rolcreaterole) as can,
        current_setting('max_connections')::int as connections
      from pg_roles where rolname = current_user`
    if (user && user.connections < connectionsMin) {
      throw new Error(`it takes ${user.connections} connections, and ${connectionsMin} are needed`)
    }
    if (!user?.can) throw new Error('its user may not create databases and roles')
    // template0, since a session in template1 would block the copy.
    await sql.unsafe(`create database "${name}" template template0 encoding 'UTF8'`)
  })
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  return url.href
}

/** Drops a run's database and those that its tests made beside it, named `<database>_…`. */
export async function dropDatabases(adminUrl: string, name: string): Promise<void> {
  await withServer(adminUrl, async (sql) => {
    const found = await sql<{ datname: string }[]>`
      select datname from pg_database
      where datname = ${name} or starts_with(datname, ${`${name}_`})`
    for (const { datname } of found) {
      await sql.unsafe(`drop database if exists "${datname}" with (force)`)
    }
  })
}

/** The folder that the server which answers keeps its data in. Needs a superuser. */
export async function dataFolderOf(adminUrl: string): Promise<string> {
  return withServer(adminUrl, async (sql) => {
    const [row] = await sql<{ folder: string }[]>`
      select current_setting('data_directory') as folder`
    return row?.folder ?? ''
  })
}

/** Runs some work on one connection and closes it. Throws what the work or the connection throws. */
export async function withServer<T>(
  url: string,
  work: (sql: postgres.Sql) => Promise<T>,
): Promise<T> {
  const sql = postgres(url, {
    max: 1,
    connect_timeout: connectTimeoutS,
    onnotice: () => undefined,
  })
  try {
    return await work(sql)
  } finally {
    await sql.end({ timeout: 1 })
  }
}
