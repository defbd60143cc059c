import { Command, CommanderError } from 'commander'
import type { Surroundings } from './surroundings.ts'

/** Adds a group's commands, such as `eventpass ai …`, to the program. */
type RegisterGroup = (program: Command, surroundings: Surroundings) => void

/** Every group by its word, loaded only when it is called: `ai status` should not wait for tRPC. */
export type Groups = Readonly<Record<string, () => Promise<RegisterGroup>>>

/**
 * Runs one command line. Ends with code 0, with 1 where the words were wrong, and otherwise with
 * what the command says.
 */
export async function runCli(
  groups: Groups,
  words: readonly string[],
  surroundings: Surroundings,
): Promise<void> {
  const program = new Command('eventpass')
    .description('EventPass Pro: let people into events when the network does not hold.')
    .showHelpAfterError('(eventpass --help lists what there is)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => surroundings.stdout.write(text),
      writeErr: (text) => surroundings.stderr.write(text),
      getOutHelpWidth: () => surroundings.stdout.columns,
      getErrHelpWidth: () => surroundings.stderr.columns,
    })
  try {
    for (const load of wantedGroups(groups, words)) (await load())(program, surroundings)
    await program.parseAsync([...words], { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    surroundings.exitWith(error.exitCode)
    if (error.exitCode !== 0 && words.includes('--json')) tellProgram(surroundings, error)
  }
}

/** Wrong words, for a program that asked for JSON; a person reads them on stderr. */
function tellProgram({ stdout }: Surroundings, { message }: CommanderError): void {
  const [what = '', ...hints] = message.replace(/^error: /, '').split('\n')
  const hint = [...hints, 'eventpass --help lists what there is'].join(' ')
  const error = { kind: 'wrong_words', message: what, hint }
  stdout.write(`${JSON.stringify({ ok: false, error })}\n`)
}

/** The one group that is called, or all of them for the help and for words that name none. */
function wantedGroups(groups: Groups, words: readonly string[]) {
  const called = Object.hasOwn(groups, words[0] ?? '') ? groups[words[0] ?? ''] : undefined
  return called ? [called] : Object.values(groups)
}
