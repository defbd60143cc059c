import type { Demo } from './seed-demo.ts'

/** What `npm start` says when everything is up: where to go and as whom. */
export function tellAddresses(origin: string, demo: Demo | null): string {
  const lines = [
    '',
    'EventPass Pro is up.',
    '',
    `  Organisers   ${origin}/admin`,
    `  Gate staff   ${origin}/door/`,
  ]
  if (!demo) return [...lines, ''].join('\n')
  const logins = demo.logins.map(
    ({ role, email, password }) => `    ${role.padEnd(10)} ${email.padEnd(24)} ${password}`,
  )
  return [
    ...lines,
    '',
    '  To try it:',
    `    1. Sign in at ${origin}/admin:`,
    ...logins,
    '    2. Open this on the tablet (works once, for 10 minutes), then accept it under Tablets:',
    `       ${origin}${demo.pairingPath}`,
    '    3. Show the tablet one of these codes:',
    `       ${origin}/demo/${demo.sheetName}`,
    '    The supervisor PIN of the demo event is 2468.',
    '',
  ].join('\n')
}
