import { useEffect, useState } from 'react'
import type { Chart } from './chart.ts'
import { layoutInWorker } from './elk.ts'
import { type Layout, layoutRegions } from './layout.ts'
import { measureByCanvas } from './measure.ts'

export type Regions = { layouts: readonly Layout[] } | { error: string } | null

/** A machine is laid out once, however many connections have it. */
const known = new WeakMap<Chart, Promise<readonly Layout[]>>()
const ready = new WeakMap<Chart, Regions>()

/** The laid out regions of `chart`; `null` until they are there. */
export function useRegions(chart: Chart): Regions {
  const [result, setResult] = useState<{ chart: Chart; regions: Regions } | null>(null)
  useEffect(() => {
    let current = true
    let layouts = known.get(chart)
    if (layouts === undefined) {
      layouts = layoutRegions(chart, measureByCanvas(), layoutInWorker)
      known.set(chart, layouts)
      layouts.then(
        (layouts) => ready.set(chart, { layouts }),
        () => known.delete(chart),
      )
    }
    layouts.then(
      (layouts) => current && setResult({ chart, regions: { layouts } }),
      (error: unknown) =>
        current &&
        setResult({ chart, regions: { error: error instanceof Error ? error.message : String(error) } }),
    )
    return () => {
      current = false
    }
  }, [chart])
  return ready.get(chart) ?? (result?.chart === chart ? result.regions : null)
}
