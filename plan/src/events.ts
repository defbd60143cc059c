import type { PlanFiles } from './plan-files.ts'
import type { LogLevel, Rules } from './rules-file.ts'

/** The log is moved to `events.1.ndjson` beyond this size; the one before that is dropped. */
export const eventsBytesMax = 1_000_000

const eventsFile = 'plan/events.ndjson'

interface TrackerEvent {
  readonly level: LogLevel
  readonly event: string
  readonly message: string
  readonly step?: string
}

/** Sends a text to everyone who listens on a channel. */
export type Publish = (channel: string, text: string) => Promise<void>

export interface EventLog {
  emit(event: TrackerEvent): Promise<void>
}

const weight: Record<LogLevel, number> = { error: 0, warn: 1, info: 2, debug: 3 }

/**
 * Tells what the tracker does: one JSON line an event in `plan/events.ndjson`, and the same text
 * on the channel of the rules where there is a publisher.
 *
 * Events above `logging.level` are dropped. A publisher that fails takes nothing down with it:
 * the line in the file says that it did.
 */
export function createEventLog(deps: {
  readonly files: PlanFiles
  readonly rules: Rules
  readonly publish: Publish | null
  readonly nowMs: () => number
}): EventLog {
  const { files, rules, publish, nowMs } = deps

  async function write(event: TrackerEvent): Promise<string> {
    const at = new Date(nowMs()).toISOString()
    const text = JSON.stringify({ at, channel: rules.eventEmitChannel, ...event })
    await files.appendText(eventsFile, `${text}\n`)
    return text
  }

  return {
    async emit(event) {
      if (weight[event.level] > weight[rules.logLevel]) return
      await rotate(files)
      const text = await write(event)
      try {
        await publish?.(rules.eventEmitChannel, text)
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        await write({ level: 'warn', event: 'publish_failed', message: why })
      }
    },
  }
}

async function rotate(files: PlanFiles): Promise<void> {
  if ((await files.sizeOf(eventsFile)) < eventsBytesMax) return
  await files.renameFile(eventsFile, eventsFile.replace('.ndjson', '.1.ndjson'))
}
