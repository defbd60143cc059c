/** Longer texts are no token of ours, whatever they hold; a scanner can send anything. */
export const tokenTextLengthMax = 1_024

/** Marks that scanners put in front: AIM symbology (`]Q1`) and ECI designators (`\000001`). */
const scannerMark = /^(?:\][A-Za-z][0-9A-Za-z]|\\[0-9]{6})/
const scannerMarksMax = 4
const url = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//

/**
 * Takes off what scanners, keyboards and links add around a token (TK5): white
 * space and control characters at both ends, AIM and ECI marks, a URL that ends
 * in the token, lower case.
 *
 * Only ASCII letters are raised: `toUpperCase` would turn a dotless ı into I and
 * a long ſ into S, so that a changed character would pass.
 */
export function cleanToken(text: string): string {
  if (text.length > tokenTextLengthMax) return ''
  let rest = trimNoise(text)
  for (let marks = 0; marks < scannerMarksMax && scannerMark.test(rest); marks += 1) {
    rest = trimNoise(rest.replace(scannerMark, ''))
  }
  if (url.test(rest)) rest = rest.slice(lastSeparator(rest) + 1)
  return rest.replace(/[a-z]/g, (letter) => letter.toUpperCase())
}

function lastSeparator(text: string): number {
  return Math.max(...Array.from('/?#=&', (separator) => text.lastIndexOf(separator)))
}

function trimNoise(text: string): string {
  let from = 0
  let until = text.length
  while (from < until && isNoise(text, from)) from += 1
  while (until > from && isNoise(text, until - 1)) until -= 1
  return text.slice(from, until)
}

/** White space as `trim` knows it, and the control characters that wedge scanners frame codes with. */
function isNoise(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code < 0x20 || code === 0x7f || text.charAt(at).trim() === ''
}
