import type { NewInvitation } from '@parley/client'
import { Button, useStrings } from '@parley/react'
import { useEffect, useId, useState } from 'react'

import { clockDate } from '../dates'
import { invitationLink } from '../router'

/** The link of a new invitation, to copy, to share, and as a QR code. */
export function InvitationCard({ invitation }: { readonly invitation: NewInvitation }) {
  const { app, product, locale } = useStrings()
  const [copied, setCopied] = useState(false)
  const id = useId()
  const words = app.invite
  const link = invitationLink(invitation.invitation)
  const copy = () => {
    navigator.clipboard.writeText(link).then(
      () => setCopied(true),
      // Where the clipboard is denied, the link stays selectable.
      () => undefined,
    )
  }
  // Missing in most desktop browsers.
  const canShare = 'share' in navigator
  return (
    <div className="account-card invitation">
      <div className="invitation-words">
        <label htmlFor={id}>{words.link}</label>
        <input
          id={id}
          className="invitation-link"
          readOnly
          value={link}
          dir="ltr"
          onFocus={(event) => event.target.select()}
        />
        <div className="invitation-actions">
          {'clipboard' in navigator && (
            <Button icon={copied ? 'check' : 'link'} look="primary" onPress={copy}>
              {copied ? words.copied : words.copy}
            </Button>
          )}
          {canShare && (
            <Button
              icon="arrowOut"
              onPress={() => {
                // The person may close the system's dialog.
                navigator.share({ title: product, url: link }).catch(() => undefined)
              }}
            >
              {words.share}
            </Button>
          )}
        </div>
        <p className="account-hint">{words.once(clockDate(invitation.expires_at_ms, locale))}</p>
        <p className="account-hint">{words.alone}</p>
        <p className="parley-unseen" role="status">
          {copied && words.copied}
        </p>
      </div>
      <QrCode text={link} label={words.qrCode} />
    </div>
  )
}

type QrCodeProps = { readonly text: string; readonly label: string }

/** Drawn once the code that makes it is loaded; the link beside it says the same. */
function QrCode({ text, label }: QrCodeProps) {
  const [drawing, setDrawing] = useState<{ readonly path: string; readonly size: number }>()
  useEffect(() => {
    let wanted = true
    import('uqr').then(
      ({ encode }) => {
        if (!wanted) return
        const { data, size } = encode(text, { border: 4 })
        const squares = data.flatMap((row, y) =>
          row.map((dark, x) => (dark ? `M${String(x)} ${String(y)}h1v1h-1z` : '')),
        )
        setDrawing({ path: squares.join(''), size })
      },
      () => undefined,
    )
    return () => {
      wanted = false
    }
  }, [text])
  return (
    <div className="invitation-code">
      {drawing && (
        <svg
          role="img"
          aria-label={label}
          viewBox={`0 0 ${String(drawing.size)} ${String(drawing.size)}`}
          shapeRendering="crispEdges"
        >
          <path d={drawing.path} />
        </svg>
      )}
    </div>
  )
}
