/** What is on the page of the lab: two peers, and the frames on the wire between them, which both have in their records. */
import { type Crossing, crossingsOf } from '../../../src/report/crossings.ts'
import type { Frame, Scene } from '../links/light.ts'
import { pairsOf, type Seen } from '../links/pairs.ts'
import type { Connection } from '../model/connection.ts'
import { other, type Side } from './engine/action.ts'
import { toHex } from './engine/hex.ts'
import type { Segment } from './engine/segments.ts'
import { type Snapshot, streamTo } from './engine/snapshot.ts'
import { segmentLabel } from './view/words.ts'

/** What `data-link-of` says on the wire. */
export const WIRE = 'wire'

/** Id of a part of the stream to a peer, as that of a crossing. */
export const segmentId = (to: Side, index: number) => `${to}.${index}`

export function sceneOf(snapshot: Snapshot, client: Connection, server: Connection): Scene {
  const peers = { client, server }
  let twins: Map<string, Frame[]> | null = null
  return {
    connections: new Map([
      ['client', client],
      ['server', server],
    ]),
    twins({ of, id }) {
      twins ??= twinsOf(snapshot, peers)
      return twins.get(`${of} ${id}`) ?? []
    },
    nameOf({ of, id }) {
      const [to, index] = id.split('.')
      if (of !== WIRE || (to !== 'client' && to !== 'server')) return null
      const segment = streamTo(snapshot, to).segments[Number(index)]
      return segment === undefined ? null : `${segmentLabel(segment, 0)}, to the ${to}`
    },
  }
}

function twinsOf(snapshot: Snapshot, peers: Record<Side, Connection>): Map<string, Frame[]> {
  const twins = new Map<string, Frame[]>()
  const join = (one: Frame, twin: Frame) => {
    const key = `${one.of} ${one.id}`
    twins.set(key, [...(twins.get(key) ?? []), twin])
  }
  for (const to of ['client', 'server'] as const) {
    const from = other(to)
    const wire = streamTo(snapshot, to).segments.map((segment, index) =>
      seenOnWire(segment, segmentId(to, index)),
    )
    const sent = new Map(pairsOf(seenBy(peers[from], from), wire).map(([id, segment]) => [segment, id]))
    const received = new Map(pairsOf(wire, seenBy(peers[to], from)))
    for (const { id } of wire) {
      const places: Frame[] = [{ of: WIRE, id }]
      const [sentAs, receivedAs] = [sent.get(id), received.get(id)]
      if (sentAs !== undefined) places.push({ of: from, id: sentAs })
      if (receivedAs !== undefined) places.push({ of: to, id: receivedAs })
      for (const one of places) for (const twin of places) if (one !== twin) join(one, twin)
    }
  }
  return twins
}

/** What `from` put on the wire, as the records of a peer have it. */
function seenBy({ entries, about }: Connection, from: Side): Seen[] {
  return entries.flatMap((entry) =>
    crossingsOf(entry, about!.side)
      .filter((crossing) => crossing.from === from)
      .map((crossing) => seenInRecord(entry.seq, crossing)),
  )
}

function seenInRecord(seq: number, { index, kind, opcode, fin, length, wire }: Crossing): Seen {
  return {
    id: `${seq}.${index}`,
    kind,
    opcode,
    fin,
    length: wire?.payloadLength ?? length,
    maskingKey: wire?.maskingKey ?? null,
  }
}

function seenOnWire({ kind, length, partial, frame }: Segment, id: string): Seen {
  const isHttp = kind === 'request' || kind === 'response'
  return {
    id,
    kind: isHttp ? 'http' : kind === 'fin' || kind === 'rst' ? 'end' : 'frame',
    opcode: frame?.opcode ?? null,
    fin: frame?.fin ?? null,
    length: frame === null || partial ? null : length - frame.headerLength,
    maskingKey: frame?.maskingKey == null ? null : toHex(frame.maskingKey).replaceAll(' ', ''),
  }
}
