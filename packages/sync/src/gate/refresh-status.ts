import { elapsedMs, readClocks } from './clocks.ts'
import { type Device, standingOf } from './device.ts'
import type { GateStatus } from './gate.ts'
import type { GateDeps } from './gate-deps.ts'
import { standingNotice } from './notices.ts'
import type { PeopleInside } from './people-inside.ts'
import { createSerial } from './serial.ts'
import { checkedList, gateName } from './show-verdict.ts'
import type { StatusBoard } from './status-board.ts'

/** Reads what the screen shows of a device and shows it; calls that come while one waits are one. */
export function createRefresh(
  deps: GateDeps,
  device: Device,
  people: PeopleInside,
  board: StatusBoard,
): () => Promise<void> {
  const serial = createSerial()
  let waiting: Promise<void> | null = null

  const read = async () => {
    waiting = null
    const pending = await device.ledger.countPending()
    const info = device.manifest ? await device.manifest.store.info() : null
    const { facts, grant, ring } = device
    const now = readClocks(deps.clock, device.epoch)
    board.notice('standing', standingNotice(standingOf(device), pending, ring !== null))
    board.show({
      stage: stageOf(device),
      words: null,
      eventName: info?.frame.eventName ?? grant.eventName,
      listName: checkedList(info?.frame ?? null, device)?.name ?? null,
      gives: checkedList(info?.frame ?? null, device)?.gives ?? null,
      gateName: gateName(info?.frame ?? null, facts.gate),
      role: grant.role,
      pending,
      listAgeMs: facts.currentAt && elapsedMs(facts.currentAt, now),
      revision: info?.revision ?? null,
      tickets: info ? (facts.manifest?.tickets ?? null) : null,
      peopleInside: info ? people.count() : null,
      storagePersistent: await deps.isStoragePersistent(),
    })
  }
  return () => {
    waiting ??= serial.run(read)
    return waiting
  }
}

function stageOf(device: Device): GateStatus['stage'] {
  const standing = standingOf(device)
  if (standing !== 'active') return standing
  return device.manifest ? 'ready' : 'loading'
}
