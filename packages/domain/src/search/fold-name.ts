/** Letters that are one to Unicode and not to a keyboard; NFKD takes none of them apart. */
const plainByLetter: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ı: 'i',
  ŋ: 'n',
  ŧ: 't',
  þ: 'th',
  ς: 'σ',
}
const unsplitLetters = new RegExp(`[${Object.keys(plainByLetter).join('')}]`, 'g')

/** Accents over letters, in NFKD; spacing vowel signs of other scripts (Mc) are letters and stay. */
const marks = /\p{Mn}/gu

/** What Unicode may still take apart or put together; printable ASCII stays as it is. */
const beyondAscii = /[^ -~]/

/** Without these a fold is the name in lower case. Central asks it of a million names at once. */
const foldedLetters = /[^ -~]|['`]|[AOUaou][Ee]/

/** O'Brien, O’Brien and OBrien are one name. */
const apostrophes = /['’‘ʼʹ´`]/g

/**
 * A name or a query without what people leave out when they type: accents,
 * upper case, apostrophes. Rows and queries go through this one function.
 *
 * An e after a, o or u is dropped, so that Müller, Muller and Mueller are one,
 * and so are Bjørn and Bjoern. That finds a few names too many (Manuel, Manul),
 * which costs a glance; a name not found costs a queue. A beginning of a word
 * folds to a beginning of its fold.
 */
export function foldName(text: string): string {
  const lowered = text.normalize('NFKD').replace(marks, '').toLowerCase()
  if (!beyondAscii.test(lowered)) return dropUntyped(lowered)
  const letters = lowered
    .normalize('NFKD')
    .replace(marks, '')
    .replace(unsplitLetters, (letter) => plainByLetter[letter] ?? letter)
  return dropUntyped(letters).normalize('NFC')
}

function dropUntyped(letters: string): string {
  return letters.replace(apostrophes, '').replace(/([aou])e+/g, '$1')
}

/**
 * What a replica's `fold` column holds for a name: null where the fold is the
 * name with its ASCII letters lowered, which SQLite's `lower` gives for free.
 */
export function foldColumn(name: string): string | null {
  if (!foldedLetters.test(name)) return null
  const folded = foldName(name)
  return folded === lowerAscii(name) ? null : folded
}

/** Exactly SQLite's built-in `lower`. */
function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}
