export { createSessionKeeper } from './accounts/lucia-sessions.ts'
export { createPasswordHasher } from './accounts/passwords.ts'
export { type Database, type DatabaseOptions, openDatabase } from './database.ts'
export { createTenancy } from './tenancy.ts'
