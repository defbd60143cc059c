export { type Database, type DatabaseOptions, openDatabase } from './database.ts'
