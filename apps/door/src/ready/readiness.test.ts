import { expect, test } from 'vitest'
import { readyStatus } from '../app/demo-gate.fake.ts'
import { type DoorState, firstState } from '../app/door-state.ts'
import { cameraOff } from '../camera/camera-state.ts'
import { type ReadyFacts, readinessOf } from './readiness.ts'

/** Goal: what would hurt at the door is named before it opens. Method: states by example. */
const ready: DoorState = {
  ...firstState({ sun: false, leftHanded: false, lens: null }),
  status: readyStatus,
  camera: { ...cameraOff, phase: 'on' },
  soundOpen: true,
  wake: 'on',
  storageKept: true,
}
const facts: ReadyFacts = { decodes: true, offline: true, needsHomeScreen: false }
const gradeOf = (name: string, state = ready, known = facts) =>
  readinessOf(state, known).find((check) => check.name === name)?.grade

test('[DR10] a tablet with nothing wrong is good in every point', () => {
  expect(readinessOf(ready, facts).map((check) => check.grade)).toEqual(Array(7).fill('good'))
})

test('[DR10] storage that may be cleared, a blocked camera and a blind decoder are named', () => {
  expect(gradeOf('Storage', { ...ready, storageKept: false })).toBe('warn')
  expect(gradeOf('Camera', { ...ready, camera: { ...cameraOff, phase: 'blocked' } })).toBe('bad')
  expect(gradeOf('Reading codes', ready, { ...facts, decodes: false })).toBe('bad')
  expect(gradeOf('List', { ...ready, status: { ...readyStatus, tickets: null } })).toBe('bad')
  expect(gradeOf('Without network', ready, { ...facts, offline: false })).toBe('warn')
})

test('[DR10] on an iPad outside the Home Screen, it says how to install', () => {
  expect(gradeOf('Home Screen')).toBeUndefined()
  expect(gradeOf('Home Screen', ready, { ...facts, needsHomeScreen: true })).toBe('bad')
})
