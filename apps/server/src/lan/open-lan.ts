import { X509Certificate } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { hostname, networkInterfaces } from 'node:os'
import { listenFault, StartFault } from '@eventpass/db'
import { lanAddresses } from './lan-addresses.ts'
import { openLanCertificates } from './lan-certificates.ts'
import { welcomePage } from './welcome-page.ts'

/** TLS for tablets of this network. */
export interface Lan {
  readonly origin: string
  readonly tls: { readonly key: string; readonly cert: string }
  /** Where a tablet gets the certificate that makes it trust the origin; plain HTTP. */
  readonly welcomeUrl: string
  /** SHA-256 of that certificate, to compare with what the tablet shows. */
  readonly fingerprint: string
  /** Serves that page. */
  readonly listen: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Finds this machine's address and makes a certificate for it. The page listens one port above. */
export async function openLan(options: {
  readonly dir: string
  readonly host: string
  readonly port: number
  readonly nowMs: number
}): Promise<Lan> {
  const addresses = lanAddresses(networkInterfaces())
  const [address] = addresses
  if (address === undefined) {
    throw new StartFault(
      'This machine is in no private network, so no tablet can reach it. Join one, then start again with --lan.',
    )
  }
  const own = /^[a-z0-9-]+$/i.test(hostname()) ? [`${hostname().toLowerCase()}.local`] : []
  const names = [...addresses, ...own, 'localhost', '127.0.0.1']
  const made = await openLanCertificates(options.dir, names, options.nowMs)
  const origin = `https://${address}:${options.port}`
  const { fingerprint256 } = new X509Certificate(made.authority)
  const page = createWelcomeServer(welcomePage(origin, fingerprint256), made.authority)
  return {
    origin,
    tls: { key: made.key, cert: made.certificate },
    welcomeUrl: `http://${address}:${options.port + 1}`,
    fingerprint: fingerprint256,
    listen: () =>
      new Promise((resolve, reject) => {
        page.once('error', (error) => {
          const { host, port } = options
          const variable = { host: 'HOST', port: 'PORT' }
          // This port follows from PORT: the two move together.
          reject(listenFault(error, { host, port: port + 1, next: port + 2, variable }))
        })
        page.listen(options.port + 1, options.host, resolve)
      }),
    close: () => new Promise((resolve) => page.close(() => resolve())),
  }
}

/** Serves the page and the certificate, and nothing else. */
function createWelcomeServer(page: string, authority: string): Server {
  return createServer((request, response) => {
    response.setHeader('cache-control', 'no-store')
    response.setHeader('connection', 'close')
    if (request.url === '/eventpass.crt') {
      response.setHeader('content-disposition', 'attachment; filename="eventpass.crt"')
      response.writeHead(200, { 'content-type': 'application/x-x509-ca-cert' }).end(authority)
    } else if (request.url === '/') {
      response.setHeader('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page)
    } else response.writeHead(302, { location: '/' }).end()
  })
}
