/** What a worker answers to one call. */
export interface Reply {
  readonly call: number
  readonly value: unknown
  readonly fault: string | null
}

/** Answers calls from the page by name. */
export function serveCommands(commands: Readonly<Record<string, (input: never) => unknown>>): void {
  addEventListener(
    'message',
    async ({ data }: MessageEvent<{ call: number; command: string; input: never }>) => {
      const { call, command, input } = data
      try {
        const run = commands[command]
        if (!run) throw new Error(`There is no command ${command}.`)
        reply({ call, value: await run(input), fault: null })
      } catch (error) {
        const fault = error instanceof Error ? `${error.stack}` : String(error)
        reply({ call, value: null, fault })
      }
    },
  )
}

function reply(message: Reply): void {
  postMessage(message)
}
