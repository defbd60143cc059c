/** Drawn lines of the small signs, on a 24 × 24 grid; shapes that are also told apart without colour. */
const lines = {
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.5 15.5 20 20',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20c0-3.6 2.9-6 6.5-6s6.5 2.4 6.5 6M16 4.4a3.5 3.5 0 0 1 0 6.4M18 14.4c2.1.8 3.5 2.8 3.5 5.6',
  gift: 'M4 9h16v4H4V9ZM5.5 13v7h13v-7M12 9v11M12 9C9.5 9 7.5 8 7.5 6.2 7.5 5 8.4 4 9.6 4 11.5 4 12 6.5 12 9ZM12 9c2.500 0 4.500-1 4.500-2.800C16.500 5 15.600 4 14.400 4 12.500 4 12 6.500 12 9Z',
  history: 'M4 12a8 8 0 1 0 2.6-5.9M4 4v4h4M12 8v4.5l3 2',
  light: 'M13 3 6 13.5h5L10 21l7.5-11h-5L13 3Z',
  lens: 'M4 8h3l1.5-2.5h7L17 8h3v11H4V8ZM12 16.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4Z',
  enter: 'M13 4h6v16h-6M3 12h11M10 8l4 4-4 4',
  leave: 'M11 4H5v16h6M10 12h11M17 8l4 4-4 4',
  close: 'M6 6l12 12M18 6 6 18',
  check: 'M5 12.5 10 17.5 19.5 7',
  warn: 'M12 4 21.5 20h-19L12 4ZM12 10v4.5M12 17.2v.3',
  cross: 'M8 3h8l5 5v8l-5 5H8l-5-5V8l5-5ZM9 9l6 6M15 9l-6 6',
  waiting: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3.5 2',
} as const

export type IconName = keyof typeof lines

/** A small sign beside words; screen readers are given the words alone. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={lines[name]} />
    </svg>
  )
}
