import { countInWords } from '@eventpass/domain'
import { type ActiveDevice, activateDevice } from './active-device.ts'
import { openDevice, standingOf } from './device.ts'
import type { Gate, PairingView } from './gate.ts'
import type { GateDeps } from './gate-deps.ts'
import { asideNotice } from './notices.ts'
import { finishKeys, followPairing, type OpenPairing, openPairing } from './pair-gate.ts'
import { createSerial } from './serial.ts'
import { blankStatus, createStatusBoard, type StatusBoard } from './status-board.ts'

/** A gate with its background work; `stop` ends that and closes every file. */
export interface RunningGate extends Gate {
  readonly stop: () => Promise<void>
}

/** The gate engine behind the door's worker: everything but the screen and the platform. */
export function createGate(deps: GateDeps): RunningGate {
  const board = createStatusBoard()
  // Starting, pairing and stopping change which device works: one at a time.
  const serial = createSerial()
  const house = createHouse(deps, board)
  const started = serial.run(house.start)
  started.catch(deps.report)
  const unwake = deps.onWake(() => house.active()?.wake())

  const withDevice = async <T>(work: (active: ActiveDevice) => Promise<T>): Promise<T> => {
    await started
    const active = house.active()
    if (!active) throw new Error('This tablet is not paired. Open a pairing link first.')
    return work(active)
  }
  return {
    pair: (code, label) => serial.run(() => house.pair(code, label)),
    cancelPairing: () => serial.run(house.cancelPairing),
    scan: (attempt) => withDevice((active) => active.scan(attempt)),
    undo: (scan, note) => withDevice((active) => active.undo(scan, note)),
    search: (query) => withDevice((active) => active.search(query)),
    history: () => withDevice((active) => active.history()),
    syncNow: () => withDevice((active) => active.syncNow()),
    watch: board.watch,
    async stop() {
      unwake()
      await started.catch(() => undefined)
      await serial.run(house.stop)
    },
  }
}

/** The device at work and the pairing under way, each at most one. */
function createHouse(deps: GateDeps, board: StatusBoard) {
  let active: ActiveDevice | null = null
  let pairing: OpenPairing | null = null
  let nextName = nameOf(1)

  const activate = async (name: string): Promise<boolean> => {
    const device = await openDevice(deps, name)
    if (!device) return false
    await finishKeys(deps, device)
    await active?.stop()
    active = await activateDevice(deps, device, board)
    nextName = nameOf(numberOf(name) + 1)
    return true
  }
  const end = () => {
    pairing = null
    board.cover(null)
    if (!active) board.show({ ...blankStatus, stage: 'unpaired' })
  }
  const begin = (open: OpenPairing) => {
    pairing = open
    board.notice('pairing', null)
    board.cover({ stage: 'pairing', words: open.words })
  }
  const events = {
    // Scans that are made while a person compares the words must not stay behind in the old ledger.
    mayReplace: async (life: string) => (active && !isCutOff(active) ? active.close(life) : true),
    onAccepted: async (name: string) => {
      await activate(name)
      end()
    },
    onFailed: async (message: string) => {
      board.notice('pairing', message)
      end()
    },
  }

  return {
    active: () => active,
    async start() {
      const aside = await deps.ledgers.aside()
      board.notice('aside', asideNotice(aside))
      const kept = await deps.ledgers.list()
      const names = new Set([...kept, ...aside.map(({ name }) => name)])
      for (const name of [...names].sort((a, b) => numberOf(b) - numberOf(a))) {
        if (!kept.includes(name)) {
          // It was this tablet, and nobody can tell what it held: no older one goes on in its stead.
          nextName = nameOf(numberOf(name) + 1)
          break
        }
        try {
          if (await activate(name)) break
        } catch (fault) {
          // An older ledger is another device's: what cannot be read is kept aside, and no one else's goes on.
          deps.report(fault)
          nextName = nameOf(numberOf(name) + 1)
          board.notice('start', unreadableLedger(name))
          break
        }
      }
      let ring = await deps.keys.read(nextName)
      // Keys that wait for no person are a device's, whatever became of its ledger: no other may replace them.
      while (ring && !ring.pairing) {
        nextName = nameOf(numberOf(nextName) + 1)
        ring = await deps.keys.read(nextName)
      }
      if (ring?.pairing) begin(followPairing(deps, nextName, ring, events))
      else end()
    },
    async pair(code: string, label: string): Promise<PairingView> {
      const message = await whyNotNow(active)
      if (message) return { state: 'failed', message }
      await pairing?.cancel()
      const { view, open } = await openPairing(deps, nextName, code, label, events)
      if (open) begin(open)
      else end()
      return view
    },
    async cancelPairing() {
      await pairing?.cancel()
      end()
    },
    async stop() {
      await pairing?.pause()
      await active?.stop()
      active = null
    },
  }
}

function unreadableLedger(name: string): string {
  return `The scans kept on this tablet (${name}) cannot be read. They are kept aside; pair it anew and tell the organiser.`
}

/** A device that still works must not leave its queue behind. */
async function whyNotNow(active: ActiveDevice | null): Promise<string | null> {
  if (!active) return null
  if (!mustHandIn(active)) return null
  const pending = await active.device.ledger.countPending()
  return pending === 0
    ? null
    : `${countInWords(pending, 'scan', 'scans')} of this tablet ${pending === 1 ? 'is' : 'are'} not sent yet. Bring it online first, then pair it anew.`
}

/** What a device could not send whose access was ended stays with it. */
function mustHandIn(active: ActiveDevice): boolean {
  return standingOf(active.device) !== 'revoked' && !isCutOff(active)
}

/** Copied, without its keys, or forgotten by central: nothing that it sends is taken any more. */
function isCutOff({ device }: ActiveDevice): boolean {
  return standingOf(device) === 'pair_anew' || device.ring === null || device.unknown
}

const nameOf = (n: number) => `ledger-${n}`
const numberOf = (name: string) => Number(name.slice(name.lastIndexOf('-') + 1)) || 0
