/**
 * Goal: a step is done by what the rules accept, in the order they ask for, and by nothing else.
 * Method: each rule of `ai-rules.json` on and off, on a small plan.
 */
import { afterEach, expect, test } from 'vitest'
import { findStep, type Plan, stepsOf } from './plan.ts'
import {
  byHand,
  checks,
  createProject,
  migration,
  openTestPlan,
  passed,
  refusal,
  smallPlan,
  type TestPlan,
  testRun,
  value,
} from './testing.ts'

const opened: TestPlan[] = []
afterEach(async () => {
  for (const plan of opened.splice(0)) await plan.close()
})

async function begun(...project: Parameters<typeof createProject>) {
  const plan = await openTestPlan(createProject(...project).root)
  opened.push(plan)
  await plan.handler.start()
  return plan.handler
}

const word = (reason: string | null, force = false) =>
  ({ kind: 'confirm', by: 'Ada', reason, force }) as const

const statuses = (plan: Plan): string[] => stepsOf(plan).map(({ id, status }) => `${id} ${status}`)

test('[PL9] a step of a later phase is proven, and moves up when the earlier phase is complete', async () => {
  const handler = await begun(
    {},
    { '0': smallPlan['0'], '1': { '1.1': checks('c'), '1.2': migration } },
  )
  await handler.saveStepComplete('1.1', passed('1.1'))
  await handler.saveStepComplete('1.2', passed('1.2'))
  await handler.saveStepComplete('0.1', passed('0.1'))
  const before = value(await handler.loadMemory())
  expect(statuses(before)).toEqual(['0.1 done', '0.2 pending', '1.1 proven', '1.2 proven'])
  expect(before.currentStep).toBe('0.2')

  const after = value(await handler.saveStepComplete('0.2', passed('0.2'))).plan
  expect(statuses(after)).toEqual(['0.1 done', '0.2 done', '1.1 done', '1.2 waiting'])
  expect(after.currentStep).toBe('1.2')
  expect(findStep(after, '1.1')?.run).toBe(testRun('1.1').id)
})

test('[PL9] without require_complete_previous a later step is done at once', async () => {
  const handler = await begun({ phase_transition: { require_complete_previous: false } })
  await handler.saveStepComplete('1.1', passed('1.1'))
  const { plan } = value(await handler.saveStepComplete('1.2', word('seen')))
  expect(statuses(plan)).toEqual(['0.1 pending', '0.2 pending', '1.1 waiting', '1.2 done'])
})

test('[PL9] a person cannot confirm a step of a later phase before its time', async () => {
  const handler = await begun()
  expect(refusal(await handler.saveStepComplete('1.2', word('seen')))).toBe('earlier_phase_open')
  await handler.saveStepComplete('1.1', passed('1.1'))
  expect(refusal(await handler.saveStepComplete('1.1', word(null)))).toBe('earlier_phase_open')
})

test('[PL9] forcing past an open phase needs allow_force_advance, and leaves its mark', async () => {
  const strict = await begun()
  expect(refusal(await strict.saveStepComplete('1.2', word('seen', true)))).toBe(
    'force_not_allowed',
  )
  const forced = { ...passed('1.1'), force: true }
  expect(refusal(await strict.saveStepComplete('1.1', forced))).toBe('force_not_allowed')

  const lenient = await begun({ cli_behavior: { allow_force_advance: true } })
  const { plan } = value(await lenient.saveStepComplete('1.2', word('seen', true)))
  expect(findStep(plan, '1.2')?.status).toBe('done')
  expect(plan.history.at(-1)?.note).toBe('forced past an open phase')
})

