import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { type Browser as ConnectedBrowser, chromium, type Page } from 'playwright-core'
import type { WorkerKind } from './page/page.ts'

/** A browser profile on disk, and the browsers that run with it one after another. */
export interface Profile {
  readonly folder: string
  readonly launch: () => Promise<Browser>
  readonly close: () => Promise<void>
}

export interface Browser {
  readonly newPage: (url: string) => Promise<RemotePage>
  /** Ends every process of it at once, as a crash or a dead battery does. */
  readonly kill: () => Promise<void>
}

/** The test page: workers are started and called by number. */
export interface RemotePage {
  readonly startWorker: (kind?: WorkerKind) => Promise<RemoteWorker>
  readonly page: Page
}

export interface RemoteWorker {
  readonly call: (command: string, input?: unknown) => Promise<unknown>
  readonly stop: () => Promise<void>
}

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Where Chromium is: the environment's word, else Debian's package. */
export function chromiumPath(env: Readonly<Record<string, string | undefined>>): string {
  return env.CHROMIUM_PATH ?? '/usr/bin/chromium'
}

export async function openProfile(chromiumPath: string): Promise<Profile> {
  const folder = await mkdtemp(join(tmpdir(), 'eventpass-replica-profile-'))
  const running = new Set<Browser>()
  return {
    folder,
    launch: async () => {
      const browser = await launch(chromiumPath, folder)
      running.add(browser)
      return browser
    },
    close: async () => {
      for (const browser of running) await browser.kill()
      await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
    },
  }
}

/** A process group of its own, so that a kill reaches the renderer and the storage process too. */
async function launch(chromiumPath: string, folder: string): Promise<Browser> {
  const child = spawn(
    chromiumPath,
    [...flags, `--user-data-dir=${folder}`, '--remote-debugging-port=0', 'about:blank'],
    { detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const ended = once(child, 'exit')
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
    process.kill(-child.pid, 'SIGKILL')
    await ended
  }
  try {
    const connected = await chromium.connectOverCDP(await debuggingUrl(child.stderr))
    return {
      newPage: async (url) => remotePage(await openPage(connected, url)),
      kill,
    }
  } catch (error) {
    await kill()
    throw error
  }
}

/** Chromium prints where it listens, once. */
async function debuggingUrl(stderr: Readable): Promise<string> {
  let printed = ''
  for await (const chunk of stderr) {
    printed += chunk
    const url = /DevTools listening on (ws:\S+)/.exec(printed)?.[1]
    if (url !== undefined) {
      stderr.resume()
      return url
    }
  }
  throw new Error(`Chromium did not start: ${printed.slice(-500)}`)
}

async function openPage(connected: ConnectedBrowser, url: string): Promise<Page> {
  const context = connected.contexts()[0] ?? (await connected.newContext())
  const page = await context.newPage()
  await page.goto(url)
  await page.waitForFunction(() => 'replica' in window)
  return page
}

function remotePage(page: Page): RemotePage {
  return {
    page,
    startWorker: async (kind = 'test') => {
      const number = await page.evaluate((which) => window.replica.start(which), kind)
      return {
        call: (command, input = null) =>
          page.evaluate((call) => window.replica.call(...call), [number, command, input] as const),
        stop: () => page.evaluate((worker) => window.replica.stop(worker), number),
      }
    },
  }
}
