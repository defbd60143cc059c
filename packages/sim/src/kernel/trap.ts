/** What reads the machine's own time or chance; none of it may be reached from a simulated world. */
const traps = [
  [Date, 'now'],
  [Math, 'random'],
  [performance, 'now'],
  [globalThis, 'setTimeout'],
  [globalThis, 'setInterval'],
  [globalThis, 'setImmediate'],
  [crypto, 'getRandomValues'],
  [crypto, 'randomUUID'],
  [AbortSignal, 'timeout'],
  [process, 'hrtime'],
] as const

/** Frames of the test runner, which goes on with its own work between two turns. */
const runnerFrame =
  /[/\\]node_modules[/\\](?:\.pnpm[/\\])?(?:vitest|@vitest|tinypool|vite-node|birpc)/

/** What came of the work, and each time that it reached for the machine: also where it ended by that. */
export interface Trapped<T> {
  readonly ended: { readonly value: T } | { readonly fault: unknown }
  readonly caught: readonly string[]
}

/**
 * Runs `work` while time, timers and randomness of the machine throw, whoever asks for them but the
 * test runner. What is caught is also kept, since the code that was caught may swallow the error.
 */
export async function withTrap<T>(work: () => Promise<T>): Promise<Trapped<T>> {
  const caught: string[] = []
  const undo = traps.map(([owner, name]) => {
    const holder = owner as unknown as Record<string, (...args: unknown[]) => unknown>
    const real = holder[name]
    const own = Object.getOwnPropertyDescriptor(owner, name)
    if (!real) throw new Error(`There is no ${name} to trap.`)
    const trapped = function (this: unknown, ...args: unknown[]) {
      const stack = new Error('trapped').stack ?? ''
      if (isRunner(stack)) return real.apply(this, args)
      const sentence = `${name} was called in a simulated world: take it as an argument.`
      caught.push(`${sentence}\n${stack}`)
      throw new Error(sentence)
    }
    Object.defineProperty(owner, name, { value: trapped, configurable: true, writable: true })
    return () => {
      if (own) Object.defineProperty(owner, name, own)
      else delete (owner as unknown as Record<string, unknown>)[name]
    }
  })
  const RealDate = globalThis.Date
  globalThis.Date = new Proxy(RealDate, {
    construct(target, args) {
      if (args.length === 0 && !isRunner(new Error('trapped').stack ?? '')) {
        caught.push('new Date() was called in a simulated world: take the time as an argument.')
        throw new Error(caught.at(-1))
      }
      return Reflect.construct(target, args)
    },
  })
  try {
    return { ended: { value: await work() }, caught }
  } catch (fault) {
    return { ended: { fault }, caught }
  } finally {
    globalThis.Date = RealDate
    for (const one of undo.reverse()) one()
  }
}

/** Whether the one who called is the runner: the frame below the trap's own. */
function isRunner(stack: string): boolean {
  return runnerFrame.test(stack.split('\n')[2] ?? '')
}

const realSetImmediate = globalThis.setImmediate

/** Resolves when every promise that could go on has done so; kept from before any trap. */
export function turnOfEvents(): Promise<void> {
  return new Promise((resolve) => void realSetImmediate(resolve))
}
