import { CommandFailed } from './command-failed.ts'
import type { Central } from './connect.ts'

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The event that a person means: by its id, or by a name that only one event has. */
export async function findEvent(central: Central, wanted: string) {
  if (uuid.test(wanted)) return central.events.get.query({ event: wanted.toLowerCase() })
  const events = await central.events.list.query()
  const named = events.filter(({ name }) => name.toLowerCase() === wanted.toLowerCase())
  const [event] = named
  if (named.length > 1) {
    const ids = named.map(({ id }) => `  ${id}`).join('\n')
    throw new CommandFailed(
      `${named.length} events are called "${wanted}". Name one by its id:\n${ids}`,
    )
  }
  if (!event) {
    const names = events.slice(0, 10).map(({ name }) => `"${name}"`)
    throw new CommandFailed(
      names.length === 0
        ? 'There is no event yet. Make one with: eventpass events create'
        : `There is no event "${wanted}". There is ${names.join(', ')}.`,
    )
  }
  return central.events.get.query({ event: event.id })
}

/** The list or gate that is meant, by name; the only one where none is named. */
export function findNamed<Thing extends { readonly name: string }>(
  kind: string,
  things: readonly Thing[],
  wanted: string | undefined,
): Thing {
  const [first] = things
  const found =
    wanted === undefined
      ? first
      : things.find(({ name }) => name.toLowerCase() === wanted.toLowerCase())
  const names = things.map(({ name }) => `"${name}"`).join(', ')
  if (!found)
    throw new CommandFailed(`The event has no ${kind} "${wanted ?? ''}". It has ${names}.`)
  if (wanted === undefined && things.length > 1) {
    throw new CommandFailed(`The event has several. Choose one with --${kind}: ${names}`)
  }
  return found
}
