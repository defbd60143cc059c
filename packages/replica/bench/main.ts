import { printFigure } from '@eventpass/tooling/bench'
import { benchReplica } from './replica.bench.ts'

/** Prints one JSON line a figure and exits with 1 where a bar is missed. */
await benchReplica(printFigure)
