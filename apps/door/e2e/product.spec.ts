import { appendFileSync, cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, expect, type Page, test } from '@playwright/test'
import { chromiumWithCamera, emptyScene, makeCameraFile } from './camera.ts'
import { type Site, serveFolder } from './demo-site.ts'

/**
 * Goal: the door as it is shipped opens its own storage, once a tablet, with and without a server.
 * Method: the built files under the server's policy, a browser profile that outlives the browser.
 */
const built = join(import.meta.dirname, '../dist')
const folder = mkdtempSync(join(tmpdir(), 'eventpass-door-product-'))
const camera = join(folder, 'camera.y4m')
const openMs = 20_000

let site: Site
let browser: BrowserContext
let faults: string[]

test.beforeAll(async () => {
  if (!existsSync(join(built, 'sw.js'))) {
    throw new Error('The door is not built. Run: pnpm --filter @eventpass/door build')
  }
  makeCameraFile(camera, emptyScene())
  site = await serveFolder(built)
})

test.afterAll(async () => {
  await site.close()
  rmSync(folder, { recursive: true, force: true })
})

test.beforeEach(async ({ browserName: _ }, { testId }) => {
  faults = []
  browser = await launch(testId)
})

test.afterEach(async () => {
  await browser.close()
  expect(faults).toEqual([])
})

/** A name of this machine that a browser takes for another one: no TLS, no storage. */
const foreignHost = 'door.test'

function launch(profile: string): Promise<BrowserContext> {
  const { executablePath, args } = chromiumWithCamera(camera)
  const names = `--host-resolver-rules=MAP ${foreignHost} 127.0.0.1`
  return chromium.launchPersistentContext(join(folder, profile), {
    executablePath,
    args: [...args, names],
  })
}

async function openDoor(url = site.url): Promise<Page> {
  const page = await browser.newPage()
  page.on('pageerror', (fault) => faults.push(fault.message))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text())
  })
  await page.goto(url)
  return page
}

const paired = (page: Page) => page.getByRole('heading', { name: 'Pair this tablet' })

test('[DV5] a second tab only looks on and says so, and takes over when the first is closed', async () => {
  const first = await openDoor()
  await expect(paired(first)).toBeVisible({ timeout: openMs })
  const second = await openDoor()
  await expect(second.getByText('This tab only looks on')).toBeVisible({ timeout: openMs })
  await expect(paired(first)).toBeVisible()
  await first.close()
  await expect(paired(second)).toBeVisible({ timeout: openMs })
})

test('[DR11] the whole app starts from cold with no server in reach', async ({ browserName: _ }, {
  testId,
}) => {
  const page = await openDoor()
  await expect(paired(page)).toBeVisible({ timeout: openMs })
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  await browser.close()

  const { url } = site
  await site.close()
  browser = await launch(testId)
  const offline = await openDoor()
  expect(offline.url()).toBe(url)
  await expect(paired(offline)).toBeVisible({ timeout: openMs })
  await offline.getByRole('banner').getByRole('button').click()
  await expect(offline.getByText('A known picture was read.')).toBeVisible()
  await expect(offline.getByText('The app is on this tablet and starts without')).toBeVisible()
  site = await serveFolder(built)
})

test('[DR11] a new version waits while a tab is open, and says so', async () => {
  const copy = join(folder, 'newer')
  cpSync(built, copy, { recursive: true })
  const newer = await serveFolder(copy)
  const page = await openDoor(newer.url)
  await expect(paired(page)).toBeVisible({ timeout: openMs })
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))

  appendFileSync(join(copy, 'sw.js'), '// another version')
  await page.reload()
  await expect(paired(page)).toBeVisible({ timeout: openMs })
  const waiting = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.getRegistration()
      return registration?.waiting?.state ?? null
    })
  await expect.poll(waiting, { timeout: openMs }).toBe('installed')
  await page.getByRole('banner').getByRole('button').click()
  await expect(page.getByText('A new version waits.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Update now' })).toBeHidden()
  expect(await waiting()).toBe('installed')
  await newer.close()
})

test('[DR8] storage that does not open in an unforeseen way is said, and nothing is deleted', async () => {
  const page = await openDoor()
  await expect(paired(page)).toBeVisible({ timeout: openMs })
  await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory()
    const folder = await root.getDirectoryHandle('eventpass')
    await folder.removeEntry('parts', { recursive: true })
    await folder.getFileHandle('parts', { create: true })
  })
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Not open' })).toBeVisible({ timeout: openMs })
  await expect(page.getByText('Nothing was deleted.')).toBeVisible()
})

test('[DR8] a page that came without TLS says why it keeps nothing', async () => {
  const page = await openDoor(site.url.replace('localhost', foreignHost))
  await expect(page.getByText('the https address of this page')).toBeVisible({ timeout: openMs })
})
