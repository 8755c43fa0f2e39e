import { type ChangeEvent, useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { useFeed } from '../feed/FeedContext.ts'
import type { Connection } from '../model/connection.ts'
import { DropZone } from './DropZone.tsx'
import { download } from './download.ts'
import { TraceNotice } from './TraceNotice.tsx'
import { useTraces } from './TracesContext.ts'
import { isOf, type OpenedTrace, type Traces } from './traces.ts'
import './traces.css'

interface Props {
  connections: ReadonlyMap<string, Connection>
  selected: string | null
  /** The connection that was picked, or that a link names: it may not be there yet. */
  wanted: string | null
  onOpened(id: string): void
}

const none: readonly OpenedTrace[] = []

/** Traces are saved and opened here; a file may also be dropped anywhere on the page. */
export function TraceTools({ connections, selected, wanted, onOpened }: Props) {
  const feed = useFeed()
  const traces = useTraces()
  const opened = useSyncExternalStore(traces?.subscribe ?? never, traces?.getSnapshot ?? (() => none))
  const [saving, setSaving] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  useShowOpened(traces, opened, connections, wanted, onOpened)

  const own = [...connections.values()].filter(({ about }) => about !== null)
  const current = selected === null ? undefined : connections.get(selected)
  const save = async (which: Connection[]) => {
    setSaving(true)
    await download(which, feed.getSnapshot().config)
    setSaving(false)
  }
  return (
    <>
      {opened.map((trace) => (
        <TraceNotice key={trace.id} trace={trace} traces={traces!} />
      ))}
      <fieldset className="trace-tools">
        <legend>Traces</legend>
        {traces !== null && (
          <>
            <button type="button" className="small-button" onClick={() => input.current?.click()}>
              Open trace…
            </button>
            <input
              ref={input}
              type="file"
              hidden
              multiple
              accept=".jsonl,.ndjson,.json,.txt"
              aria-label="Trace to open"
              tabIndex={-1}
              onChange={(event: ChangeEvent<HTMLInputElement>) => {
                openAll(traces, event.target.files)
                event.target.value = ''
              }}
            />
            <DropZone onFiles={(files) => openAll(traces, files)} />
          </>
        )}
        <button
          type="button"
          className="small-button"
          disabled={saving || current?.about == null}
          title="Save the selected connection as JSON Lines"
          onClick={() => void save([current!])}
        >
          Save this
        </button>
        <button
          type="button"
          className="small-button"
          disabled={saving || own.length === 0}
          title="Save every connection as JSON Lines"
          onClick={() => void save(own)}
        >
          Save all
        </button>
      </fieldset>
    </>
  )
}

const never = () => () => {}

function openAll(traces: Traces, files: FileList | null): void {
  for (const file of files ?? []) void traces.open(file.name, file.stream() as ReadableStream<Uint8Array>)
}

/** What was opened just now is what is looked at: of its connections the one that a link names, or the first. */
function useShowOpened(
  traces: Traces | null,
  opened: readonly OpenedTrace[],
  connections: ReadonlyMap<string, Connection>,
  wanted: string | null,
  onOpened: (id: string) => void,
): void {
  useEffect(() => {
    const latest = opened.at(-1)
    const first = latest?.connections[0]
    if (latest === undefined || latest.shown || first === undefined || !connections.has(first)) return
    if (wanted !== null && latest.state === 'reading' && isOf(wanted, latest.id)) return
    traces?.markShown(latest.id)
    if (wanted === null || !latest.connections.includes(wanted)) onOpened(first)
  }, [traces, opened, connections, wanted, onOpened])
}
