import { setTimeout as delay } from 'node:timers/promises'
import type { Digest } from '@eventpass/domain'
import { decodeToken, digestToken } from '@eventpass/token'
import { expect, test } from '@playwright/test'
import { openCentral } from '../central.ts'
import { openOrganiser } from '../organiser.ts'
import { openTablet, type Tablet } from '../tablet.ts'
import { askCentral } from './ask-central.ts'
import { expectWholeLedger } from './central-ledger.ts'
import { openChance } from './seeded.ts'

/**
 * Goal: what a tablet has shown survives the end of its browser at any moment and reaches central
 * once (SY1).
 * Method: the real door in a Chromium that is killed at moments of a seed, while it starts, scans
 * and pushes, and started again on the same profile. What was on screen counts as acknowledged.
 */
test.setTimeout(600_000)

const kills = 20
/** A start is killed as well, once in so many times. */
const startsKilled = 5
const startKilledMsMax = 1_200
/** Counted in verdicts first: so that a slow machine shows as many as a quick one. */
const shownBeforeKillMax = 6
const killAfterMsMax = 400
const guests = 2_000

interface Code {
  readonly name: string
  readonly token: string
}

/** Each code once, in any order. */
function takeCodes(tokens: ReadonlyMap<string, string>): () => Code {
  const codes = [...tokens].map(([name, token]) => ({ name, token }))
  return () => {
    const code = codes.pop()
    if (!code) throw new Error('There are no codes left.')
    return code
  }
}

/**
 * Scans until the browser is killed, a while after so many verdicts were on screen; answers the codes
 * whose verdict was.
 */
async function scanUntilKilled(
  tablet: Tablet,
  next: () => Code,
  kill: { readonly shown: number; readonly thenMs: number },
): Promise<readonly Code[]> {
  const shown: Code[] = []
  let killing: Promise<void> | null = null
  const killSoon = () =>
    void delay(kill.thenMs).then(() => {
      killing = tablet.kill()
    })
  try {
    for (;;) {
      const code = next()
      expect(await tablet.typeFor(code.token, code.name)).toBe('Come in')
      shown.push(code)
      if (shown.length === kill.shown) killSoon()
    }
  } catch (fault) {
    // Only the kill may end it.
    if (killing === null) throw fault
    await killing
  }
  return shown
}

async function digestOf(token: string): Promise<Digest> {
  const decoded = decodeToken(token)
  if (!decoded.ok) throw new Error(`${token} is no token.`)
  return digestToken(crypto.subtle as SubtleCrypto, decoded.value.bytes)
}

test('a browser that is killed at any moment has lost nothing that it showed', async () => {
  const chance = openChance(`${kills} kills of the browser`)
  const central = await openCentral(null)
  const tablet = openTablet()
  try {
    await central.start()
    const organiser = await openOrganiser(central.origin, guests)
    const door = `${central.origin}/door/`
    const next = takeCodes(organiser.tokens)
    await tablet.start(door)
    await tablet.pair(organiser)

    const shown: Code[] = []
    for (let kill = 0; kill < kills; kill += 1) {
      if (kill % startsKilled === startsKilled - 1) {
        await tablet.kill()
        await tablet.start(door)
        await delay(chance.between(0, startKilledMsMax))
      } else {
        const when = {
          shown: 1 + Math.floor(chance.between(0, shownBeforeKillMax)),
          thenMs: chance.between(0, killAfterMsMax),
        }
        shown.push(...(await scanUntilKilled(tablet, next, when)))
      }
      await tablet.kill()
      await tablet.start(door)
      await expect(tablet.page().locator('.finder')).toBeVisible({ timeout: 60_000 })
    }
    await tablet.untilPending(0)
    await tablet.kill()
    await central.stop()

    expect(shown.length).toBeGreaterThan(kills)
    await askCentral(central, null, async (ask) => {
      const admits = (await expectWholeLedger(ask)).filter(({ verdict }) => verdict === 'admit')
      const digests = admits.map(({ digest }) => digest)
      expect(new Set(digests).size).toBe(digests.length)
      for (const { token } of shown) expect(digests).toContain(await digestOf(token))
    })
  } finally {
    await tablet.remove()
    await central.remove()
  }
})
