import {
  type ContractCase,
  equal,
  present,
  type RunTest,
  runCases,
} from './contract-case.contract.ts'
import { contentOf, digestOf, type ManifestContent, ticketOf } from './fixtures.fake.ts'
import type { SnapshotFiles } from './stores.ts'

/** A folder of manifest files of its own, empty at first. */
export interface SnapshotHarness {
  readonly files: SnapshotFiles
  /** The same folder after a killed process; older handles are not used any more. */
  readonly restart: () => Promise<SnapshotFiles>
  /** A snapshot as central serves it: its gzip bytes, their SHA-256 hex, and the file's own size. */
  readonly build: (
    content: ManifestContent,
  ) => Promise<{ readonly gzip: Uint8Array; readonly sha256: string; readonly bytes: number }>
}

/** Runs the contract of snapshot files: `snapshotFilesContract(test, makeHarness)` inside a `describe`. */
export function snapshotFilesContract(
  runTest: RunTest,
  make: () => Promise<SnapshotHarness>,
): void {
  runCases(runTest, snapshotFilesCases, make)
}

const content = contentOf({ revision: 3, tickets: [ticketOf(1), ticketOf(2)] })

/** The same cases as data, for runners other than Vitest. */
export const snapshotFilesCases: readonly ContractCase<SnapshotHarness>[] = [
  {
    title: 'a download in parts becomes a manifest that opens again after a restart',
    run: async ({ files, restart, build }) => {
      const { gzip, sha256, bytes } = await build(content)
      const download = await files.begin('manifest-3', gzip.length)
      equal(download.keptBytes, 0, 'nothing kept')
      await download.write(gzip.slice(0, 10))
      await download.write(gzip.slice(10))
      equal(await download.sha256(), sha256, 'hash')
      const store = present(await download.finish(bytes), 'manifest')
      equal((await store.info()).revision, 3, 'revision')
      await store.close()

      const again = await restart()
      const reopened = present(await again.open('manifest-3'), 'reopened')
      equal((await reopened.findTicket(digestOf(2)))?.name, 'Guest 2', 'row')
      equal(await again.list(), ['manifest-3'], 'list')
      await reopened.close()
    },
  },
  {
    title: '[SY4] an interrupted download goes on after a restart where it stood',
    run: async ({ files, restart, build }) => {
      const { gzip, sha256, bytes } = await build(content)
      const first = await files.begin('manifest-3', gzip.length)
      await first.write(gzip.slice(0, 25))

      const second = await (await restart()).begin('manifest-3', gzip.length)
      equal(second.keptBytes, 25, 'kept')
      await second.write(gzip.slice(25, 40))
      await second.pause()

      const files3 = await restart()
      const third = await files3.begin('manifest-3', gzip.length)
      equal(third.keptBytes, 40, 'kept again')
      await third.write(gzip.slice(40))
      equal(await third.sha256(), sha256, 'hash')
      await present(await third.finish(bytes), 'manifest').close()
    },
  },
  {
    title: 'bytes that are no manifest give none, and the name is then free to be removed',
    run: async ({ files, build }) => {
      const { gzip, bytes } = await build(content)
      const broken = gzip.slice()
      broken.fill(0xff, 12, 20)
      const download = await files.begin('manifest-3', broken.length)
      await download.write(broken)
      equal((await download.finish(bytes)) === null, true, 'no manifest')
      equal((await files.open('manifest-3')) === null, true, 'not to be opened')
      await files.remove('manifest-3')
      equal(await files.list(), [], 'nothing left')
    },
  },
  {
    title: 'a manifest of another size than announced is not taken',
    run: async ({ files, build }) => {
      const { gzip, bytes } = await build(content)
      const download = await files.begin('manifest-3', gzip.length)
      await download.write(gzip)
      equal((await download.finish(bytes + 1)) === null, true, 'no manifest')
    },
  },
  {
    title: 'a missing manifest opens as null and removing it is no error',
    run: async ({ files }) => {
      equal((await files.open('manifest-8')) === null, true, 'missing')
      await files.remove('manifest-8')
      equal(await files.list(), [], 'empty')
    },
  },
  {
    title: 'two manifests stand side by side until the older is removed',
    run: async ({ files, build }) => {
      for (const revision of [3, 4]) {
        const { gzip, bytes } = await build({ ...content, revision })
        const download = await files.begin(`manifest-${revision}`, gzip.length)
        await download.write(gzip)
        await present(await download.finish(bytes), 'manifest').close()
      }
      await files.remove('manifest-3')
      equal(await files.list(), ['manifest-4'], 'the newer stays')
      const newer = present(await files.open('manifest-4'), 'newer')
      equal((await newer.info()).revision, 4, 'revision')
      await newer.close()
    },
  },
]
