import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { useDismiss } from '../shell/useDismiss.ts'
import './share.css'

interface Props {
  /** What is behind the page's own address: `#…`. `null`: there is none. */
  link: string | null
  /** Why there is none. */
  none?: string
  /** It opens above its button. */
  up?: boolean
  /** What the link holds, and who can open it. */
  children: ReactNode
}

/** Puts a link into the clipboard and says so; where the browser does not let it, the link is there to be copied by hand. */
export function CopyLink({ link, none, up = false, children }: Props) {
  const id = useId()
  const root = useRef<HTMLDivElement>(null)
  const button = useRef<HTMLButtonElement>(null)
  const field = useRef<HTMLInputElement>(null)
  const [shown, setShown] = useState<{ url: string; copied: boolean | null } | null>(null)
  const open = shown !== null
  const byHand = shown?.copied === false
  useDismiss(
    root,
    () => open,
    (by) => {
      if (by === 'key') button.current?.focus()
      setShown(null)
    },
  )
  useEffect(() => {
    if (byHand) field.current?.focus()
  }, [byHand])

  // A link that is followed leads elsewhere.
  useEffect(() => {
    const close = () => setShown(null)
    addEventListener('hashchange', close)
    return () => removeEventListener('hashchange', close)
  }, [])

  const copy = async (link: string) => {
    const url = new URL(link, location.href).href
    // Said anew, also if it was said before.
    setShown({ url, copied: null })
    setShown({ url, copied: await written(url) })
  }
  return (
    <div className={up ? 'pop up copy-link' : 'pop copy-link'} ref={root}>
      <button
        type="button"
        className="small-button"
        ref={button}
        disabled={link === null}
        title={link === null ? none : 'Copy a link to what is shown now'}
        onClick={() => link !== null && void copy(link)}
      >
        Copy link
      </button>
      <div className={open ? 'pop-body' : undefined}>
        <p role="status" className="copy-link-told" data-copied={shown?.copied ?? undefined}>
          {shown?.copied === true && 'Link copied.'}
          {byHand && 'The browser does not let this page copy. Copy the link from here.'}
        </p>
        {open && (
          <>
            <label className="field" htmlFor={id}>
              <span>Link</span>
              <input
                id={id}
                ref={field}
                type="text"
                readOnly
                value={shown.url}
                onFocus={({ currentTarget }) => currentTarget.select()}
                onMouseDown={(event) => {
                  if (event.button !== 0) return
                  // A click would place a caret in what is only ever taken as a whole.
                  event.preventDefault()
                  event.currentTarget.focus()
                  event.currentTarget.select()
                }}
              />
            </label>
            <div className="copy-link-about">{children}</div>
          </>
        )}
      </div>
    </div>
  )
}

/** Whether the clipboard has it now. Beyond loopback a page without TLS has none, and one in a frame may not use it. */
async function written(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
