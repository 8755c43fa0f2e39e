/**
 * Control frames (RFC 6455, section 5.5) as they are drawn: of one kind, one behind the other, they are a group. Those
 * between messages are gathered in groups as they come; a connection that is only kept alive has many of them.
 */
import type { Crossing } from '../../../src/report/crossings.ts'

export interface ControlFrame {
  seq: number
  crossing: Crossing
}

export interface Group {
  /** How many messages of this direction had begun in front of it. */
  behind: number
  /** How many control frames between messages there were in front of it. */
  before: number
  frames: ControlFrame[]
}

/** A group as it stood at the cursor: the first `count` of its frames. */
export interface GroupAsOf {
  frames: readonly ControlFrame[]
  count: number
}

/** A Close stands for itself: it has a code. */
export function isAlike({ crossing: a }: ControlFrame, { crossing: b }: ControlFrame): boolean {
  return a.name === b.name && a.fate === b.fate && a.name !== 'close'
}

export function addBetween(groups: Group[], behind: number, frame: ControlFrame): void {
  const last = groups.at(-1)
  if (last !== undefined && last.behind === behind && isAlike(last.frames.at(-1)!, frame)) {
    last.frames.push(frame)
  } else {
    groups.push({ behind, before: (last?.before ?? 0) + (last?.frames.length ?? 0), frames: [frame] })
  }
}

/** Groups that are drawn at the beginning and at the end of a run, if it has more. */
const FIRST = 2
const LAST = 6

export interface Run {
  /** Without those that are folded, which lie in front of the one at `fold`. */
  groups: GroupAsOf[]
  fold: number
  /** How many frames are folded. */
  folded: number
}

/** What came between two messages, the latter of which would be the `behind`th, as it stood at the cursor. */
export function runAsOf(groups: readonly Group[], behind: number, seq: number | null): Run {
  const from = firstOf(groups, (group) => group.behind >= behind)
  const to = firstOf(groups, (group) => group.behind > behind || isLater(group.frames[0]!, seq))
  const folds = to - from > FIRST + LAST
  const drawn = folds
    ? [...groups.slice(from, from + FIRST), ...groups.slice(to - LAST, to)]
    : groups.slice(from, to)
  return {
    groups: drawn.map(({ frames }) => ({ frames, count: firstOf(frames, (frame) => isLater(frame, seq)) })),
    fold: FIRST,
    folded: folds ? groups[to - LAST]!.before - groups[from + FIRST]!.before : 0,
  }
}

const isLater = (frame: ControlFrame, seq: number | null) => seq !== null && frame.seq > seq

/** Place of the first item that passes, if all behind it do as well; the length if none does. */
function firstOf<Item>(items: readonly Item[], passes: (item: Item) => boolean): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (passes(items[middle]!)) high = middle
    else low = middle + 1
  }
  return low
}
