import { fail, ok, type Result } from '@eventpass/domain'
import type { Engine, EnginePool } from './engine.ts'
import { guardDirectories } from './guard.ts'

export type PoolFailure =
  /** Another tab or worker of this origin has the files (DV5). */
  | { readonly kind: 'pool_busy' }
  /** The browser refused; nothing was lost (RP3). Start a fresh worker and try again. */
  | { readonly kind: 'pool_failed'; readonly message: string }
  /** This browser has no storage that survives: use a newer one, outside private mode. */
  | { readonly kind: 'pool_unsupported' }

/**
 * Whether this browser gives a worker files and locks. A page that came without TLS has neither, and
 * a name that is missing altogether would throw where it is used.
 */
export function canKeepFiles(): boolean {
  return (
    'locks' in navigator &&
    'storage' in navigator &&
    typeof FileSystemFileHandle === 'function' &&
    'createSyncAccessHandle' in FileSystemFileHandle.prototype
  )
}

/** Two files a database while it is written, for three databases, and one to spare. */
const filesAtFirst = 8

/**
 * Opens the pool of database files below `folder` of the origin's private storage, where it
 * `canKeepFiles`.
 *
 * At most once a worker: after a failure the engine answers nothing but that failure, so only a
 * fresh worker can try again.
 */
export async function openPool(
  engine: Engine,
  folder: string,
): Promise<Result<EnginePool, PoolFailure>> {
  const lift = guardDirectories(['pool', '.opaque'])
  try {
    const pool = await engine.installOpfsSAHPoolVfs({
      directory: `${folder}/pool`,
      initialCapacity: filesAtFirst,
      verbosity: 0,
    })
    // This engine's promise also resolves with the error that it should reject with.
    return pool instanceof Error ? fail(toFailure(pool)) : ok(pool)
  } catch (error) {
    return fail(toFailure(error))
  } finally {
    lift()
  }
}

function toFailure(error: unknown): PoolFailure {
  const { name, message } = error instanceof Error ? error : new Error(String(error))
  return name === 'NoModificationAllowedError'
    ? { kind: 'pool_busy' }
    : { kind: 'pool_failed', message: `${name}: ${message}` }
}
