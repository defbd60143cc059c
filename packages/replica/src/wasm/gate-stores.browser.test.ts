import { ledgerStoreCases, manifestStoreCases, snapshotFilesCases } from '@eventpass/sync/testing'
import { afterAll, beforeAll, describe, test } from 'vitest'
import {
  type Browser,
  openProfile,
  type Profile,
  type RemotePage,
  type RemoteWorker,
} from '../../e2e/chromium.ts'
import { openSite, type Site } from '../../e2e/site.ts'

/**
 * Goal: the stores keep their contracts inside a real browser, on its private storage.
 * Method: a page built by Vite as the door is; each contract has a worker and a folder of its own.
 */
const chromiumPath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'

let site: Site
let profile: Profile
let browser: Browser
let page: RemotePage
beforeAll(async () => {
  site = await openSite()
  profile = await openProfile(chromiumPath)
  browser = await profile.launch()
  page = await browser.newPage(site.url)
})
afterAll(async () => {
  await profile.close()
  await site.close()
})

for (const [suite, cases] of Object.entries({
  ledger: ledgerStoreCases,
  manifest: manifestStoreCases,
  snapshots: snapshotFilesCases,
})) {
  describe(`the ${suite} contract in Chromium`, () => {
    let worker: RemoteWorker
    beforeAll(async () => {
      worker = await page.startWorker()
    })
    afterAll(() => worker.stop())
    for (const [at, { title }] of cases.entries()) {
      test(title, async () => {
        await worker.call('runCase', { suite, at, folder: suite })
      })
    }
  })
}
