/** What a command may know of the process it runs in; a test gives it another one. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly userName: string
  readonly stdout: Screen
  readonly stderr: Screen
  readonly nowMs: () => number
  /** Waits, or less when the signal is given first. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>
  /** Given when the person presses Ctrl-C. */
  readonly signal: AbortSignal
  /** Sets the code with which the process will end. */
  readonly exitWith: (code: number) => void
}

export interface Screen {
  readonly write: (text: string) => void
  readonly isTty: boolean
  /** Characters a line; 80 where there is no terminal. */
  readonly columns: number
}
