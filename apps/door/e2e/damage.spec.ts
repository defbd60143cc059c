import { expect, type Page, test } from '@playwright/test'
import { openCentral } from './central.ts'
import { openOrganiser } from './organiser.ts'
import { openTablet } from './tablet.ts'

/**
 * Goal: a damaged database on a tablet costs no scan that was shown, and the person is told.
 * Method: the whole path; the browser is killed and its files are written over from a page of the
 * same origin that runs none of our code.
 */
test.setTimeout(300_000)
const slowMs = 60_000

test('a damaged list is fetched again, a damaged ledger lies aside, and both are said', async () => {
  const central = await openCentral(null)
  const tablet = openTablet()
  const killAndDamage = async (database: string) => {
    await tablet.kill()
    await tablet.start(`${central.origin}/health`)
    await damage(tablet.page(), database)
  }
  const open = () => tablet.page().goto(`${central.origin}/door/`)
  const says = (words: string) => tablet.page().getByText(words)
  try {
    await central.start()
    const organiser = await openOrganiser(central.origin)
    const token = String(organiser.tokens.get('Ada Lovelace'))
    await tablet.start(`${central.origin}/door/`)
    await tablet.pair(organiser)
    await tablet.type(token, 'Come in')
    await tablet.untilPending(0)

    await killAndDamage('/manifest-')
    await central.stop()
    await open()
    await expect(says('The list on this tablet could not be read')).toBeVisible({ timeout: slowMs })
    await central.start()
    await expect(says('could not be read')).toBeHidden({ timeout: slowMs })
    await tablet.type(token, 'Already in')
    await tablet.untilPending(0)

    await killAndDamage('/ledger-')
    await open()
    await expect(says('Records of this tablet were damaged and lie aside')).toBeVisible({
      timeout: slowMs,
    })
    expect(await rescuedFiles(tablet.page())).toContain('ledger-1.sqlite')
    await tablet.pair(organiser)
    await tablet.type(token, 'Already in')
    const { admitted } = await organiser.call.events.counts.query({ event: organiser.event })
    expect(admitted).toBe(1)
    // The tablet works again, and what lies aside is not forgotten with the next start.
    await open()
    await expect(says('were damaged and lie aside')).toBeVisible({ timeout: slowMs })
  } finally {
    await tablet.remove()
    await central.remove()
  }
})

/** Writes over the first bytes of the database whose name in the pool begins so, and of its WAL. */
async function damage(page: Page, name: string): Promise<void> {
  const damaged = await page.evaluate(async (wanted) => {
    const poolHeaderBytes = 4_096
    const root = await navigator.storage.getDirectory()
    const folder = await root.getDirectoryHandle('eventpass')
    const pool = await (await folder.getDirectoryHandle('pool')).getDirectoryHandle('.opaque')
    let files = 0
    for await (const handle of pool.values()) {
      if (!(handle instanceof FileSystemFileHandle)) continue
      const path = await (await handle.getFile()).slice(0, 512).text()
      if (!path.startsWith(wanted)) continue
      const writing = await handle.createWritable({ keepExistingData: true })
      await writing.write({ type: 'write', position: poolHeaderBytes, data: new Uint8Array(200) })
      await writing.close()
      files += 1
    }
    return files
  }, name)
  expect(damaged).toBeGreaterThan(0)
}

function rescuedFiles(page: Page): Promise<readonly string[]> {
  return page.evaluate(async () => {
    const root = await navigator.storage.getDirectory()
    const folder = await root.getDirectoryHandle('eventpass')
    const names: string[] = []
    for await (const name of (await folder.getDirectoryHandle('rescue')).keys()) names.push(name)
    return names
  })
}
