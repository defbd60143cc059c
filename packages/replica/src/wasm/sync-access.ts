/** A file of the origin's private storage, read and written without waiting; workers only. */
export interface SyncAccess {
  readonly getSize: () => number
  readonly read: (into: Uint8Array, options: { readonly at: number }) => number
  readonly write: (from: Uint8Array, options: { readonly at: number }) => number
  readonly truncate: (size: number) => void
  readonly flush: () => void
  readonly close: () => void
}

/** Opens a file for this worker alone; the types of a page do not know the call. */
export async function openSyncAccess(
  folder: FileSystemDirectoryHandle,
  name: string,
): Promise<SyncAccess> {
  const handle = await folder.getFileHandle(name, { create: true })
  return (
    handle as unknown as { createSyncAccessHandle: () => Promise<SyncAccess> }
  ).createSyncAccessHandle()
}

/** Opens a folder below the origin's private root, made where it is missing. */
export async function openFolder(...path: readonly string[]): Promise<FileSystemDirectoryHandle> {
  let folder = await navigator.storage.getDirectory()
  for (const name of path) folder = await folder.getDirectoryHandle(name, { create: true })
  return folder
}

/** Names of what lies in a folder. */
export async function listFolder(folder: FileSystemDirectoryHandle): Promise<readonly string[]> {
  const names: string[] = []
  for await (const name of folder.keys()) names.push(name)
  return names
}

/** Removes a file; a missing one is no error. */
export async function removeFile(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  await folder.removeEntry(name).catch((error: unknown) => {
    if (!(error instanceof Error && error.name === 'NotFoundError')) throw error
  })
}
