import { defineConfig } from 'drizzle-kit'

/** `pnpm exec drizzle-kit generate` writes the next migration; they only ever go forward. */
export default defineConfig({
  dialect: 'postgresql',
  schema: './packages/db/src/schema/*.ts',
  out: './packages/db/migrations',
})
