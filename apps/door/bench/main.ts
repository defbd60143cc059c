import { printFigure } from '@eventpass/tooling/bench'
import { benchDrain } from './drain.bench.ts'
import { benchMemory } from './memory.bench.ts'
import { benchPull } from './pull.bench.ts'

/** Central as a door meets it: one JSON line a figure, and exit code 1 where a bar is missed. */
await benchPull(printFigure)
await benchDrain(printFigure)
await benchMemory(printFigure)
