import { qrSvg } from '@eventpass/token/qr'

/** What stands under a code. */
export interface SheetCode {
  readonly name: string
  readonly category: string | null
  readonly token: string
}

/** A page of codes to print or to hold a camera at, as one HTML file without scripts. */
export async function codeSheet(title: string, codes: readonly SheetCode[]): Promise<string> {
  const figures = await Promise.all(
    codes.map(
      async ({ name, category, token }) => `<figure>${await qrSvg(token)}
<figcaption><b>${escapeHtml(name)}</b>${category ? `<br>${escapeHtml(category)}` : ''}</figcaption></figure>`,
    ),
  )
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escapeHtml(title)}</title>
<style>
body{font:16px/1.4 system-ui,"Noto Sans",sans-serif;margin:24px;color:#0e1116;background:#fff}
main{display:grid;grid-template-columns:repeat(auto-fill,minmax(200px,1fr));gap:40px}
figure{margin:0;text-align:center;break-inside:avoid}svg{width:180px;height:180px}
</style>
<h1>${escapeHtml(title)}</h1><main>${figures.join('\n')}</main></html>
`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)
}
