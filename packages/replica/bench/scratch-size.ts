import { createClient } from '@libsql/client'
import { foldColumn } from '@eventpass/domain'
import { gzipSync } from 'node:zlib'
import { readFileSync, rmSync } from 'node:fs'
import { guests } from './guests.ts'
const N = 100_000
const rows = [...guests(N)]
const lower = (s: string) => s.replace(/[A-Z]/g, (c) => c.toLowerCase())
const foldWords = (name: string) => { const f = foldColumn(name); if (f === null) return null; const a = name.split(' '), b = f.split(' '); if (a.length !== b.length) return f; return b.filter((w, i) => w !== lower(a[i] ?? '')).join(' ') }
const states = ['valid','reprinted','revoked','cancelled','unpaid']
const flags = (r: any) => states.indexOf(r.state) + (r.blocked ? 8 : 0) + 16 * (r.category === null ? 0 : r.category + 1)
const layouts: Record<string, [string, (r: any) => unknown[]]> = {
  E1: ['no INTEGER, flags INTEGER, category INTEGER, name TEXT, fold TEXT, party INTEGER, at INTEGER, vf INTEGER, vu INTEGER, notice TEXT', (r) => [r.invitee, states.indexOf(r.state) + (r.blocked ? 8 : 0), r.category, r.name, foldColumn(r.name), r.party, r.stateAtMs, null, null, r.notice]],
  E2: ['no INTEGER, flags INTEGER, name TEXT, fold TEXT, party INTEGER, at INTEGER, vf INTEGER, vu INTEGER, notice TEXT', (r) => [r.invitee, flags(r), r.name, foldColumn(r.name), r.party, r.stateAtMs, null, null, r.notice]],
  E3: ['no INTEGER, name TEXT, fold TEXT, category INTEGER, flags INTEGER, party INTEGER, at INTEGER, vf INTEGER, vu INTEGER, notice TEXT', (r) => [r.invitee, r.name, foldColumn(r.name), r.category, states.indexOf(r.state) + (r.blocked ? 8 : 0), r.party, r.stateAtMs, null, null, r.notice]],
}
for (const page of [4096, 8192, 16384]) for (const [k, [cols, f]] of Object.entries(layouts)) {
  if (page !== 4096 && true) continue
  const p = `/tmp/size-${k}.db`; rmSync(p, { force: true })
  const c = createClient({ url: 'file:' + p, concurrency: 1 })
  await c.executeMultiple(`pragma page_size=${page}; pragma journal_mode=off; pragma synchronous=off; create table t(digest blob primary key not null, ${cols}) without rowid; create table s(digest blob, ${cols})`)
  const n = f(rows[0]).length
  for (let i = 0; i < N; i += 1000) await c.execute({ sql: `insert into s select unhex(value->>0), ${Array.from({ length: n }, (_, j) => `value->>${j + 1}`).join()} from json_each(?)`, args: [JSON.stringify(rows.slice(i, i + 1000).map((r) => [r.digest, ...f(r)]))] })
  await c.execute('insert into t select * from s order by digest'); if (process.argv[2]) await c.executeMultiple(`create table party(party integer, prefix blob, primary key(party,prefix)) without rowid; insert into party select party, substr(digest,1,${process.argv[2]}) from t where party is not null order by 1,2`); await c.execute('drop table s'); await c.execute('vacuum')
  c.close()
  const b = readFileSync(p)
  console.log(page, k, 'raw', (b.length / N).toFixed(2), 'gz6', (gzipSync(b, { level: 6 }).length / N).toFixed(2), 'gz9', (gzipSync(b, { level: 9 }).length / N).toFixed(2))
  rmSync(p)
}
