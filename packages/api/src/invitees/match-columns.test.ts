import { expect, test } from 'vitest'
import { hasNames, matchColumns } from './match-columns.ts'

const meanings = (...headers: string[]) => matchColumns(headers).columns

test.each([
  [['Name', 'E-Mail', 'Phone', 'Category', 'External ID', 'Party size']],
  [['Name', 'E-Mail-Adresse', 'Telefonnummer', 'Kategorie', 'Bestellnummer', 'Anzahl Personen']],
  [['Nom complet', 'Courriel', 'Téléphone', 'Catégorie', 'Référence', 'Nombre de personnes']],
  [['Nombre completo', 'Correo electrónico', 'Teléfono', 'Categoría', 'Referencia', 'Personas']],
  [['Nome e cognome', 'Posta elettronica', 'Cellulare', 'Categoria', 'Codice', 'Persone']],
  [['Naam', 'E-mailadres', 'Telefoonnummer', 'Categorie', 'Kenmerk', 'Aantal personen']],
  [
    [
      'Imię i nazwisko',
      'Adres e-mail',
      'Numer telefonu',
      'Kategoria',
      'Identyfikator',
      'Liczba osób',
    ],
  ],
  [['Ad Soyad', 'E-posta', 'Cep telefonu', 'Kategori', 'ID', 'Kişi sayısı']],
  [['Họ và tên', 'Email', 'Số điện thoại', 'Loại vé', 'ID', 'Số người']],
  [['  NAME ', 'e mail', 'PHONE_NUMBER', 'ticket-type', 'Order ID', 'Pax']],
])('[IM5] %j mean name, e-mail, phone, category, external id and party', (headers) => {
  expect(meanings(...headers)).toEqual({
    name: 0,
    email: 1,
    phone: 2,
    category: 3,
    external_id: 4,
    party: 5,
  })
})

test('[IM5] first and last name are two columns; "Name" beside a first name is the last one', () => {
  expect(meanings('First name', 'Last name')).toEqual({ first_name: 0, last_name: 1 })
  expect(meanings('Name', 'Vorname')).toEqual({ last_name: 0, first_name: 1 })
  expect(meanings('Prénom', 'Nom')).toEqual({ first_name: 0, last_name: 1 })
  expect(meanings('Nombre')).toEqual({ name: 0 })
  expect(meanings('Full name', 'First name', 'Last name')).toEqual({ name: 0 })
})

test('[IM5] a surname beside "Name" is read, and half a name beside a whole one is told', () => {
  expect(meanings('Name', 'Surname')).toEqual({ first_name: 0, last_name: 1 })
  expect(meanings('Nachname', 'Name')).toEqual({ first_name: 1, last_name: 0 })
  for (const headers of [
    ['Full name', 'Surname'],
    ['Attendee name', 'First name'],
    ['Name', 'First name', 'Last name'],
  ]) {
    const { columns, ignored } = matchColumns(headers)
    expect(columns).toEqual({ name: 0 })
    expect(ignored).toEqual(headers.slice(1).map((_, at) => at + 1))
  }
})

test('[IM5] a header that only speaks of a thing does not take the place of its column', () => {
  const { columns, repeated } = matchColumns([
    'Name',
    'E-mail consent',
    'Phone type',
    'E-mail',
    'Phone',
  ])
  expect(columns).toEqual({ name: 0, email: 3, phone: 4 })
  expect(repeated.map(({ index }) => index)).toEqual([1, 2])
})

test('[IM5] the columns of other things are ignored and told', () => {
  const { columns, ignored } = matchColumns(['Company name', 'Name', 'Notes', '', 'E-mail (work)'])
  expect(columns).toEqual({ name: 1, email: 4 })
  expect(ignored).toEqual([0, 2, 3])
})

test('[IM5] of two columns of one meaning the first is read and the other told', () => {
  const { columns, repeated } = matchColumns(['Name', 'Mobile', 'Phone'])
  expect(columns).toEqual({ name: 0, phone: 1 })
  expect(repeated).toEqual([{ index: 2, meaning: 'phone' }])
})

test('[IM5] without any column of names nobody can be imported', () => {
  expect(hasNames(meanings('E-mail', 'Phone'))).toBe(false)
  expect(hasNames(meanings('Prénom'))).toBe(true)
})
