/** What a person sets on this tablet; kept in localStorage, nothing personal in it. */
export interface Settings {
  /** Black on white for bright light. */
  readonly sun: boolean
  readonly leftHanded: boolean
  /** Camera chosen by the person, or null for the one at the back. */
  readonly lens: string | null
}

const name = 'eventpass-door-settings'
const standard: Settings = { sun: false, leftHanded: false, lens: null }

/** Reads what was kept; whatever is not as it should be is left at the standard. */
export function readSettings(storage: Pick<Storage, 'getItem'>): Settings {
  try {
    const kept: unknown = JSON.parse(storage.getItem(name) ?? '{}')
    const field = (key: string): unknown => (kept instanceof Object ? Reflect.get(kept, key) : null)
    const lens = field('lens')
    return {
      sun: field('sun') === true,
      leftHanded: field('leftHanded') === true,
      lens: typeof lens === 'string' ? lens : null,
    }
  } catch {
    return standard
  }
}

/** Keeps the settings; a browser that forbids storage loses them at the next start, no more. */
export function writeSettings(storage: Pick<Storage, 'setItem'>, settings: Settings): void {
  try {
    storage.setItem(name, JSON.stringify(settings))
  } catch {
    return
  }
}
