import { type Command, InvalidArgumentError } from 'commander'
import { type AiCommand, answer, type CommonOptions } from './ai/answer.ts'
import { confirmCommand } from './ai/confirm.ts'
import { learnCommand } from './ai/learn.ts'
import { nextCommand, progressCommand, statusCommand } from './ai/look.ts'
import { reportCommand } from './ai/report.ts'
import { resumeCommand, runCommand, runStepCommand, verifyCommand } from './ai/run.ts'
import { startCommand } from './ai/start.ts'
import type { Surroundings } from './surroundings.ts'

const exitCodes = `
Exit codes:
  0  done, or come to rest where it should
  1  wrong words, unknown ids, or a file that cannot be read
  2  a proof failed, no longer holds, or the plan is paused
  3  the rules do not allow it, or it wants a person first
  4  another worker is at the plan
  130  interrupted`

/** Adds `eventpass ai …`: start, resume, prove and report the execution plan. */
export function registerAi(program: Command, surroundings: Surroundings): void {
  const ai = program
    .command('ai')
    .description('Track the execution plan: what is done, why that is believed, what comes next.')
    .addHelpText('after', exitCodes)

  const add = (name: string, about: string, run: AiCommand): Command =>
    ai
      .command(name)
      .description(about)
      .option('--json', 'answer with one JSON object')
      .option('--root <folder>', "the project's folder (default: the nearest one with a plan)")
      .addHelpText('after', exitCodes)
      .action((...received) => {
        const { words, options } = split(received)
        return answer(surroundings, `ai ${name.split(' ')[0]}`, options, (context) =>
          run(context, words, options),
        )
      })

  add('start', 'begin the plan from its template; again changes nothing', startCommand)
  add('status', 'where the project stands, on one screen', statusCommand)
  add('progress', 'the current phase and step', progressCommand)
  add('next', 'the next thing to do', nextCommand)
  add('confirm <id>', "give a person's word for a step, or for a learned rule", confirmCommand)
    .option('--reason <text>', 'what you saw; needed where there is no proof')
    .option('--by <name>', 'who says so (default: your login)')
    .option('--force', 'past an open earlier phase, where the rules allow it')
  add(
    'run-step <id>',
    "run a step's proof, with retries, and record what came of it",
    runStepCommand,
  ).option('--force', 'past an open earlier phase, where the rules allow it')
  add('run', 'go on until a step wants a person, an error, or the end', runCommand).option(
    '--probe',
    'try every remaining proof once, also beyond steps that do not hold yet',
  )
  add('resume', 'take up work that was paused or cut off, and go on', resumeCommand)
  add('report', 'what was done, how long it took, what went wrong', reportCommand).option(
    '--out <file>',
    'write it there instead',
  )
  add('verify', 'prove every done step again; mark what no longer holds', verifyCommand)
  add('learn', 'propose limits per step from what runs took so far', learnCommand).option(
    '--apply',
    'put in force what needs no confirmation',
  )
}

/** Commander hands over the command's words, then its options, then itself. */
function split(received: readonly unknown[]): { words: string[]; options: CommonOptions } {
  const options = received.at(-2)
  const words = received.slice(0, -2)
  if (typeof options !== 'object' || options === null || !words.every(isText)) {
    throw new InvalidArgumentError('These words were not understood.')
  }
  return { words, options }
}

const isText = (value: unknown): value is string => typeof value === 'string'
