import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { mirrorText } from './mirror-text.ts'
import { findStep } from './plan.ts'
import type { StoreUnderTest } from './plan-store.contract.ts'
import {
  createProject,
  openTestPlan,
  passed,
  type TestPlan,
  type TestProject,
  value,
} from './testing.ts'

const path = 'plan/plan-memory.json'

/** What was done to table or mirror, and what the next command says of it. */
interface Harm {
  readonly what: string
  readonly says: readonly string[]
  readonly harm: (project: TestProject, table: StoreUnderTest) => unknown
}

const edited = (project: TestProject, change: (text: string) => string): void =>
  project.write(path, change(project.read(path)))

const conflicted = (text: string): string =>
  text.replace(
    / {2}"checksum": .*\n/,
    (line) => `<<<<<<< HEAD\n${line}=======\n  "checksum": "0123"\n>>>>>>> theirs\n`,
  )

const harms: readonly Harm[] = [
  { what: 'nothing', says: [], harm: () => {} },
  { what: 'a missing mirror', says: ['mirror_missing'], harm: (project) => project.remove(path) },
  {
    what: 'a mirror that was cut off',
    says: ['mirror_damaged'],
    harm: (project) => edited(project, (text) => text.slice(0, 700)),
  },
  {
    what: 'a mirror full of conflict marks',
    says: ['mirror_damaged'],
    harm: (project) => edited(project, conflicted),
  },
  {
    what: 'a mirror edited by hand',
    says: ['mirror_edited'],
    harm: (project) => edited(project, (text) => text.replaceAll('"pending"', '"done"')),
  },
  {
    what: 'a mirror in another form',
    says: ['mirror_reformatted'],
    harm: (project) => edited(project, (text) => JSON.stringify(JSON.parse(text))),
  },
  {
    what: 'a mirror from before the last change',
    says: ['mirror_behind'],
    harm: (project) => project.write(path, project.read('before.json')),
  },
  {
    what: 'a table with a status set by hand',
    says: ['table_edited'],
    harm: (_, table) => table.run("update PLAN.steps set status = 'done' where id = '1.2'"),
  },
  {
    what: 'a table with a line of history changed',
    says: ['table_edited', 'table_behind'],
    harm: (_, table) => table.run("update PLAN.history set step = '0.2' where step = '0.1'"),
  },
  {
    what: 'a table that lacks its last line of history',
    says: ['table_edited', 'table_behind'],
    harm: (_, table) =>
      table.run(
        'delete from PLAN.history where position = (select max(position) from PLAN.history)',
      ),
  },
  {
    what: 'a table that lacks a column',
    says: ['table_damaged'],
    harm: (_, table) => table.run('alter table PLAN.steps drop column title'),
  },
  {
    what: 'a table of which a part is missing',
    says: ['table_damaged'],
    harm: (_, table) => table.run('drop table PLAN.history'),
  },
  {
    what: 'an unreadable table',
    says: ['table_damaged'],
    harm: (_, table) => table.damage(),
  },
  { what: 'a missing table', says: ['table_missing'], harm: (_, table) => table.lose() },
]

/** What the tracker promises of a table and its mirror, wherever the table is kept. */
export function tableAndMirrorContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(name, () => {
    let table: StoreUnderTest
    beforeEach(async () => {
      table = await open()
    })
    afterEach(() => table.remove())

    const openPlan = async (project: TestProject): Promise<TestPlan> =>
      openTestPlan(project.root, { store: await table.again() })

    async function tableText(): Promise<string | null> {
      const store = await table.again()
      const read = await store.read()
      await store.close()
      return read.kind === 'present' ? mirrorText(read.plan) : null
    }

    const each = harms.map((one) => [one.what, one] as const)
    test.each(each)(
      '[PL4] %s is mended at the next command, and that is said once',
      async (_, { harm, says }) => {
        const project = createProject()
        const first = await openPlan(project)
        await first.handler.start()
        project.write('before.json', project.read(path))
        await first.handler.saveStepComplete('0.1', passed('0.1'))
        const whole = project.read(path)
        expect(await tableText()).toBe(whole)
        await first.close()
        await table.store.close()
        await harm(project, table)

        const second = await openPlan(project)
        const plan = value(await second.handler.loadMemory())
        expect(second.kinds()).toEqual(says)
        expect(findStep(plan, '0.1')?.status).toBe('done')
        expect(project.read(path)).toBe(whole)
        expect(await tableText()).toBe(whole)
        await second.close()

        const third = await openPlan(project)
        await third.handler.loadMemory()
        expect(third.kinds()).toEqual([])
        await third.close()
      },
    )
  })
}
