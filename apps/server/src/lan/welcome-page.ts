/** What a tablet needs before it can trust the server: the authority to install, and how. */
export function welcomePage(origin: string, fingerprint: string): string {
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>EventPass Pro: make this tablet a gate</title>
<style>
:root{color-scheme:light dark;--ink:#0e1116;--paper:#fbfaf7;--line:#e4e0d8;--muted:#5d6470;--accent:#3b5bdb}
@media (prefers-color-scheme:dark){:root{--ink:#f1efe9;--paper:#0e1116;--line:#2a2f38;--muted:#a3a9b4;--accent:#91a7ff}}
body{font:16px/1.5 system-ui,"Noto Sans",sans-serif;color:var(--ink);background:var(--paper);margin:0 auto;max-width:40rem;padding:40px 24px}
h1{font-size:30px;line-height:1.2;margin:0 0 8px}p{margin:0 0 16px}ol{padding-left:24px}li{margin:0 0 24px}
.quiet{color:var(--muted)}a.main{display:inline-block;padding:14px 24px;border-radius:12px;background:#3b5bdb;color:#fff;text-decoration:none;font-weight:600}
code{font:13px/1.5 ui-monospace,monospace;overflow-wrap:anywhere;border-top:1px solid var(--line);display:block;padding-top:8px;margin-top:8px}
</style>
<h1>Make this tablet a gate</h1>
<p class="quiet">A browser gives its camera only to a server that it trusts. Do this once a tablet.</p>
<ol>
<li><p><a class="main" href="/eventpass.crt">Get the certificate</a></p>
<p><b>Android:</b> Settings → Security → More → Install a certificate → CA certificate, then choose the file.<br>
<b>iPad:</b> Settings → Profile downloaded → Install; then General → About → Certificate Trust Settings → switch it on.</p>
<p class="quiet">It vouches for addresses of private networks only. Its fingerprint is the one that the laptop shows:
<code>${fingerprint}</code></p></li>
<li><p><a class="main" href="${origin}/door/">Open the gate</a></p>
<p class="quiet">Then pair it: an organiser shows a code under Tablets at ${origin}/admin.</p></li>
</ol></html>
`
}
