import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { packSnapshot } from '../src/testing.ts'

/** The test page, built by Vite as the door is, and served from this machine. */
export interface Site {
  readonly url: string
  /** Number of the last scan that the page reported as committed. */
  readonly acknowledged: () => number
  readonly close: () => Promise<void>
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
}

/** `answer` may take a request for itself by returning true. */
export async function openSite(
  answer: (path: string, response: ServerResponse) => Promise<boolean> = async () => false,
): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'eventpass-replica-site-'))
  await build({
    root: fileURLToPath(new URL('./page', import.meta.url)),
    logLevel: 'error',
    configFile: false,
    worker: { format: 'es' },
    build: { outDir: folder, target: 'esnext', minify: false, assetsInlineLimit: 0 },
  })
  let acknowledged = 0
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (url.pathname === '/acknowledge') {
      acknowledged = Number(url.searchParams.get('seq'))
      response.end()
      return
    }
    const answered =
      url.pathname === '/build'
        ? answerBuild(request, response)
        : answer(url.pathname, response).then((taken) =>
            taken ? undefined : answerFile(folder, url.pathname, response),
          )
    answered.catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
  const port = await listen(server)
  return {
    url: `http://127.0.0.1:${port}/`,
    acknowledged: () => acknowledged,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function answerBuild(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { gzip, gzipSha256, bytes } = await packSnapshot(JSON.parse(await text(request)))
  response.writeHead(200, { 'x-gzip-sha256': gzipSha256, 'x-bytes': bytes }).end(gzip)
}

async function answerFile(folder: string, path: string, response: ServerResponse): Promise<void> {
  const file = join(folder, normalize(path === '/' ? '/index.html' : path))
  const bytes = await readFile(file).catch(() => null)
  if (bytes === null) response.writeHead(404).end()
  else response.writeHead(200, { 'content-type': types[extname(file)] ?? '' }).end(bytes)
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  )
}
