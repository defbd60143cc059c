import { toString as drawCode } from 'qrcode'
import { useEffect, useState } from 'react'

/** The link that pairs a tablet (DV1), and the same as a code for the tablet's camera. */
export function PairingLink({ link }: { readonly link: string }) {
  const [picture, setPicture] = useState<string | null>(null)
  useEffect(() => {
    let gone = false
    drawCode(link, { type: 'svg', errorCorrectionLevel: 'M' }).then((svg) => {
      if (!gone) setPicture(`data:image/svg+xml,${encodeURIComponent(svg)}`)
    })
    return () => {
      gone = true
    }
  }, [link])
  return (
    <div className="link" role="status">
      {picture && <img src={picture} alt="The pairing link as a code" />}
      <p>
        Scan this with the tablet, or open the link on it, within 10 minutes. It works once:
        <a href={link}>{link}</a>
      </p>
    </div>
  )
}
