/**
 * Makes directories of these names undeletable by this worker until the returned call (RP3).
 *
 * The engine's pool deletes its whole directory when its start fails once, as it does when a
 * browser refuses a single file for a moment: every scan not yet pushed would be gone.
 */
export function guardDirectories(names: readonly string[]): () => void {
  const prototype = FileSystemDirectoryHandle.prototype
  const removeEntry = prototype.removeEntry
  prototype.removeEntry = function guarded(name, options) {
    return names.includes(name)
      ? Promise.reject(new Error(`${name} holds the database and is not deleted here.`))
      : removeEntry.call(this, name, options)
  }
  return () => {
    prototype.removeEntry = removeEntry
  }
}
