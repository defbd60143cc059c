import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { chromium, expect, type Page } from '@playwright/test'
import {
  chromiumWithCamera,
  emptyScene,
  makeCameraFile,
  sceneOfText,
  showToCamera,
} from './camera.ts'
import { endWithTests } from './end-with-tests.ts'
import type { Organiser } from './organiser.ts'

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--remote-debugging-port=0',
]
const slowMs = 60_000

/** A tablet: a browser with a profile on disk, that can be killed and started again. */
export interface Tablet {
  readonly page: () => Page
  readonly start: (url: string) => Promise<void>
  /** Ends every process of the browser at once. */
  readonly kill: () => Promise<void>
  /** Pairs it and waits for its list, which takes a while where the list is long. */
  readonly pair: (organiser: Organiser, loadMsMax?: number) => Promise<void>
  /** Holds a code before the camera until the verdict's word is on screen. */
  readonly show: (token: string, word: string) => Promise<void>
  /** Types a code and waits for the verdict's word. */
  readonly type: (token: string, word: string) => Promise<void>
  /** Types a code of this name's ticket and answers the word of its verdict, once it is on screen. */
  readonly typeFor: (token: string, name: string) => Promise<string>
  readonly untilPending: (count: number) => Promise<void>
  readonly remove: () => Promise<void>
}

export interface TabletOptions {
  /** How far this tablet's own clock is ahead of the truth. */
  readonly clockAheadMs?: number
}

export function openTablet({ clockAheadMs = 0 }: TabletOptions = {}): Tablet {
  const folder = mkdtempSync(join(tmpdir(), 'eventpass-tablet-'))
  const camera = join(folder, 'camera.y4m')
  makeCameraFile(camera, emptyScene())
  let running: { readonly child: ChildProcess; readonly page: Page } | null = null

  const page = () => {
    if (!running) throw new Error('The tablet is off.')
    return running.page
  }
  const verdict = () => page().getByRole('region', { name: 'Verdict' }).getByRole('heading')
  const kill = async () => {
    const ending = running?.child
    running = null
    if (!ending?.pid || ending.exitCode !== null) return
    const ended = once(ending, 'exit')
    process.kill(-ending.pid, 'SIGKILL')
    await ended
  }
  return {
    page,
    kill,
    async start(url) {
      const { executablePath, args } = chromiumWithCamera(camera)
      const profile = `--user-data-dir=${join(folder, 'profile')}`
      const child = spawn(executablePath, [...flags, ...args, profile, 'about:blank'], {
        // A group of its own, so that a kill reaches renderer and storage too.
        detached: true,
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      endWithTests(child, (pid) => -pid)
      const browser = await chromium.connectOverCDP(await debuggingUrl(child.stderr))
      const context = browser.contexts()[0] ?? (await browser.newContext())
      const opened = await context.newPage()
      await opened.setViewportSize({ width: 820, height: 1180 })
      if (clockAheadMs !== 0) await shiftClock(opened, clockAheadMs)
      running = { child, page: opened }
      await opened.goto(url)
    },
    async pair(organiser, loadMsMax = slowMs) {
      await page().goto(await organiser.pairingLink())
      const words = page().locator('.pair-words li')
      await expect(words).toHaveCount(4, { timeout: slowMs })
      const shown = (await words.allInnerTexts()).map((text) => text.replace(/[^a-z]/g, ''))
      await organiser.accept(shown)
      await expect(page().locator('.finder')).toBeVisible({ timeout: loadMsMax })
    },
    async show(token, word) {
      showToCamera(camera, sceneOfText(token))
      await expect(verdict()).toHaveText(word, { timeout: slowMs })
      showToCamera(camera, emptyScene())
    },
    async type(token, word) {
      await pressKeys(page(), token)
      await expect(verdict()).toHaveText(word, { timeout: slowMs })
    },
    async typeFor(token, name) {
      const region = page().getByRole('region', { name: 'Verdict' })
      const shown = region.filter({ has: page().getByText(name, { exact: true }) })
      // Looked for from before the first key on: an admit makes room after a moment.
      const word = shown.getByRole('heading').textContent({ timeout: slowMs })
      const [read] = await Promise.all([word, pressKeys(page(), token)])
      return read ?? ''
    },
    async untilPending(count) {
      await expect(page().getByText(`${count} pending`)).toBeVisible({ timeout: slowMs })
    },
    async remove() {
      await kill()
      rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
    },
  }
}

/** As a hardware scanner does: all keys at one moment, by their place on the board, then Enter. */
async function pressKeys(page: Page, text: string): Promise<void> {
  await page.evaluate((typed) => {
    const timeStamp = performance.now()
    const keys = [...typed].map((key) => ({
      ...{ key, shiftKey: true },
      code: /[0-9]/.test(key) ? `Digit${key}` : `Key${key}`,
    }))
    for (const key of [...keys, { key: 'Enter', code: 'Enter' }]) {
      const press = { ...key, bubbles: true, cancelable: true }
      const event = Object.defineProperty(new KeyboardEvent('keydown', press), 'timeStamp', {
        value: timeStamp,
      })
      document.activeElement?.dispatchEvent(event)
    }
  }, text)
}

/** The worker's `Date.now` is what the engine reads as the wall clock: set it off before it runs. */
async function shiftClock(page: Page, aheadMs: number): Promise<void> {
  await page.context().route('**/assets/gate-worker*.js', async (route) => {
    const response = await route.fetch()
    const shift = `{const now=Date.now;Date.now=()=>now.call(Date)+${aheadMs}}\n`
    await route.fulfill({ response, body: shift + (await response.text()) })
  })
}

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
