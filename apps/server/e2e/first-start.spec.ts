import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '@eventpass/tooling/free-port'
import { readCodes } from '@eventpass/tooling/read-codes'
import { expect, test } from '@playwright/test'

/**
 * Goal: what a newcomer reads in the README is true: `npm start`, then follow what it prints.
 * Method: the command itself on defaults, but for a port and a data folder of its own; then a browser
 * with nothing but the printed lines.
 */
test.setTimeout(300_000)

const root = join(import.meta.dirname, '../../..')
/** Relative, as the default is. */
const dataDir = 'node_modules/.cache/eventpass/first-start'

/** Runs `npm start` in a group of its own and answers what it has printed once it is up. */
async function start(port: number): Promise<{ child: ChildProcess; printed: string }> {
  const { PATH, HOME } = process.env
  const child = spawn('npm', ['start'], {
    cwd: root,
    detached: true,
    env: { PATH, HOME, PORT: String(port), DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`npm start ended with ${code}:\n${printed}`)))
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString()
      if (printed.includes('supervisor PIN')) resolve()
    })
  })
  child.removeAllListeners('exit')
  return { child, printed }
}

async function end(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  process.kill(-(child.pid ?? 0), 'SIGTERM')
  await ended
}

function find(printed: string, pattern: RegExp): string {
  const found = pattern.exec(printed)?.[1]
  if (!found) throw new Error(`npm start printed nothing like ${pattern}:\n${printed}`)
  return found
}

test('npm start prints all that a newcomer needs to let the first guest in, and starts again on what it kept', async ({
  browser,
}) => {
  rmSync(join(root, dataDir), { recursive: true, force: true })
  const port = await freePort()
  let { child, printed } = await start(port)
  try {
    const admin = await browser.newPage()
    const opened = await admin.goto(find(printed, /Organisers +(\S+)/))
    expect(await opened?.allHeaders()).toMatchObject({
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
    await admin.getByLabel('E-mail').fill('owner@demo.example')
    await admin.getByLabel('Password').fill(find(printed, /owner@demo\.example +(\S+)/))
    await admin.getByRole('button', { name: 'Sign in' }).click()
    await expect(admin.getByRole('heading', { name: 'Autumn Gala' })).toBeVisible()

    await admin.getByRole('button', { name: 'Make a pairing link' }).click()
    const code = admin.getByRole('img', { name: 'The pairing link as a code' })
    const link = await admin.getByRole('link', { name: '/door/#pair=' }).textContent()
    expect(await readCodes(await code.screenshot())).toMatchObject([{ text: link }])
    await expect(admin.getByText('Final')).toBeHidden()

    const tablet = await (await browser.newContext()).newPage()
    await tablet.goto(find(printed, /(\S+\/door\/#pair=\S+)/))
    // Opening for the first time takes its time on a slow machine.
    await expect(tablet.getByRole('heading', { name: 'Same words?' })).toBeVisible({
      timeout: 60_000,
    })
    await admin.getByRole('button', { name: 'Same words: accept' }).click()
    await expect(code).toBeVisible()
    const second = await (await browser.newContext()).newPage()
    await second.goto(String(link))
    // A link works once, and is shown for as long as it works.
    await expect(code).toBeHidden({ timeout: 60_000 })
    // This browser has no camera: the gate says so and works all the same.
    await expect(tablet.getByText('No camera found')).toBeVisible({ timeout: 60_000 })

    const sheet = await browser.newPage()
    await sheet.goto(find(printed, /(\S+\/demo\/\S+)/))
    await expect(sheet.locator('figure svg')).not.toHaveCount(0)
    const guest = String(await sheet.locator('figcaption b').first().textContent())
    await tablet.getByRole('button', { name: 'Search' }).click()
    await tablet.getByRole('searchbox').fill(guest)
    await tablet.getByRole('button', { name: guest }).first().click()
    await expect(tablet.getByRole('heading', { name: 'Come in' })).toBeVisible()
    const admitted = admin.locator('dl div', { hasText: 'Admitted' })
    await expect(admitted).toContainText('1', { timeout: 30_000 })

    await end(child)
    ;({ child, printed } = await start(port))
    await admin.reload()
    await expect(admitted).toContainText('1')
  } finally {
    await end(child)
    rmSync(join(root, dataDir), { recursive: true, force: true })
  }
})
