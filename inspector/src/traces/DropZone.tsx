import { useEffect, useRef, useState } from 'react'
import { createPortal } from 'react-dom'

/** Takes files that are dropped anywhere on the page; says so while they hover over it. */
export function DropZone({ onFiles }: { onFiles(files: FileList): void }) {
  const [over, setOver] = useState(false)
  const latest = useRef(onFiles)
  latest.current = onFiles
  useEffect(() => {
    // Each element that is entered and left within the page says so.
    let depth = 0
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true
    const on = {
      dragenter(event: DragEvent) {
        if (!hasFiles(event)) return
        event.preventDefault()
        depth++
        setOver(true)
      },
      dragover(event: DragEvent) {
        // Else the browser would leave the page for the file.
        if (hasFiles(event)) event.preventDefault()
      },
      dragleave(event: DragEvent) {
        if (!hasFiles(event) || --depth > 0) return
        depth = 0
        setOver(false)
      },
      drop(event: DragEvent) {
        depth = 0
        setOver(false)
        if (!hasFiles(event)) return
        event.preventDefault()
        const files = event.dataTransfer?.files
        if (files !== undefined && files.length > 0) latest.current(files)
      },
    }
    for (const [type, listener] of Object.entries(on))
      window.addEventListener(type, listener as EventListener)
    return () => {
      for (const [type, listener] of Object.entries(on))
        window.removeEventListener(type, listener as EventListener)
    }
  }, [])
  if (!over) return null
  return createPortal(<div className="drop-zone">Drop traces here to open them</div>, document.body)
}
