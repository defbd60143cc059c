import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { GateStatus } from '@eventpass/sync'
import { expect, type Page, test } from '@playwright/test'
import qrcode from 'qrcode'
import { demoPin, demoToken } from '../src/app/demo-gate.fake.ts'
import {
  chromiumWithCamera,
  emptyScene,
  makeCameraFile,
  sceneOfPng,
  sceneOfText,
  showToCamera,
} from './camera.ts'
import type { DemoPage } from './demo/main.ts'
import { type DemoSite, openDemoSite } from './demo-site.ts'

/**
 * Goal: what a steward sees, hears of and touches, in a real browser with a real camera stream.
 * Method: the screens as built, under the server's strict policy, over the demo gate.
 */
const folder = mkdtempSync(join(tmpdir(), 'eventpass-door-ui-'))
const camera = join(folder, 'camera.y4m')
makeCameraFile(camera, emptyScene())

const phone = { width: 390, height: 640 }
const tall = { width: 820, height: 1180 }
const flat = { width: 1180, height: 820 }

let site: DemoSite
let faults: string[]

test.use({ launchOptions: chromiumWithCamera(camera), viewport: phone })

test.beforeAll(async () => {
  site = await openDemoSite()
})

test.afterAll(async () => {
  await site.close()
  rmSync(folder, { recursive: true, force: true })
})

test.beforeEach(async ({ page }) => {
  faults = []
  showToCamera(camera, emptyScene())
  page.on('pageerror', (fault) => faults.push(fault.message))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text())
  })
  await page.goto(site.url)
})

test.afterEach(() => {
  expect(faults).toEqual([])
})

const word = (page: Page) => page.getByRole('region', { name: 'Verdict' }).getByRole('heading')
const tone = (page: Page) => page.getByRole('region', { name: 'Verdict' }).getAttribute('data-tone')
const button = (page: Page, name: string | RegExp) =>
  page.getByRole('button', { name, exact: typeof name === 'string' })

function attempts(page: Page): Promise<DemoPage['gate']['attempts']> {
  return page.evaluate(() => (window as unknown as { demo: DemoPage }).demo.gate.attempts)
}

async function setStatus(page: Page, status: Partial<GateStatus>): Promise<void> {
  await page.evaluate(
    (part) => (window as unknown as { demo: DemoPage }).demo.gate.set(part),
    status,
  )
}

/**
 * As a hardware scanner does, keys at once and by their place on the board; the Enter behind them is
 * a real one, that would press a button.
 */
async function wedge(page: Page, guest: string): Promise<void> {
  await page.evaluate((text) => {
    // All at one moment: a scanner's keys carry the time of the scanner, however busy the machine is.
    const timeStamp = performance.now()
    for (const key of text) {
      const code = /[0-9]/.test(key) ? `Digit${key}` : `Key${key}`
      const press = { key, code, shiftKey: true, bubbles: true, cancelable: true }
      const event = Object.defineProperty(new KeyboardEvent('keydown', press), 'timeStamp', {
        value: timeStamp,
      })
      document.activeElement?.dispatchEvent(event)
    }
  }, demoToken(guest))
  await page.keyboard.press('Enter')
}

test('[DR1] a code held before the camera is one scan, and the next one needs no tap', async ({
  page,
}) => {
  await expect(page.locator('.finder')).toBeVisible()
  showToCamera(camera, sceneOfText(demoToken('used')))
  await expect(word(page)).toHaveText('Already in')
  const png = join(folder, 'jose.png')
  await qrcode.toFile(png, demoToken('jose'), { scale: 5 })
  showToCamera(camera, sceneOfPng(png))
  await expect(word(page)).toHaveText('Come in')
  await expect(word(page)).toBeHidden({ timeout: 4_000 })
  expect(await attempts(page)).toHaveLength(2)
  expect((await attempts(page))[0]?.source).toEqual({
    kind: 'text',
    text: demoToken('used'),
    input: 'camera',
  })
})

test('[DR5] the door ships one decoder: nothing of a second one is in what was built', () => {
  const assets = join(site.folder, 'assets')
  const scripts = readdirSync(assets).filter((file) => file.endsWith('.js'))
  const code = scripts.map((file) => readFileSync(join(assets, file), 'utf8')).join('')
  expect(code).toContain('zxing-reader-')
  expect(code).not.toMatch(/MultiFormatReader|BrowserQRCodeReader/)
})

