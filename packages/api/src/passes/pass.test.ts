import type { DeviceId, TenantId } from '@eventpass/domain'
import { expect, test } from 'vitest'
import { issuePass, passMs, readPass } from './pass.ts'

const { subtle } = globalThis.crypto
const hmac = { name: 'HMAC', hash: 'SHA-256' }
const passKey = await subtle.importKey('raw', new Uint8Array(32), hmac, false, ['sign', 'verify'])
const tenant = '00000001-0000-4000-8000-000000000001' as TenantId
const device = '00000005-0000-4000-8000-000000000001' as DeviceId
const deps = { subtle, passKey, incarnation: 'first', now: () => 1_000 }

test('a pass speaks for its device until it runs out', async () => {
  const pass = await issuePass(deps, { tenant, device })
  expect(await readPass(deps, pass)).toMatchObject({ ok: true, value: { tenant, device } })
  expect(await readPass({ ...deps, now: () => 1_001 + passMs }, pass)).toMatchObject({ ok: false })
  const other = pass.replace(device, device.replace('1', '2'))
  expect(await readPass(deps, other)).toMatchObject({ ok: false })
})

test('a pass of an earlier life of the database is refused, so that its gate makes a contact at once', async () => {
  const pass = await issuePass(deps, { tenant, device })
  const later = { ...deps, incarnation: 'second' }
  expect(await readPass(later, pass)).toMatchObject({
    ok: false,
    failure: { kind: 'pass_refused' },
  })
})
