import { parseArgs } from 'node:util'
import { runHistory } from './run-history.ts'
import { tellStory } from './tell-story.ts'

const { values } = parseArgs({
  options: {
    claims: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '600' },
    clients: { type: 'string', default: '50' },
    invitees: { type: 'string', default: '1000' },
    /** Words of the faults to go through, for whoever looks into one of them. */
    only: { type: 'string', default: '' },
    'without-index': { type: 'boolean', default: false },
  },
})
const ending = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ending.abort())
const story = await runHistory({
  claims: Number(values.claims),
  seconds: Number(values.seconds),
  clients: Number(values.clients),
  invitees: Number(values.invitees),
  only: values.only,
  withIndex: !values['without-index'],
  signal: ending.signal,
  tell: (sentence) => console.log(sentence),
})
console.log(tellStory(story))
process.exitCode = story.violations.length > 0 ? 1 : 0
