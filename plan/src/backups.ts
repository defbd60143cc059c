import { type PlanFiles, replaceFile } from './plan-files.ts'

/** The newest backups of each occasion that are kept; older ones are removed. */
export const backupsPerOccasionMax = 20

export type BackupOccasion = 'interval' | 'critical' | 'asked' | 'damaged'

const namePattern = /^plan-memory-(\d{8}T\d{9}Z)-(interval|critical|asked|damaged)\.json$/

/**
 * Writes a copy of the mirror into the backup folder, and removes the oldest of the same occasion
 * beyond the bound. Its name carries the time, so that names sort as times do. Returns its path.
 */
export async function writeBackup(
  files: PlanFiles,
  folder: string,
  occasion: BackupOccasion,
  text: string,
  nowMs: number,
): Promise<string> {
  const stamp = new Date(nowMs).toISOString().replace(/[-:.]/g, '')
  const path = `${folder}/plan-memory-${stamp}-${occasion}.json`
  await replaceFile(files, path, text)
  const names = await backupNames(files, folder, [occasion])
  for (const name of names.slice(0, -backupsPerOccasionMax)) {
    await files.removeFile(`${folder}/${name}`)
  }
  return path
}

/** When the last copy was made on any occasion but damage, in milliseconds; null before the first. */
export async function lastBackupMs(files: PlanFiles, folder: string): Promise<number | null> {
  const newest = (await backupNames(files, folder, trusted)).at(-1)
  const parts =
    newest === undefined ? null : /(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z/.exec(newest)
  if (!parts) return null
  const [year, month, day, hour, minute, second, ms] = parts.slice(1).map(Number)
  return Date.UTC(year ?? 0, (month ?? 1) - 1, day, hour, minute, second, ms)
}

/** The newest backup that the tracker itself wrote from a whole state. */
export async function newestBackup(
  files: PlanFiles,
  folder: string,
): Promise<{ path: string; text: string } | null> {
  const name = (await backupNames(files, folder, trusted)).at(-1)
  if (name === undefined) return null
  const path = `${folder}/${name}`
  const text = await files.readText(path)
  return text === null ? null : { path, text }
}

const trusted: readonly BackupOccasion[] = ['interval', 'critical', 'asked']

async function backupNames(
  files: PlanFiles,
  folder: string,
  occasions: readonly BackupOccasion[],
): Promise<string[]> {
  const names = await files.listFolder(folder)
  return names
    .filter((name) => occasions.some((occasion) => namePattern.exec(name)?.[2] === occasion))
    .sort()
}
