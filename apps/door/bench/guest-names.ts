const syllables =
  'an ben cla da el fe gre han is jan kar le max nin os pau que ro sim ti uwe ver wil xe yus zo sø łu thị björ né çois nú jür mü göß ków'.split(
    ' ',
  )

/** Names that repeat less than people's do, the same at every run: no compression gains by them. */
export function guestName(at: number): string {
  let state = Math.imul(at + 1, 0x9e37_79b1) >>> 0
  const word = (length: number) =>
    Array.from({ length }, () => {
      state = (Math.imul(state ^ (state >>> 15), 0x2c1b_3c6d) + at) >>> 0
      return syllables[state % syllables.length]
    }).join('')
  return `${capital(word(2))} ${capital(word(3))}`
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
