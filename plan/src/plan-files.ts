import {
  appendFile,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { dirname, join } from 'node:path'

/**
 * The few file operations that the tracker uses, each one step that a crash may follow.
 *
 * Paths are relative to the project's root. They stand apart so that a test can end the process
 * between any two of them.
 */
export interface PlanFiles {
  /** Null where there is no such file. */
  readText(path: string): Promise<string | null>
  /** In bytes; 0 where there is no such file. */
  sizeOf(path: string): Promise<number>
  writeText(path: string, text: string): Promise<void>
  appendText(path: string, text: string): Promise<void>
  /** Forces a file's bytes to the disk. */
  flushFile(path: string): Promise<void>
  /** Forces a folder's names to the disk, so that a rename survives a power cut. */
  flushFolder(path: string): Promise<void>
  renameFile(from: string, to: string): Promise<void>
  removeFile(path: string): Promise<void>
  /** The names in a folder, sorted; none where there is no folder. */
  listFolder(path: string): Promise<string[]>
  makeFolder(path: string): Promise<void>
}

export function createPlanFiles(root: string): PlanFiles {
  const at = (path: string) => join(root, path)
  return {
    readText: (path) => readFile(at(path), 'utf8').catch(orWhenMissing(null)),
    sizeOf: async (path) => (await stat(at(path)).catch(orWhenMissing({ size: 0 }))).size,
    writeText: (path, text) => writeFile(at(path), text),
    appendText: (path, text) => appendFile(at(path), text),
    flushFile: (path) => flush(at(path), 'r+'),
    flushFolder: (path) => flush(at(path), 'r'),
    renameFile: (from, to) => rename(at(from), at(to)),
    removeFile: (path) => rm(at(path), { force: true }),
    listFolder: async (path) => (await readdir(at(path)).catch(orWhenMissing([]))).sort(),
    makeFolder: async (path) => {
      await mkdir(at(path), { recursive: true })
    },
  }
}

/**
 * Replaces a file so that a reader, and whoever comes after a crash, finds the old text or the
 * new one and never a part. The caller holds the lock: the temporary name is always the same, so
 * that a leftover is overwritten instead of gathering.
 */
export async function replaceFile(files: PlanFiles, path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`
  await files.makeFolder(dirname(path))
  await files.writeText(temporary, text)
  await files.flushFile(temporary)
  await files.renameFile(temporary, path)
  await files.flushFolder(dirname(path))
}

async function flush(path: string, flags: 'r' | 'r+'): Promise<void> {
  const handle = await open(path, flags)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const orWhenMissing =
  <T>(instead: T) =>
  (error: unknown): T => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return instead
    throw error
  }
