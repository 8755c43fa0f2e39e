import { Fragment, useId, useState } from 'react'
import type { Piece } from '../glossary.ts'

/** A sentence of a lesson; a word in it that may be new is explained below it when it is pressed. */
export function Explained({ pieces }: { pieces: readonly Piece[] }) {
  const id = useId()
  const [shown, setShown] = useState<string | null>(null)
  return (
    <>
      {pieces.map(({ text, means }, at) =>
        means === undefined ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces of a sentence have no other name
          <Fragment key={at}>{text}</Fragment>
        ) : (
          <button
            // biome-ignore lint/suspicious/noArrayIndexKey: see above
            key={at}
            type="button"
            className="lab-word"
            title={means}
            aria-expanded={shown === means}
            aria-controls={shown === means ? id : undefined}
            onClick={() => setShown(shown === means ? null : means)}
          >
            {text}
          </button>
        ),
      )}
      {shown !== null && (
        <span className="lab-meaning" id={id} role="note">
          {shown}
        </span>
      )}
    </>
  )
}
