/** What things of the lab are called. */
import { readCloseCode } from '../../../../src/framing/close.ts'
import { closeWords } from '../../log/words.ts'
import { bytes, duration } from '../../model/format.ts'
import type { Segment } from '../engine/segments.ts'
import { type Fate, lifecycleOf, type PeerSnapshot } from '../engine/snapshot.ts'

const KINDS: Partial<Record<Segment['kind'], string>> = {
  request: 'GET',
  fin: 'FIN',
  rst: 'RST',
  reserved: 'reserved',
}

/** FIN is also the name of a bit of a frame. */
const ENDS: Partial<Record<Segment['kind'], string>> = { fin: 'end of TCP', rst: 'TCP reset' }

/** `text`, `101`, `FIN`. */
export function kindWord({ kind, line }: Segment): string {
  if (kind === 'response') return line?.split(' ')[1] ?? 'response'
  return KINDS[kind] ?? kind
}

/** What a block is about, in a few characters. */
export function segmentAbout(segment: Segment): string {
  const { kind, frame, line } = segment
  if (line !== null)
    return kind === 'request' ? (line.split(' ')[1] ?? '') : line.split(' ').slice(2).join(' ')
  if (frame === null) return ENDS[kind] ?? '…'
  const { payload, reservedBits } = frame
  if (kind === 'close') return closeOf(payload)
  if (payload.length === 0) return ''
  if (reservedBits !== 0 || kind === 'binary') return hexStart(payload)
  const text = new TextDecoder().decode(payload.subarray(0, 24))
  return /[\p{C}\uFFFD]/u.test(text) ? hexStart(payload) : `“${text}${payload.length > 24 ? '…' : ''}”`
}

function closeOf(payload: Uint8Array): string {
  if (payload.length < 2) return payload.length === 0 ? 'empty' : hexStart(payload)
  const reason = new TextDecoder().decode(payload.subarray(2, 40))
  return closeWords(readCloseCode(payload), payload.length > 40 ? `${reason}…` : reason)
}

const hexStart = (bytes: Uint8Array) =>
  [...bytes.subarray(0, 6)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ') +
  (bytes.length > 6 ? ' …' : '')

/** What became of it, in a word, and in a sentence. */
export const fateWords: Readonly<Record<Fate, readonly [word: string, sentence: string]>> = {
  taken: ['✓', 'It has arrived.'],
  wrong: ['✗', 'It has arrived, and the connection was given up because of it.'],
  unread: ['not read', 'It has arrived when nothing was read any more.'],
  unfinished: ['not complete', 'All of it that was written has arrived: the rest is waited for.'],
  lost: ['cut off', 'Only a part has arrived: the rest is lost.'],
}

/** For those who cannot see it: `text frame, FIN 1, “Hello”, 11 B, 4 of them arrived`. */
export function segmentLabel(segment: Segment, arrived: number): string {
  const { kind, frame, length, partial } = segment
  if (kind === 'fin') return 'end of TCP (FIN)'
  if (kind === 'rst') return 'reset of TCP (RST)'
  const parts = [
    frame === null ? kindWord(segment) : `${kind} frame`,
    frame === null || frame.fin ? '' : 'FIN 0',
    segmentAbout(segment),
    bytes(length),
    partial ? 'not complete' : '',
    arrived > 0 ? `${arrived} of them arrived` : '',
  ]
  return parts.filter((part) => part !== '').join(', ')
}

/** `closing, initiated`. */
export const stateWords = (peer: PeerSnapshot) => lifecycleOf(peer.value).replace('.', ', ')

/** How it ended, or what it waits for; `null` if there is nothing to say. */
export function peerWords(peer: PeerSnapshot, now: number): string | null {
  const { state, code, reason, deadline, value } = peer
  if (state === 'closed' && code !== null) return closeWords(code, reason ?? '')
  if (deadline === null) return null
  const left = duration(Math.max(0, deadline.due - now))
  const waits = {
    opening: `${left} left for the handshake`,
    closing: `${left} left for ${lifecycleOf(value) === 'closing.initiated' ? 'the Close' : 'the end of TCP'}`,
    ping: `pings in ${left}`,
    pong: `waits ${left} for a Pong`,
  }
  return waits[deadline.kind]
}
