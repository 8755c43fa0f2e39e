import { declare, recordLink } from '../links/link.ts'
import type { Cursor } from '../model/view.ts'

/** A way to a record: `#5`. */
export function SeqLink({
  seq,
  cursor,
  onCursor,
}: {
  seq: number
  cursor: Cursor
  onCursor(cursor: Cursor): void
}) {
  return (
    <button
      type="button"
      className="seq-link"
      {...declare(recordLink(seq))}
      aria-pressed={cursor === seq}
      aria-label={`Go to event #${seq}`}
      onClick={() => onCursor(seq)}
    >
      #{seq}
    </button>
  )
}
