/**
 * Goal: the plan's memory keeps table and mirror the same, whatever is done to either, and does as
 * the rules say when it writes.
 * Method: the real handler on a small plan in a folder of its own, with a clock that is set by hand.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { backupsPerOccasionMax } from './backups.ts'
import { createLibsqlStore } from './libsql-store.ts'
import { mirrorText } from './mirror-text.ts'
import { findStep } from './plan.ts'
import {
  createClock,
  createProject,
  openTestPlan,
  passed,
  refusal,
  type TestPlan,
  type TestProject,
  type TestSettings,
  value,
} from './testing.ts'

const opened: TestPlan[] = []
afterEach(async () => {
  for (const plan of opened.splice(0)) await plan.close()
})

async function open(project: TestProject, settings: TestSettings = {}): Promise<TestPlan> {
  const plan = await openTestPlan(project.root, settings)
  opened.push(plan)
  return plan
}

const mirrorPath = 'plan/plan-memory.json'

async function tableText(project: TestProject): Promise<string | null> {
  const store = createLibsqlStore(join(project.root, '.eventpass/plan.db'))
  const read = await store.read()
  await store.close()
  return read.kind === 'present' ? mirrorText(read.plan) : null
}

test('[PL4] every change is in the table and, byte for byte, in the mirror', async () => {
  const project = createProject()
  const { handler } = await open(project)
  await handler.start()
  expect(project.read(mirrorPath)).toBe(await tableText(project))
  await handler.saveStepComplete('0.1', passed('0.1'))
  expect(project.read(mirrorPath)).toBe(await tableText(project))
  expect(project.read(mirrorPath)).toContain('"status":"done"')
})

test('[PL20] starting again changes nothing and says so', async () => {
  const project = createProject()
  const { handler } = await open(project)
  expect(value(await handler.start()).began).toBe(true)
  await handler.saveStepComplete('0.1', passed('0.1'))
  const before = project.read(mirrorPath)
  expect(value(await handler.start()).began).toBe(false)
  expect(project.read(mirrorPath)).toBe(before)
})

test('[PL4] before the start every call says that the plan has not begun', async () => {
  const { handler } = await open(createProject())
  const calls = [
    handler.loadMemory(),
    handler.getNextPendingStep(),
    handler.resume(),
    handler.backup(),
    handler.saveStepComplete('0.1', passed('0.1')),
  ]
  for (const result of await Promise.all(calls)) expect(refusal(result)).toBe('not_started')
})

test('[PL4] what a damaged mirror held is kept aside', async () => {
  const project = createProject()
  const first = await open(project)
  await first.handler.start()
  project.write(mirrorPath, '<<<<<<< HEAD')
  await first.handler.loadMemory()
  const aside = readdirSync(join(project.root, 'plan/backups')).filter((name) =>
    name.includes('damaged'),
  )
  expect(aside.map((name) => project.read(`plan/backups/${name}`))).toEqual(['<<<<<<< HEAD'])
})

test('[PL4] files go where the rules say', async () => {
  const project = createProject({
    memory_file: 'elsewhere/memory.json',
    template_file: 'elsewhere/template.json',
    memory_sync: { backup_path: 'elsewhere/copies' },
  })
  project.write('elsewhere/template.json', project.read('plan/plan-template.json'))
  project.remove('plan/plan-template.json')
  const { handler } = await open(project)
  await handler.start()
  expect(project.exists('elsewhere/memory.json')).toBe(true)
  expect(value(await handler.backup())).toMatch(/^elsewhere\/copies\/plan-memory-.*-asked\.json$/)
  expect(project.exists(mirrorPath)).toBe(false)
})

test('[PL17] a template that changed is adopted and said once; its fault is told with its line', async () => {
  const project = createProject()
  const first = await open(project)
  await first.handler.start()
  await first.handler.saveStepComplete('0.1', passed('0.1'))
  const template = project.read('plan/plan-template.json')
  project.write('plan/plan-template.json', template.replace('test -f a', 'test -s a'))
  const plan = value(await first.handler.loadMemory())
  expect(findStep(plan, '0.1')?.status).toBe('pending')
  expect(plan.currentStep).toBe('0.1')
  await first.handler.loadMemory()
  expect(first.kinds()).toEqual(['template_adopted'])

  project.write('plan/plan-template.json', `${template}\n\n}`)
  const failed = await first.handler.loadMemory()
  expect(failed.ok ? '' : failed.failure.message).toMatch(
    /^plan\/plan-template\.json:3:1: expected the end of the file/,
  )
})

test('[PL13] a completion is written at once, or when the command ends', async () => {
  for (const atOnce of [true, false]) {
    const project = createProject({ memory_sync: { auto_write_on_step_complete: atOnce } })
    const { handler } = await open(project)
    await handler.start()
    const saved = value(await handler.saveStepComplete('0.1', passed('0.1')))
    expect(findStep(saved.plan, '0.1')?.status).toBe('done')
    expect(value(await handler.getNextPendingStep())?.id).toBe('0.2')
    expect(project.read(mirrorPath).includes('step_done')).toBe(atOnce)
    await handler.saveStepComplete('0.2', passed('0.2'))
    const flushed = value(await handler.flush())
    expect(findStep(flushed, '0.2')?.status).toBe('done')
    expect(project.read(mirrorPath)).toBe(await tableText(project))
    expect(project.read(mirrorPath).match(/step_done/g)?.length).toBe(2)
  }
})

test('[PL8] a backup is made when the interval is over and the plan has moved', async () => {
  const project = createProject()
  const clock = createClock()
  const { handler } = await open(project, { clock })
  await handler.start()
  const names = () =>
    project.exists('plan/backups') ? readdirSync(join(project.root, 'plan/backups')) : []
  await handler.saveStepComplete('0.1', passed('0.1'))
  expect(names().length).toBe(1)
  clock.ms += 4 * 60_000
  await handler.saveStepComplete('0.2', passed('0.2'))
  expect(names().length).toBe(1)
  clock.ms += 61_000
  await handler.backupWhenDue()
  expect(names().length).toBe(2)
  expect(project.read(`plan/backups/${names()[1]}`)).toBe(project.read(mirrorPath))
  clock.ms += 60 * 60_000
  await handler.backupWhenDue()
  expect(names().length).toBe(2)
})

test('[PL8] the newest twenty of an occasion are kept', async () => {
  const project = createProject()
  const clock = createClock()
  const { handler } = await open(project, { clock })
  await handler.start()
  for (let at = 0; at < backupsPerOccasionMax + 5; at++) {
    clock.ms += 1_000
    await handler.backup('critical')
  }
  await handler.backup('asked')
  const names = readdirSync(join(project.root, 'plan/backups')).sort()
  const critical = names.filter((name) => name.includes('critical'))
  expect(critical.length).toBe(backupsPerOccasionMax)
  expect(critical.at(-1)).toContain('20260102T030430000Z')
  expect(names.length).toBe(backupsPerOccasionMax + 1)
})

test('[PL12] work that was cut off is taken up, unless the rules forbid it', async () => {
  for (const allowed of [true, false]) {
    const project = createProject({ cli_behavior: { allow_resume: allowed } })
    const { handler } = await open(project)
    await handler.start()
    await handler.record(() => ({
      ok: true,
      value: { drafts: [{ event: 'step_started', step: '0.1', status: 'running' }] },
    }))
    const resumed = await handler.resume()
    if (allowed) {
      expect(value(resumed).interrupted).toEqual(['0.1'])
      expect(findStep(value(resumed).plan, '0.1')?.status).toBe('pending')
      expect(value(await handler.resume()).interrupted).toEqual([])
    } else {
      expect(refusal(resumed)).toBe('resume_not_allowed')
    }
  }
})
