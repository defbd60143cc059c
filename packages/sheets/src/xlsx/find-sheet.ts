import { SheetStopped } from '../sheet-stopped.ts'
import { damaged, type Workbook } from './open-workbook.ts'
import { readXml } from './read-xml.ts'

const plainName = 'xl/worksheets/sheet1.xml'

/** Name of the part that holds the first visible sheet (ECMA-376 part 1, 18.2.19). */
export async function findSheet(workbook: Workbook): Promise<string> {
  if (!workbook.has('xl/workbook.xml')) {
    if (workbook.has(plainName)) return plainName
    throw new SheetStopped(
      'unreadable_file',
      'This is an archive, but no XLSX workbook. Save the list as .xlsx or .csv and try again.',
    )
  }
  const visible: string[] = []
  await drain(
    readXml(workbook.read('xl/workbook.xml'), {
      onOpen: (name, attributes) => {
        const id = attributes['r:id']
        const hidden = attributes.state === 'hidden' || attributes.state === 'veryHidden'
        if (name === 'sheet' && id && !hidden) visible.push(id)
      },
    }),
  )
  const [first] = visible
  const target = first && (await relationsOf(workbook)).find(({ id }) => id === first)?.target
  const name = target ? partName(target) : plainName
  if (!workbook.has(name)) throw damaged()
  return name
}

/** Name of the part that holds the texts which cells share, however its program calls it; null where there is none. */
export async function findSharedTexts(workbook: Workbook): Promise<string | null> {
  const relations = await relationsOf(workbook)
  const found = relations.find(({ type }) => /\/sharedStrings$/i.test(type))
  const name = found ? partName(found.target) : 'xl/sharedStrings.xml'
  return workbook.has(name) ? name : null
}

interface Relation {
  readonly id: string
  readonly type: string
  readonly target: string
}

async function relationsOf(workbook: Workbook): Promise<readonly Relation[]> {
  const targets: Relation[] = []
  const relations = 'xl/_rels/workbook.xml.rels'
  if (!workbook.has(relations)) return targets
  await drain(
    readXml(workbook.read(relations), {
      onOpen: (name, { Id, Type = '', Target }) => {
        if (name === 'Relationship' && Id && Target) {
          targets.push({ id: Id, type: Type, target: Target })
        }
      },
    }),
  )
  return targets
}

/** Targets are absolute within the archive, or relative to xl/. */
function partName(target: string): string {
  return target.startsWith('/') ? target.slice(1) : `xl/${target}`
}

export async function drain(steps: AsyncIterable<void>): Promise<void> {
  for await (const _ of steps) {
    // The handlers gather; there is nothing to do between the pieces.
  }
}
