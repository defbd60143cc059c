import type { ScanRow } from '../central/rows.ts'
import type { Tablet } from '../gate/tablet.ts'
import { overwriteDisk, type TabletDisk } from '../gate/tablet-disk.ts'
import { deviceOfTablet } from './devices.ts'
import type { Memory } from './memory.ts'
import type { World } from './world.ts'

/** At night nobody works: a tablet that starts then sleeps until the morning. */
export function startTablet(world: World, tablet: Tablet): void {
  tablet.start()
  if (world.isNight) tablet.fallAsleep()
}

/** From now on there are, or were, two tablets that say they are this device. */
export function markCopied({ truth }: World, tablet: Tablet): void {
  const device = deviceOfTablet(tablet)
  if (device) truth.copied.add(device)
}

/** Yesterday's disk in place of today's: what was made since is gone with it. */
export function restoreTablet(world: World, tablet: Tablet, backup: TabletDisk): void {
  const { rare, time, truth } = world
  tablet.kill()
  const kept = new Set(hashesOn(backup))
  markCopied(world, tablet)
  for (const hash of hashesOn(tablet.disk)) if (!kept.has(hash)) truth.destroyed.add(hash)
  overwriteDisk(tablet.disk, backup)
  markCopied(world, tablet)
  rare.add('tablet_restored')
  time.after(500, () => startTablet(world, tablet))
}

/** The manifest's file is gone; the ledger is whole. */
export function damageManifest(world: World, tablet: Tablet): void {
  tablet.kill()
  tablet.disk.manifests.manifests.clear()
  world.rare.add('manifest_damaged')
  world.time.after(300, () => startTablet(world, tablet))
}

/** A yes of the life that was lost may still be on its way to a gate, which shows it. */
const answersUnderwayMs = 5_000

/** Central's database goes back to the last backup, if there is one. */
export function restoreCentral(world: World, { centralBackup }: Memory): void {
  if (!centralBackup) return
  const { central, rare, truth } = world
  central.restore(centralBackup.backup)
  for (const hash of truth.stored) truth.lostByCentral.add(hash)
  truth.stored.clear()
  truth.forget(world.time.nowMs() + answersUnderwayMs)
  for (const { hash } of central.database.rows<ScanRow>('scans')) truth.stored.add(hash)
  world.onCentralRestored(centralBackup.takenAtMs)
  rare.add('central_restored')
}

function hashesOn({ ledgers }: TabletDisk) {
  return [...ledgers.values()].flatMap(({ scans }) => scans.map(({ hash }) => hash))
}
