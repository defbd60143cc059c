import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ok, type Result, reportMarkdown, reportOf } from '@eventpass/plan'
import type { AiAnswer, AiContext, CommonOptions } from './answer.ts'
import { archiveLine } from './archive.ts'

export async function reportCommand(
  context: AiContext,
  _words: readonly string[],
  options: CommonOptions,
): Promise<Result<AiAnswer>> {
  const { plan, surroundings } = context
  const loaded = await plan.handler.loadMemory()
  if (!loaded.ok) return loaded
  const archived = await archiveLine(context)
  if (!archived.ok) return archived
  const report = reportOf(loaded.value, plan.learned, surroundings.nowMs())
  const json = { ...report, ...archived.value.json }
  const markdown = `${reportMarkdown(report)}${archived.value.lines.map((line) => `${line}\n`).join('')}`
  if (options.out === undefined) return ok({ text: markdown, json, exitCode: 0 })
  const written = options.json === true ? `${JSON.stringify(json, null, 2)}\n` : markdown
  await writeFile(resolve(surroundings.cwd, options.out), written)
  return ok({ text: `Wrote ${options.out}.\n`, json: { ...json, out: options.out }, exitCode: 0 })
}
