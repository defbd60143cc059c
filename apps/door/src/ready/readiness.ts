import { countInWords } from '@eventpass/domain'
import type { DoorState } from '../app/door-state.ts'
import { ageInWords } from '../words/ages.ts'

/** `good`: ready. `warn`: works, with a risk that is named. `bad`: mend it before doors open. */
export type Grade = 'good' | 'warn' | 'bad' | 'asking'

export interface Check {
  readonly name: string
  readonly grade: Grade
  readonly says: string
}

/** What the page knows beside the door's own state. */
export interface ReadyFacts {
  /** Whether the known picture was read; null while it is being tried. */
  readonly decodes: boolean | null
  /** Whether a service worker has the whole app on this tablet. */
  readonly offline: boolean
  /** On an iPhone or iPad, in the browser and not from the Home Screen. */
  readonly needsHomeScreen: boolean
}

const listStaleMs = 15 * 60_000

/** What to look at before doors open, in the order in which it hurts (DR10). */
export function readinessOf(state: DoorState, facts: ReadyFacts): readonly Check[] {
  const checks = [
    listCheck(state),
    cameraCheck(state),
    decoderCheck(facts),
    storageCheck(state),
    offlineCheck(facts),
    soundCheck(state),
    screenCheck(state),
  ]
  return facts.needsHomeScreen ? [...checks, homeScreenCheck] : checks
}

const homeScreenCheck: Check = {
  name: 'Home Screen',
  grade: 'bad',
  says: 'Tap Share, then “Add to Home Screen”, and open it from there: Safari may delete the scans of a page after seven days.',
}

function listCheck({ status }: DoorState): Check {
  const name = 'List'
  if (status.tickets === null)
    return { name, grade: 'bad', says: 'Not loaded yet. Go online once.' }
  const tickets = countInWords(status.tickets, 'ticket', 'tickets')
  const age = status.listAgeMs ?? 0
  const says = `${tickets}, ${ageInWords(age)} old.`
  return { name, grade: age > listStaleMs ? 'warn' : 'good', says }
}

function cameraCheck({ camera }: DoorState): Check {
  const says = {
    off: 'Not started.',
    asking: 'Waiting for the browser’s permission.',
    on: 'Running.',
    blocked: 'Blocked. Allow the camera for this site in the browser’s settings.',
    missing: 'None found. Use a hardware scanner, or search by name.',
    failed: 'Does not start. Close other apps that use it; it is tried again by itself.',
  }[camera.phase]
  const grade: Record<typeof camera.phase, Grade> = {
    off: 'asking',
    asking: 'asking',
    on: 'good',
    blocked: 'bad',
    missing: 'warn',
    failed: 'bad',
  }
  return { name: 'Camera', grade: grade[camera.phase], says }
}

function decoderCheck({ decodes }: ReadyFacts): Check {
  const name = 'Reading codes'
  if (decodes === null) return { name, grade: 'asking', says: 'Trying a known picture.' }
  return decodes
    ? { name, grade: 'good', says: 'A known picture was read.' }
    : { name, grade: 'bad', says: 'A known picture was not read. Reload this page while online.' }
}

function storageCheck({ storageKept, status }: DoorState): Check {
  const name = 'Storage'
  const kept = storageKept ?? status.storagePersistent
  if (kept === null) return { name, grade: 'asking', says: 'Asking the browser to keep it.' }
  return kept
    ? { name, grade: 'good', says: 'The browser promised to keep what is on this tablet.' }
    : {
        name,
        grade: 'warn',
        says: 'The browser may clear it when space runs out. Install this app to make it keep.',
      }
}

function offlineCheck({ offline }: ReadyFacts): Check {
  const name = 'Without network'
  return offline
    ? { name, grade: 'good', says: 'The app is on this tablet and starts without network.' }
    : { name, grade: 'warn', says: 'Not yet. Stay online for a moment, then reload this page.' }
}

function soundCheck({ soundOpen }: DoorState): Check {
  return soundOpen
    ? { name: 'Sound', grade: 'good', says: 'On. Turn the volume up.' }
    : { name: 'Sound', grade: 'warn', says: 'Off until the first tap on the screen.' }
}

function screenCheck({ wake }: DoorState): Check {
  return wake === 'on'
    ? { name: 'Screen', grade: 'good', says: 'Stays on.' }
    : {
        name: 'Screen',
        grade: 'warn',
        says: 'May go dark by itself. Set a longer time in the tablet’s settings.',
      }
}
