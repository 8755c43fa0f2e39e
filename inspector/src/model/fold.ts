/**
 * Something that is gathered from a list, entry by entry. A list that only grew is taken on from where it was
 * left, so that what comes in live costs no more than itself.
 */
import { useRef } from 'react'

export interface Fold<Item, State> {
  start(): State
  /** Changes `state`. */
  take(state: State, item: Item): void
}

interface Progress<Item, State> {
  fold: Fold<Item, State>
  items: readonly Item[]
  state: State
}

/** What `fold` makes of `items`, going on from `before` if it can. */
export function proceed<Item, State>(
  before: Progress<Item, State> | null,
  fold: Fold<Item, State>,
  items: readonly Item[],
): Progress<Item, State> {
  const known = before?.items.length ?? 0
  const goesOn =
    before !== null &&
    before.fold === fold &&
    known <= items.length &&
    (known === 0 || (items[0] === before.items[0] && items[known - 1] === before.items[known - 1]))
  const state = goesOn ? before.state : fold.start()
  for (let at = goesOn ? known : 0; at < items.length; at++) fold.take(state, items[at]!)
  return { fold, items, state }
}

/** The state is changed in place: it is new only if the list started anew. `fold` must be the same each time. */
export function useFold<Item, State>(fold: Fold<Item, State>, items: readonly Item[]): State {
  const progress = useRef<Progress<Item, State> | null>(null)
  progress.current = proceed(progress.current, fold, items)
  return progress.current.state
}
