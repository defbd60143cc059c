import { createReadStream, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import react from '@vitejs/plugin-react'
import { build } from 'vite'
import { onlyZxingWasm } from '../vite/only-zxing-wasm.ts'

/** What the server in front of the real door sends; the demo must work under it too. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
].join('; ')

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
}

export interface Site {
  readonly url: string
  readonly close: () => Promise<void>
}

export interface DemoSite extends Site {
  /** What was built. */
  readonly folder: string
}

/** Builds the screens over the demo gate and serves them on a free port of this machine. */
export async function openDemoSite(): Promise<DemoSite> {
  const folder = mkdtempSync(join(tmpdir(), 'eventpass-door-demo-'))
  await build({
    configFile: false,
    root: join(import.meta.dirname, 'demo'),
    base: '/door/',
    publicDir: false,
    logLevel: 'warn',
    plugins: [onlyZxingWasm(), react()],
    build: {
      outDir: folder,
      emptyOutDir: true,
      target: 'esnext',
      modulePreload: { polyfill: false },
    },
  })
  const site = await serveFolder(folder)
  return {
    url: site.url,
    folder,
    close: async () => {
      await site.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Serves a built door under /door/ as the server does: strict policy, no fallback but the page. */
export async function serveFolder(folder: string): Promise<Site> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const file = normalize(join(folder, pathname.replace(/^\/door\/?/, '')))
    const path =
      file.startsWith(folder) && existsSync(file) && statSync(file).isFile() ? file : null
    const found = path ?? (pathname === '/door/' ? join(folder, 'index.html') : null)
    response.setHeader('content-security-policy', contentSecurityPolicy)
    if (found === null) {
      response.writeHead(404).end()
      return
    }
    response.setHeader('content-type', types[extname(found)] ?? 'application/octet-stream')
    createReadStream(found).pipe(response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://localhost:${port}/door/`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
