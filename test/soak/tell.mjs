/** What a process says to the one that started it: lines of JSON. */
export const tell = (message) => process.stdout.write(`${JSON.stringify(message)}\n`)

const sockets = () => process.getActiveResourcesInfo().filter((kind) => kind.startsWith('TCPSocket')).length

/** Memory in use once all garbage is gone, and what keeps the process. */
export function tellMemory(when) {
  for (let turn = 0; turn < 3; turn++) globalThis.gc()
  const { heapUsed, external, rss } = process.memoryUsage()
  tell({ kind: 'memory', when, used: heapUsed + external, rss, handles: sockets() })
}

/** The same when all is over: the system takes a few turns to let go of the last socket. */
export async function tellEnd() {
  for (let turn = 0; turn < 100 && sockets() > 0; turn++)
    await new Promise((resolve) => setTimeout(resolve, 10))
  tellMemory('end')
  process.disconnect()
}
