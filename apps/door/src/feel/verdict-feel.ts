import type { Tone } from '../words/verdict-words.ts'

interface Note {
  readonly hertz: number
  readonly ms: number
  /** Silence after it. */
  readonly restMs: number
  readonly shape: OscillatorType
}

/** What each verdict sounds like: told apart with eyes closed, also by those who hear no pitch. */
export const sounds: Readonly<Record<Tone, readonly Note[]>> = {
  admit: [
    { hertz: 660, ms: 120, restMs: 15, shape: 'triangle' },
    { hertz: 990, ms: 120, restMs: 0, shape: 'triangle' },
  ],
  refuse: [
    { hertz: 165, ms: 180, restMs: 70, shape: 'square' },
    { hertz: 165, ms: 180, restMs: 0, shape: 'square' },
  ],
  attention: [
    { hertz: 520, ms: 90, restMs: 70, shape: 'triangle' },
    { hertz: 520, ms: 90, restMs: 70, shape: 'triangle' },
    { hertz: 520, ms: 90, restMs: 0, shape: 'triangle' },
  ],
  notice: [{ hertz: 440, ms: 160, restMs: 0, shape: 'sine' }],
}

/** Vibration per verdict in ms, on and off in turn; empty is none. */
export const vibrations: Readonly<Record<Tone, readonly number[]>> = {
  admit: [70],
  refuse: [260, 90, 260, 90, 260],
  attention: [80, 80, 80],
  notice: [],
}