test('[DR7] a camera that was taken away comes back by itself', async ({ page }) => {
  await expect(page.locator('.finder')).toBeVisible()
  const live = () =>
    page.evaluate(() => {
      const stream = document.querySelector('video')?.srcObject
      return stream instanceof MediaStream ? stream.getVideoTracks()[0]?.readyState : 'none'
    })
  await page.evaluate(() => {
    const stream = document.querySelector('video')?.srcObject
    if (stream instanceof MediaStream) stream.getVideoTracks()[0]?.stop()
  })
  expect(await live()).toBe('ended')
  await expect.poll(live, { timeout: 8_000 }).toBe('live')
  showToCamera(camera, sceneOfText(demoToken('jose')))
  await expect(word(page)).toHaveText('Come in')
})

test('[DR6] each verdict has its ground, its word of at least 60 px, and is said aloud', async ({
  page,
}) => {
  const grounds: Record<string, [string, string, string]> = {
    jose: ['Come in', 'rgb(11, 133, 72)', 'Come in. José Muñoz'],
    used: ['Already in', 'rgb(134, 19, 15)', 'Refused. Already in. Søren Ægir'],
    fresh: ['Ask lead', 'rgb(255, 176, 0)', 'Attention. Ask lead. Genuine'],
    twice: ['Just now', 'rgb(35, 57, 93)', 'Just now. Ada Lovelace'],
  }
  for (const [guest, [text, ground, aloud]] of Object.entries(grounds)) {
    await wedge(page, guest)
    await expect(word(page)).toHaveText(text)
    await expect(page.getByRole('region', { name: 'Verdict' })).toHaveCSS(
      'background-color',
      ground,
    )
    await expect(page.locator('[aria-live=assertive]')).toContainText(aloud)
    const size = await word(page).evaluate((heading) => getComputedStyle(heading).fontSize)
    expect(Number.parseFloat(size)).toBeGreaterThanOrEqual(60)
  }
})

for (const [name, size] of Object.entries({ phone, tall, flat })) {
  test(`[DR6] on a ${name} screen nothing of a verdict is cut off, and the word grows`, async ({
    page,
  }) => {
    await page.setViewportSize(size)
    for (const guest of ['long', 'crowded', 'used', 'fresh', 'zoe', 'reprint', 'minor']) {
      await wedge(page, guest)
      await expect(word(page)).toBeVisible()
      const { over, px } = await page.getByRole('region', { name: 'Verdict' }).evaluate((box) => ({
        over: box.scrollHeight - box.clientHeight + box.scrollWidth - box.clientWidth,
        px: Number.parseFloat(getComputedStyle(box.querySelector('h1') ?? box).fontSize),
      }))
      expect(over, guest).toBeLessThanOrEqual(0)
      if (guest === 'used' && name !== 'phone') expect(px).toBeGreaterThan(100)
    }
  })
}

test('[DR4] the Enter of a scanner presses no button, and its codes close what is open', async ({
  page,
}) => {
  await wedge(page, 'used')
  await button(page, /let in anyway/).focus()
  await wedge(page, 'jose')
  await expect(word(page)).toHaveText('Come in')
  await button(page, 'Next code').click()
  await button(page, 'Search').click()
  await wedge(page, 'used')
  await expect(word(page)).toHaveText('Already in')
  expect((await attempts(page)).map(({ force, source }) => [force, source.kind])).toEqual([
    [null, 'text'],
    [null, 'text'],
    [null, 'text'],
  ])
})

test('[DR9] a supervisor overrides a refusal with PIN and reason; a wrong PIN can be tried again', async ({
  page,
}) => {
  await wedge(page, 'used')
  await button(page, 'Supervisor: let in anyway').click()
  await expect(page.getByLabel('Supervisor’s PIN')).toBeFocused()
  await page.getByLabel('Supervisor’s PIN').fill('1111')
  await button(page, 'Stepped out').click()
  await button(page, 'Let in').click()
  await expect(page.getByRole('alert')).toContainText('not the supervisor’s PIN')
  await page.getByLabel('Supervisor’s PIN').fill(demoPin)
  await button(page, 'Let in').click()
  await expect(word(page)).toHaveText('Come in')
  await expect(page.getByText('let in by a supervisor · Standard', { exact: true })).toBeVisible()
})

test('[DR9] a question is asked, and its answer goes with the scan', async ({ page }) => {
  await wedge(page, 'minor')
  await button(page, 'Answer').click()
  await page.getByLabel('Which student card did they show?').fill('Lisbon')
  await page.keyboard.press('Enter')
  await expect(word(page)).toHaveText('Come in')
  expect((await attempts(page))[1]).toMatchObject({ answer: 'Lisbon', answers: 'scan-1' })
})

