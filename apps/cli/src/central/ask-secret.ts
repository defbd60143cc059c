import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import type { Screen } from '../surroundings.ts'
import { CommandFailed } from './command-failed.ts'

/** Asks at the terminal for a line that is not shown. */
export function askSecret(screen: Screen, question: string): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new CommandFailed(
      'There is no terminal to ask for the password. Set EVENTPASS_PASSWORD or use --password-file.',
    )
  }
  screen.write(question)
  // What readline echoes goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  return new Promise((resolve, reject) => {
    lines.once('line', (line) => {
      resolve(line)
      lines.close()
    })
    lines.once('SIGINT', () => lines.close())
    lines.once('close', () => {
      screen.write('\n')
      reject(new CommandFailed('No password was given.'))
    })
  })
}
