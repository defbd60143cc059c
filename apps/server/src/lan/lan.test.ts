/**
 * Goal: a tablet of the same network trusts the server after it has installed one file, also after
 * the server was started again, and that file is worth nothing for sites of the internet.
 * Method: real TLS connections between Node's own client and server on loopback.
 */
import { X509Certificate } from 'node:crypto'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { NetworkInterfaceInfo } from 'node:os'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { lanAddresses } from './lan-addresses.ts'
import { type LanCertificates, openLanCertificates } from './lan-certificates.ts'

const nowMs = Date.UTC(2026, 8, 21)
const dayMs = 86_400_000
let dir: string

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lan-'))
})
afterEach(() => rm(dir, { recursive: true }))

/** The answer to a request that trusts `authority` alone, or what went wrong. */
async function ask(made: LanCertificates, authority: string, servername?: string): Promise<string> {
  const server = createServer({ key: made.key, cert: made.certificate }, (_, response) => {
    response.end('welcome')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    return await new Promise<string>((resolve) => {
      const options = { host: '127.0.0.1', port, ca: authority, ...(servername && { servername }) }
      request(options, (response) => response.on('data', (data) => resolve(String(data))))
        .on('error', (error: NodeJS.ErrnoException) => resolve(error.message))
        .end()
    })
  } finally {
    server.close()
  }
}

test('a tablet that installed the authority reaches the server under each of its names, another does not', async () => {
  const made = await openLanCertificates(
    dir,
    ['192.168.1.7', '127.0.0.1', 'gate.local'],
    Date.now(),
  )
  expect(await ask(made, made.authority)).toBe('welcome')
  expect(await ask(made, made.authority, 'gate.local')).toBe('welcome')
  const stranger = await openLanCertificates(join(dir, 'other'), ['127.0.0.1'], Date.now())
  expect(await ask(made, stranger.authority)).toContain('unable to verify')
})

test('the authority stays over restarts and new addresses, is kept for its owner alone, and is renewed before it ends', async () => {
  const first = await openLanCertificates(dir, ['192.168.1.7'], nowMs)
  const later = await openLanCertificates(dir, ['10.0.0.9'], nowMs + 365 * dayMs)
  expect(later.authority).toBe(first.authority)
  expect(new X509Certificate(later.certificate).subjectAltName).toBe('IP Address:10.0.0.9')
  expect((await stat(join(dir, 'lan-authority.pem'))).mode & 0o777).toBe(0o600)
  const afterYears = await openLanCertificates(dir, ['10.0.0.9'], nowMs + 3_400 * dayMs)
  expect(afterYears.authority).not.toBe(first.authority)
})

test('a certificate that the authority signs for a site of the internet is trusted by nobody', async () => {
  const made = await openLanCertificates(dir, ['127.0.0.1', 'bank.example.com'], Date.now())
  expect(await ask(made, made.authority, 'bank.example.com')).toContain(
    'permitted subtree violation',
  )
})

test('a damaged authority is named with what to do', async () => {
  await writeFile(join(dir, 'lan-authority.pem'), '')
  await expect(openLanCertificates(dir, ['127.0.0.1'], nowMs)).rejects.toThrow('Delete it')
})

test('only addresses of private networks count: no loopback, no public one, each once', () => {
  const info = (address: string, internal = false) =>
    ({ address, internal, family: 'IPv4' }) as NetworkInterfaceInfo
  expect(
    lanAddresses({
      lo: [info('127.0.0.1', true), info('10.0.0.1', true)],
      eth0: [info('203.0.113.5'), info('172.20.3.4'), info('172.32.0.1'), info('169.254.1.1')],
      wlan0: [info('192.168.1.7'), info('172.20.3.4'), info('100.64.0.2'), info('fe80::1')],
      none: undefined,
    }),
  ).toEqual(['172.20.3.4', '192.168.1.7', '100.64.0.2'])
})