test('[DR9] of a party, the chosen come in with one tap and each outcome is shown', async ({
  page,
}) => {
  await wedge(page, 'zoe')
  await page.getByLabel('Kwame Okafor').uncheck()
  await button(page, 'Let 2 of 3 in').click()
  await expect(page.getByRole('listitem').filter({ hasText: 'Ana' })).toContainText('Come in')
  await expect(page.getByRole('listitem').filter({ hasText: 'Mei' })).toContainText('Not paid')
  await expect(page.getByLabel('Kwame Okafor')).toBeVisible()
})

test('[DR8] a scan that was not recorded is never shown as an admit', async ({ page }) => {
  await page.evaluate(() =>
    (window as unknown as { demo: DemoPage }).demo.gate.breakWith('The storage is full.'),
  )
  await wedge(page, 'jose')
  const region = page.getByRole('region', { name: 'Not saved' })
  await expect(region).toContainText('This scan was not recorded')
  await expect(region).toHaveAttribute('data-tone', 'refuse')
})

test('search finds without accents, checks in, and history undoes it', async ({ page }) => {
  await button(page, 'Search').click()
  await page.getByRole('searchbox').fill('mun')
  await expect(page.getByText('Type at least 4 letters')).toBeVisible()
  await page.getByRole('searchbox').fill("o' m")
  await expect(page.getByText('Type at least 4 letters')).toBeVisible()
  await page.getByRole('searchbox').fill('munoz')
  await button(page, /José Muñoz/).click()
  await expect(word(page)).toHaveText('Come in')
  await page.keyboard.press('Escape')
  await button(page, 'History').click()
  await button(page, 'Undo').click()
  await button(page, 'Undo this scan').click()
  await expect(page.getByText('Undone. The ticket is free again.')).toBeVisible()
  await expect(page.getByText('came in, undone')).toBeVisible()
})

test('a code can be typed, and going out is a mode that shows', async ({ page }) => {
  await button(page, 'Out').click()
  await expect(page.getByText('Going out')).toBeVisible()
  await button(page, 'Search').click()
  await page.getByRole('searchbox').fill(demoToken('used'))
  await button(page, 'Check this code').click()
  await expect(word(page)).toHaveText('Goodbye')
  expect((await attempts(page))[0]).toMatchObject({ act: 'exit', source: { input: 'typed' } })
})

test('the bar tells gate, tier, pending and age, and when it is safe to switch off', async ({
  page,
}) => {
  const bar = page.getByRole('banner')
  await expect(bar).toContainText('North gate')
  await expect(bar).toContainText('0 pending')
  await expect(page.getByText('Nothing pending: safe to switch off')).toBeVisible()
  await setStatus(page, { link: 'alone', pending: 38, listAgeMs: 9 * 60_000 })
  await expect(bar).toContainText('alone')
  await expect(bar).toContainText('38 pending')
  await expect(bar).toContainText('list 9 min')
  await bar.getByRole('button').click()
  await expect(page.getByText('Keep this tablet on')).toBeVisible()
  await button(page, 'Try to connect').click()
  await expect(page.getByText('Safe to switch off', { exact: true })).toBeVisible()
})

test('a gate whose list is gone still tells what is pending, and what it waits for', async ({
  page,
}) => {
  const gone = { stage: 'loading', gateName: null, tickets: null, listAgeMs: null } as const
  await setStatus(page, { ...gone, link: 'alone', pending: 3 })
  await expect(page.getByRole('banner')).toContainText('3 pending')
  await expect(page.getByText('Waiting for the organiser to answer')).toBeVisible()
  await setStatus(page, { link: 'central' })
  await expect(page.getByText('The organiser is preparing the list')).toBeVisible()
})

test('a tablet that is not paired says nothing of scans or figures', async ({ page }) => {
  await setStatus(page, { stage: 'unpaired', gateName: null })
  await page.getByRole('banner').getByRole('button').click()
  await expect(page.getByText('Ready for the doors?')).toBeVisible()
  await expect(page.getByText('Safe to switch off')).toBeHidden()
  await expect(page.getByText('Decides with')).toBeHidden()
  await setStatus(page, { pending: 3 })
  await expect(page.getByText('Keep this tablet on')).toBeVisible()
})