test('[PL10] a change that the rules name waits for a person after its proof', async () => {
  const plan = { '0': { '0.1': migration, '0.2': { ...checks('d'), change: 'production_deploy' } } }
  const handler = await begun({}, plan)
  for (const id of ['0.1', '0.2']) {
    expect(refusal(await handler.saveStepComplete(id, word('trust me')))).toBe('not_proven')
    const proven = value(await handler.saveStepComplete(id, passed(id))).plan
    expect(findStep(proven, id)?.status).toBe('waiting')
    const confirmed = value(await handler.saveStepComplete(id, word(null))).plan
    expect(findStep(confirmed, id)).toMatchObject({
      status: 'done',
      by: 'Ada',
      run: testRun(id).id,
    })
  }
})

test('[PL10] a change that the rules do not name is done by its proof', async () => {
  const rules = { phase_transition: { manual_confirm_for: ['production_deploy'] } }
  const handler = await begun(rules, { '0': { '0.1': { ...checks('a'), change: 'db_migration' } } })
  const { plan } = value(await handler.saveStepComplete('0.1', passed('0.1')))
  expect(findStep(plan, '0.1')?.status).toBe('done')
})

test("[PL10] nobody's word stands in for a proof", async () => {
  const handler = await begun()
  expect(refusal(await handler.saveStepComplete('0.1', word('it works for me')))).toBe('has_proof')
  expect(statuses(value(await handler.loadMemory()))[0]).toBe('0.1 pending')
})

test('[PL10] what is done is not confirmed over: the first word stands', async () => {
  const handler = await begun({}, { '0': { '0.1': byHand, '0.2': checks('a'), '0.3': byHand } })
  value(await handler.saveStepComplete('0.1', word('saw it')))
  value(await handler.saveStepComplete('0.2', passed('0.2')))
  for (const id of ['0.1', '0.2']) {
    expect(refusal(await handler.saveStepComplete(id, word('me too')))).toBe('already_done')
  }
  const plan = value(await handler.loadMemory())
  expect(findStep(plan, '0.1')?.reason).toBe('saw it')
})

test('[PL10] a manual step needs a reason that says something', async () => {
  const handler = await begun({ phase_transition: { require_complete_previous: false } })
  expect(refusal(await handler.saveStepComplete('1.2', word(null)))).toBe('needs_reason')
  expect(refusal(await handler.saveStepComplete('1.2', word('  ')))).toBe('needs_reason')
  const { plan } = value(await handler.saveStepComplete('1.2', word(' looked at it ')))
  expect(findStep(plan, '1.2')).toMatchObject({ by: 'Ada', reason: 'looked at it', run: null })
})

test('[PL11] the plan moves on after the kinds of proof that the rules name', async () => {
  const tests = { ...checks('b'), proof: { by: 'tests', command: 'test -f b' } }
  const phases = { '0': { '0.1': checks('a'), '0.2': tests, '0.3': checks('c') } }
  for (const [named, moves] of [
    [
      ['scripted', 'unit_tests_passed'],
      [true, true],
    ],
    [['scripted'], [true, false]],
    [['unit_tests_passed'], [false, true]],
    [[], [false, false]],
  ] as const) {
    const handler = await begun({ phase_transition: { auto_advance_when: named } }, phases)
    const first = value(await handler.saveStepComplete('0.1', passed('0.1')))
    expect(first.advances).toBe(moves[0])
    expect(first.plan.currentStep).toBe(moves[0] ? '0.2' : '0.1')
    const second = value(await handler.saveStepComplete('0.2', passed('0.2')))
    expect(second.advances).toBe(moves[1])
    expect(second.plan.currentStep === '0.3').toBe(moves[1])
  }
})

test('[PL20] an unknown step is refused with the one that was probably meant', async () => {
  const handler = await begun()
  const result = await handler.saveStepComplete('0.11', passed('0.11'))
  expect(result).toMatchObject({
    ok: false,
    failure: { message: 'There is no step "0.11".', hint: 'Did you mean 0.1?' },
  })
  const far = await handler.saveStepComplete('everything', passed('everything'))
  expect(far).toMatchObject({ ok: false, failure: { hint: 'All steps: eventpass ai status' } })
})
