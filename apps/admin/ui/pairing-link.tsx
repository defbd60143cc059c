import { toString as drawCode } from 'qrcode'
import { useCallback, useEffect, useState } from 'react'
import { central } from './client.ts'
import { useAnswer } from './use-answer.ts'

const lookAgainMs = 2_000

export interface Pairing {
  /** By what central knows the link. */
  readonly pairing: string
  readonly link: string
}

/** The link that pairs a tablet (DV1), and the same as a code for its camera, while it can be used. */
export function PairingLink({ pairing, link }: Pairing) {
  const state = useAnswer(
    useCallback(() => central.devicesAdmin.pairing.query({ pairing }), [pairing]),
  )
  const { again, value, fault } = state
  useEffect(() => {
    const timer = setInterval(again, lookAgainMs)
    return () => clearInterval(timer)
  }, [again])
  const picture = usePicture(link)

  if (value?.used) return null
  if (fault) return <p className="quiet">{fault}</p>
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

function usePicture(text: string): string | null {
  const [picture, setPicture] = useState<string | null>(null)
  useEffect(() => {
    let gone = false
    drawCode(text, { type: 'svg', errorCorrectionLevel: 'M' }).then((svg) => {
      if (!gone) setPicture(`data:image/svg+xml,${encodeURIComponent(svg)}`)
    })
    return () => {
      gone = true
    }
  }, [text])
  return picture
}
