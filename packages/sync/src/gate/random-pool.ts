/** Many scans' worth: an id and the salts of a scan take 64 bytes. */
const poolBytes = 4_096

/**
 * Random bytes for the ids and salts of a gate, drawn for many scans at once: to draw costs a
 * verdict more than all that it does with them. `fill` fills an array with unpredictable bytes.
 */
export function createRandomPool(
  fill: (bytes: Uint8Array<ArrayBuffer>) => void,
): (count: number) => Uint8Array {
  const pool = new Uint8Array(poolBytes)
  let used = poolBytes
  return (count) => {
    if (count > poolBytes) throw new Error(`At most ${poolBytes} random bytes are drawn at once.`)
    if (count > poolBytes - used) {
      fill(pool)
      used = 0
    }
    used += count
    return pool.slice(used - count, used)
  }
}
