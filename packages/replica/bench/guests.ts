import type { InviteeNo, ManifestTicket } from '@eventpass/domain'
import { digestOf } from './tokens.ts'

const firstNames =
  'Anna Ben Clara David Eva Felix Greta Hans Ida Jan José Karl Lena Max Nina Oskar Paula Quentin Rosa Simon Tina Uwe Vera Willi Xenia Yusuf Zoë Søren Łukasz Văn Thị Mehmet Ayşe Björn Zofia Renée François Núria Jürgen Maria Peter Paul Sophie Emma Mia Leon Noah Finn Elias Luca Jonas Luis Emil Anton Theo Jakob Moritz Liam Julian Fatima Ali Omar Leila Sara Ahmed Ivan Olga Dmitri Elena Wei Ming Hana Yuki Kenji Samuel Manuel Michael Rachel Beatrice Chloé Siân Aoife Niamh Ravi Priya Arjun Ananya Kwame Ama Chidi Ngozi'.split(
    ' ',
  )
const lastNames =
  'Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Krause Meier Lehmann Schmid Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn Schubert Vogel Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke Albrecht Schuster Simon Ludwig Böhm Winter Kraus Martin Schumacher Krämer Vogt Stein Jäger Otto Sommer Groß Seidel Heinrich Brandt Haas Schreiber Graf Schulte Dietrich Ziegler Kuhn Kühn Pohl Engel Horn Busch Bergmann Thomas Voigt Sauer Arnold Wolff Pfeiffer Nguyễn Trần Lê Phạm Smith Jones Taylor Brown Williams García López Martínez Sánchez Pérez Rossi Russo Ferrari Esposito Bianchi Kowalski Nowak Wiśniewski Yılmaz Kaya Demir Dubois Durand Leroy Moreau Silva Santos Ferreira Novák Svoboda Ivanov Petrov O’Brien Murphy Kelly Sharma Patel Singh Okafor Mensah Diallo Haddad Khan Rahman Tanaka Suzuki Satō Kim Park Chen Wang Zhang'.split(
    ' ',
  )

/** Invitees as an organiser has them, the same at every run: a fifth in parties, few notices. */
export function* guests(count: number): Generator<ManifestTicket> {
  const random = seededRandom(20_260_801)
  const pick = (names: readonly string[]) => String(names[Math.floor(random() * names.length)])
  for (let no = 1; no <= count; no += 1) {
    const first = random() < 0.15 ? `${pick(firstNames)} ${pick(firstNames)}` : pick(firstNames)
    const last = random() < 0.05 ? `${pick(lastNames)}-${pick(lastNames)}` : pick(lastNames)
    yield {
      digest: digestOf(no),
      invitee: no as InviteeNo,
      name: `${first} ${last}`,
      category: Math.floor(random() * 5),
      state: random() < 0.01 ? 'cancelled' : 'valid',
      stateAtMs: null,
      blocked: false,
      validFromMs: null,
      validUntilMs: null,
      party: partyOf(no),
      notice: random() < 0.01 ? 'Needs a seat near the exit' : null,
    }
  }
}

/** A fifth of all invitees come in parties of four. */
function partyOf(no: number): number | null {
  const four = Math.ceil(no / 4)
  return four % 5 === 0 ? four : null
}

/** mulberry32: small, seeded, good enough for names. */
function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
