/** What the known picture says. */
export const knownText = 'EVENTPASS READY'

/** Its QR code, version 1 at level M, one character a module. */
const modules = [
  '#######.#..##.#######',
  '#.....#..##.#.#.....#',
  '#.###.#...###.#.###.#',
  '#.###.#.#.#...#.###.#',
  '#.###.#.#...#.#.###.#',
  '#.....#.####..#.....#',
  '#######.#.#.#.#######',
  '........#####........',
  '#...#.####.#.#####..#',
  '.#..#...#.####.#.##.#',
  '.##.#.#.##.#.#.#...#.',
  '.......#..#...####.#.',
  '#####.#.###.##...###.',
  '........#.#.#.##...#.',
  '#######.##..#####.#.#',
  '#.....#..#.##...#..##',
  '#.###.#.#..#...#..#.#',
  '#.###.#..##.#..###.##',
  '#.###.#...##..#..#...',
  '#.....#....#...#.##.#',
  '#######.#...##.##.###',
] as const

const modulePixels = 6
const quietModules = 4

/**
 * A picture whose text is known, to prove before doors open that this tablet decodes.
 *
 * It is drawn from its modules, so that the proof needs no file and no network.
 */
export function knownPicture(): ImageData {
  const side = (modules.length + 2 * quietModules) * modulePixels
  const picture = new ImageData(side, side)
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const row = modules[Math.floor(y / modulePixels) - quietModules]
      const dark = row?.[Math.floor(x / modulePixels) - quietModules] === '#'
      picture.data.set(dark ? [0, 0, 0, 255] : [255, 255, 255, 255], (y * side + x) * 4)
    }
  }
  return picture
}