test('the Tab key reaches nothing that a verdict covers', async ({ page }) => {
  await wedge(page, 'used')
  const next = async () => {
    await page.keyboard.press('Tab')
    return page.evaluate(
      () => document.activeElement?.closest('.status-bar, .verdict, .door-stage')?.className,
    )
  }
  // Right behind a code Tab is the scanner's end key, and goes nowhere.
  await expect.poll(next).toBe('verdict')
  const reached = new Set<string | undefined>()
  for (let presses = 0; presses < 8; presses += 1) reached.add(await next())
  expect(reached).toContain('verdict')
  expect(reached).not.toContain('door-stage')
})

test('[DR10] the tablet reads a known picture and says what is ready', async ({ page }) => {
  await page.getByRole('banner').getByRole('button').click()
  await expect(page.getByText('A known picture was read.')).toBeVisible()
  await expect(page.getByText('On. Turn the volume up.')).toBeVisible()
  await page.getByRole('switch', { name: /Sun/ }).check()
  await expect(page.locator('html')).toHaveAttribute('data-light', 'sun')
  await page.getByRole('switch', { name: /Left hand/ }).check()
  await page.keyboard.press('Escape')
  const x = async (name: string) => (await button(page, name).boundingBox())?.x ?? Number.NaN
  expect(await x('In')).toBeLessThan(phone.width / 4)
  expect(await x('History')).toBeLessThan(await x('Search'))
  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('data-light', 'sun')
})

test('[DR12] every button is at least 48 px in each direction', async ({ page }) => {
  const small = () =>
    page.getByRole('button').evaluateAll((buttons) =>
      buttons
        .map((one) => ({ name: one.textContent, box: one.getBoundingClientRect() }))
        .filter(({ box }) => box.width > 0 && (box.width < 48 || box.height < 48))
        .map(({ name, box }) => `${name} ${box.width} × ${box.height}`),
    )
  expect(await small()).toEqual([])
  await wedge(page, 'used')
  await button(page, 'Supervisor: let in anyway').click()
  expect(await small()).toEqual([])
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  for (const sheet of ['Search', 'History', /Inside/]) {
    await button(page, sheet).click()
    expect(await small()).toEqual([])
    await button(page, 'Close').click()
  }
  await setStatus(page, { stage: 'unpaired' })
  expect(await small()).toEqual([])
})

test('[DR3] pairing shows four words, then how far the list is', async ({ page }) => {
  await setStatus(page, { stage: 'unpaired', gateName: null })
  await page.getByLabel('Pairing link or code').fill('expired-code-0000')
  await button(page, 'Pair').click()
  await expect(page.getByRole('alert')).toContainText('Ask the organiser for a new one')
  await button(page, 'Scan the pairing code').click()
  showToCamera(camera, sceneOfText('https://door.test/door/#pair=abcdefghijklmnop'))
  for (const text of ['copper', 'lantern', 'river', 'maple']) {
    await expect(page.getByText(text)).toBeVisible()
  }
  await page.evaluate(() => (window as unknown as { demo: DemoPage }).demo.gate.accept())
  await expect(page.getByText('38 % · 1.4 MB of 3.6 MB')).toBeVisible()
})

test('[DR3] a pairing link opens a pairing and leaves no code in the address', async ({ page }) => {
  await setStatus(page, { stage: 'unpaired' })
  await page.evaluate(() => {
    location.hash = '#pair=abcdefghijklmnop'
  })
  await expect(page.getByText('copper')).toBeVisible()
  expect(page.url()).toBe(site.url)
})

test('[DR8] a tablet that is revoked shows nothing of the event', async ({ page }) => {
  await wedge(page, 'used')
  expect(await tone(page)).toBe('refuse')
  await setStatus(page, { stage: 'revoked', gateName: null, eventName: null })
  await expect(page.getByText('Signed out')).toBeVisible()
  await expect(page.getByText('Søren')).toBeHidden()
})

test('[DR6] a gift’s desk gives and counts gifts, and has no way out', async ({ page }) => {
  await page.setViewportSize(tall)
  await setStatus(page, {
    gives: 'gift',
    listName: 'Welcome bag',
    gateName: 'Gift desk',
    peopleInside: 87,
  })
  await expect(button(page, 'Given 87')).toBeVisible()
  await expect(button(page, 'Out')).toBeHidden()
  await wedge(page, 'jose')
  await expect(word(page)).toHaveText('Give gift')
  await expect(page.locator('.verdict-line')).toHaveText('Welcome bag · Standard')
  await wedge(page, 'used')
  await expect(word(page)).toHaveText('Has it')
  await expect(button(page, 'Supervisor: hand out anyway')).toBeVisible()
})
