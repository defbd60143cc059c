import { printFigure } from '@eventpass/tooling/bench'
import { benchConflicts } from './conflicts.bench.ts'
import { benchSize } from './size.bench.ts'
import { benchWorkers } from './workers.bench.ts'

/** What gates pushed, ruled on: one JSON line a figure, and exit code 1 where a bar is missed. */
await benchConflicts(printFigure)
await benchWorkers(printFigure)
await benchSize(printFigure)
