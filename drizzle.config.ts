import { defineConfig } from 'drizzle-kit'

/**
 * `pnpm exec drizzle-kit generate --name=what-changes` writes the next migration; they only ever go
 * forward. A new table also needs its grants and its forced policy, as in `0001_row-security.sql`: add
 * them with `--custom`. A migration that changes rows runs as the owner, whom the policies bind too.
 */
export default defineConfig({
  dialect: 'postgresql',
  schema: './packages/db/src/schema/*.ts',
  out: './packages/db/migrations',
})
