import { foldName } from '@eventpass/domain'

/** What a column of a guest list means. */
export type ColumnMeaning =
  | 'name'
  | 'first_name'
  | 'last_name'
  | 'email'
  | 'phone'
  | 'category'
  | 'external_id'
  | 'party'
  | 'companions'
  | 'notice'

/** Index of the column by meaning, from 0. */
export type Columns = Readonly<Partial<Record<ColumnMeaning, number>>>

/** Headers as people write them in the languages that lists came in so far; case, accents and punctuation aside. */
const headersByMeaning: Readonly<Record<ColumnMeaning, string>> = {
  name: `name, full name, guest, guest name, attendee, attendee name, participant, participant name, invitee, invitee name,
    holder, ticket holder, person, gast, gastname, teilnehmer, teilnehmername, vollständiger name, vor- und nachname,
    name des gastes, nom complet, nom et prénom, prénom et nom, invité, participante, nombre completo, nombre y apellidos,
    invitado, asistente, nome completo, nome e cognome, ospite, partecipante, convidado, naam, volledige naam, genodigde,
    deelnemer, imię i nazwisko, gość, uczestnik, jméno a příjmení, host, namn, navn, fullt navn, fuldt navn, ad soyad,
    adı soyadı, họ và tên, họ tên, nume complet, nume și prenume, teljes név, név, 姓名, 名前, 氏名, имя и фамилия, фио`,
  first_name: `first name, first, firstname, given name, forename, vorname, rufname, prénom, nombre, nombres, nome, nome próprio,
    voornaam, imię, jméno, křestní jméno, förnamn, fornavn, ad, adı, isim, prenume, keresztnév, tên, 名, имя`,
  last_name: `last name, last, lastname, surname, family name, nachname, familienname, zuname, nom, nom de famille, apellido,
    apellidos, cognome, sobrenome, apelido, achternaam, nazwisko, příjmení, efternamn, etternavn, efternavn, soyad, soyadı,
    nume de familie, vezetéknév, họ, 姓, фамилия`,
  email: `email, e-mail, e mail, mail, email address, e-mail address, mail address, emailadresse, e-mail-adresse, mailadresse,
    courriel, adresse e-mail, adresse email, adresse mail, correo, correo electrónico, dirección de correo, posta elettronica,
    indirizzo email, endereço de e-mail, e-mailadres, adres e-mail, e-postadress, e-post, e-mailová adresa, e-posta, メール, почта`,
  phone: `phone, phone number, telephone, tel, tel no, mobile, mobile phone, mobile number, cell, cell phone, cellphone, whatsapp,
    telefon, telefonnummer, handy, handynummer, mobil, mobiltelefon, mobilnummer, rufnummer, téléphone, portable, mobile phone no,
    numéro de téléphone, teléfono, móvil, celular, número de teléfono, telefono, cellulare, telefone, telemóvel, telefoon,
    telefoonnummer, mobiel, numer telefonu, telefon komórkowy, telefonní číslo, cep telefonu, số điện thoại, điện thoại, 電話, телефон`,
  category: `category, ticket category, ticket type, type, ticket, class, group, kategorie, ticketkategorie, ticketart, tickettyp,
    gruppe, klasse, catégorie, type de billet, groupe, categoría, tipo, tipo de entrada, grupo, categoria, tipo di biglietto,
    gruppo, tipo de ingresso, categorie, tickettype, groep, kategoria, rodzaj biletu, grupa, kategori, biljettyp, bilet türü,
    typ vstupenky, loại vé, 種類, категория`,
  external_id: `id, external id, guest id, attendee id, customer id, order id, order position, position id, booking id, booking number,
    reference, ref, ticket id, ticket no, ticket number, code, number, externe id, gast-id, kundennummer, bestellnummer,
    buchungsnummer, ticketnummer, referenz, nummer, nr, identifiant, référence, numéro, numéro de commande, identificador,
    referencia, número, número de pedido, identificativo, riferimento, codice, número do pedido, kenmerk, bestelnummer,
    identyfikator, numer, numer zamówienia, reference no, bokningsnummer, booking reference`,
  party: `party, party size, size, persons, people, pax, seats, number of people, number of persons, number of guests, quantity, qty,
    count, admits, personen, anzahl, anzahl personen, personenzahl, plätze, nombre de personnes, personnes, quantité, places,
    personas, número de personas, cantidad, plazas, persone, numero di persone, quantità, posti, pessoas, número de pessoas,
    quantidade, lugares, aantal, aantal personen, liczba osób, osoby, ilość, počet osob, antal, antal personer, kişi sayısı, số người`,
  companions: `companions, plus ones, plus one, +1, additional guests, extra guests, begleitung, begleitpersonen, anzahl begleitpersonen,
    accompagnants, accompagnateurs, acompañantes, accompagnatori, acompanhantes, introducés, begeleiders, osoby towarzyszące`,
  notice: `notice, attention, door note, note for the door, hinweis, hinweis für den einlass, einlasshinweis, avis, aviso, avviso`,
}

