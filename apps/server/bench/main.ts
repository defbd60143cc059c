import { printFigure } from '@eventpass/tooling/bench'
import { benchClaims } from './claims.bench.ts'
import { benchRoute } from './route.bench.ts'

/** Central alone, without gates: one JSON line a figure, and exit code 1 where a bar is missed. */
await benchClaims(printFigure)
await benchRoute(printFigure)
