import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take half a minute and more. Begun late, one of them would keep one core waiting for the other. */
export const slowFiles = [
  'packages/db/src/central.test.ts',
  'apps/server/history/history.test.ts',
  'apps/server/src/kill-loops/kill-loops.test.ts',
  'packages/db/src/import-large.test.ts',
  'packages/replica/src/wasm/gate-stores.browser.test.ts',
  'packages/sync/src/gate/crash.test.ts',
  'apps/server/src/failover/outage.test.ts',
  'infra/services/services.test.ts',
]

/** Vitest would begin with the largest files, until it remembers how long each took: never on a new clone. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = slowFiles.findIndex((name) => moduleId.endsWith(name))
      return place < 0 ? slowFiles.length : place
    }
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b))
  }
}