/** These words mean it wherever they stand in a header: "E-mail (work)". */
const tellingWords: Readonly<Partial<Record<ColumnMeaning, string>>> = {
  email: 'email, mail, courriel, emailadresse, epost',
  phone:
    'phone, telephone, mobile, telefon, telefono, telephone, handy, handynummer, mobil, whatsapp',
}

/** Headers that can be one half of a name: beside the other half they are not the whole. */
const halfNames = 'name, naam, namn, navn, név'

const meaningByHeader = byKey(headersByMeaning)
const meaningByWord = byKey(tellingWords)
const halfNameKeys = new Set(halfNames.split(',').map(keyOf))

export interface MatchedColumns {
  readonly columns: Columns
  /** Columns whose meaning another column has taken already. */
  readonly repeated: readonly { readonly index: number; readonly meaning: ColumnMeaning }[]
  /** Columns that mean nothing to an import, or say again what another one says whole. */
  readonly ignored: readonly number[]
}

/** Tells what the columns of a guest list mean by their headers (IM5). */
export function matchColumns(headers: readonly string[]): MatchedColumns {
  const columns: Partial<Record<ColumnMeaning, number>> = {}
  const repeated: { index: number; meaning: ColumnMeaning }[] = []
  const ignored: number[] = []
  const take = (meaning: ColumnMeaning, index: number) => {
    if (columns[meaning] === undefined) columns[meaning] = index
    else repeated.push({ index, meaning })
  }
  // Whole headers first: "E-mail consent" must not take the place of the "E-mail" behind it.
  headers.forEach((header, index) => {
    const meaning = meaningByHeader.get(keyOf(header))
    if (meaning) take(meaning, index)
  })
  headers.forEach((header, index) => {
    if (meaningByHeader.has(keyOf(header))) return
    const meaning = meaningOfWords(header)
    if (meaning) take(meaning, index)
    else ignored.push(index)
  })
  const settled = settleNames(columns, headers)
  const read = new Set(Object.values(settled))
  const unread = Object.values(columns).filter((index) => !read.has(index))
  return {
    columns: settled,
    repeated: repeated.toSorted((a, b) => a.index - b.index),
    ignored: [...ignored, ...unread].sort((a, b) => a - b),
  }
}

/** True where rows under these columns can have names. */
export function hasNames({ name, first_name, last_name }: Columns): boolean {
  return name !== undefined || first_name !== undefined || last_name !== undefined
}

/**
 * "Vorname; Name" and "Name; Surname" are first and last name, "Full name; Surname" has it whole,
 * and so has a lone "Nom" or "Nombre".
 */
function settleNames(
  { name, first_name: first, last_name: last, ...rest }: Columns,
  headers: readonly string[],
): Columns {
  if (name !== undefined && halfNameKeys.has(keyOf(headers[name] ?? ''))) {
    if (first !== undefined && last === undefined) {
      return { ...rest, first_name: first, last_name: name }
    }
    if (last !== undefined && first === undefined) {
      return { ...rest, first_name: name, last_name: last }
    }
  }
  if (name !== undefined) return { ...rest, name }
  if (first !== undefined && last !== undefined) {
    return { ...rest, first_name: first, last_name: last }
  }
  const lone = first ?? last
  return lone === undefined ? rest : { ...rest, name: lone }
}

function meaningOfWords(header: string): ColumnMeaning | undefined {
  const words = header.split(/[^\p{L}\p{M}\p{N}-]+/u).map(keyOf)
  return words.map((word) => meaningByWord.get(word)).find((meaning) => meaning !== undefined)
}

function byKey(
  lists: Readonly<Partial<Record<ColumnMeaning, string>>>,
): ReadonlyMap<string, ColumnMeaning> {
  return new Map(
    Object.entries(lists).flatMap(([meaning, headers]) =>
      headers.split(',').map((header) => [keyOf(header), meaning as ColumnMeaning] as const),
    ),
  )
}

/** Letters and digits of the folded text; "+1" keeps its plus, which is all that it says. */
function keyOf(header: string): string {
  return foldName(header).replace(/[^\p{L}\p{N}+]+/gu, '')
}
