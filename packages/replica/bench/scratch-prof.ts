import { foldColumn } from '@eventpass/domain'
import { ticketsToJson } from '../src/manifest/ticket-rows.ts'
import { guests } from './guests.ts'
const N = 200_000
const rows = [...guests(N)]
const cpu = async (name: string, f: () => unknown) => { const t = process.cpuUsage(); await f(); const u = process.cpuUsage(t); console.log(name, ((u.user + u.system) / 1e6 * 1e6 / N).toFixed(2), 'us/row') }
await cpu('guests', () => [...guests(N)])
await cpu('fold', () => { for (const r of rows) foldColumn(r.name) })
await cpu('json', () => { for (let i = 0; i < N; i += 1000) ticketsToJson(rows.slice(i, i + 1000)) })
const { createClient } = await import('@libsql/client')
const c = createClient({ url: ':memory:', concurrency: 1 })
await c.executeMultiple('create table s(a,b,c,d,e,f,g,h,i,j,k,l)')
const jsons = Array.from({ length: N / 1000 }, (_, i) => ticketsToJson(rows.slice(i * 1000, i * 1000 + 1000)))
await cpu('insert json', async () => { for (const j of jsons) await c.execute({ sql: 'insert into s select unhex(value->>0), value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, value->>8, value->>9, value->>10, value->>11 from json_each(?)', args: [j] }) })
await cpu('insert json hex kept', async () => { for (const j of jsons) await c.execute({ sql: 'insert into s select value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, null,null,null, value->>10, value->>11 from json_each(?)', args: [j] }) })
await cpu('insert json_extract multi', async () => { for (const j of jsons) await c.execute({ sql: "insert into s select count(*),null,null,null,null,null,null,null,null,null,null,null from json_each(?)", args: [j] }) })
