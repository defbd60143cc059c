import { createReadStream, existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** What earlier exports put into a folder, by what their index says. */
export interface EarlierExport {
  readonly numbers: ReadonlySet<number>
  readonly sheets: number
}

/** What the images of an invitee's code are called, without their endings. */
export function imageName(no: number): string {
  return String(no).padStart(6, '0')
}

/** Reads the indexes of earlier exports; one that was broken off counts as well. */
export async function readEarlierExport(
  folder: string,
  indexes: readonly string[],
  codesPerSheet: number,
): Promise<EarlierExport> {
  const numbers = new Set<number>()
  for (const path of indexes.map((name) => join(folder, name)).filter((one) => existsSync(one))) {
    for await (const line of createInterface({ input: createReadStream(path) })) {
      const [, no, image] = /^(\d+),.*,codes\/(\d{6,})\.(?:png|svg)$/.exec(line) ?? []
      // Somebody else's index.csv may say anything: ours gives each image the number of its row.
      if (no !== undefined && no.padStart(6, '0') === image) numbers.add(Number(no))
    }
  }
  return { numbers, sheets: Math.ceil(numbers.size / codesPerSheet) }
}

/**
 * Takes away images and sheets of an earlier export that this one did not write again: the code of a
 * ticket that was revoked since must not be printed by mistake. Nothing else in the folder is touched.
 */
export async function removeEarlier(
  folder: string,
  { numbers, sheets }: EarlierExport,
  now: { readonly numbers: ReadonlySet<number>; readonly sheets: number },
): Promise<void> {
  for (const no of numbers) {
    if (now.numbers.has(no)) continue
    const name = imageName(no)
    for (const ending of ['png', 'svg']) {
      await rm(join(folder, 'codes', `${name}.${ending}`), { force: true })
    }
  }
  for (let sheet = Math.max(now.sheets, 1) + 1; sheet <= sheets; sheet += 1) {
    await rm(join(folder, `sheet-${sheet}.html`), { force: true })
  }
}
