import { describe, expect, it } from 'vitest'
import { failures, holds } from '../../inspector/src/lab/engine/expect.ts'
import { Lab } from '../../inspector/src/lab/engine/lab.ts'
import { streamTo, underWay } from '../../inspector/src/lab/engine/snapshot.ts'
import { scenarios } from '../../inspector/src/lab/scenarios/index.ts'
import { groups } from '../../inspector/src/lab/scenarios/scenario.ts'
import { clauseName, clausesIn } from '../../inspector/src/links/clause.ts'

describe('the library', () => {
  it('has at least 20 lessons, each with its own name, in every group', () => {
    expect(scenarios.length).toBeGreaterThanOrEqual(20)
    expect(new Set(scenarios.map(({ id }) => id)).size).toBe(scenarios.length)
    expect(new Set(scenarios.map(({ group }) => group))).toEqual(new Set(groups))
  })

  it('names sections as people cite them', () => {
    expect(clausesIn('5.5.1').map(clauseName)).toEqual(['RFC 6455, section 5.5.1'])
    expect(clausesIn('RFC 7692, 7.2.2').map(clauseName)).toEqual(['RFC 7692, section 7.2.2'])
  })
})

describe.each(scenarios)('$id', (scenario) => {
  it('is as its sentences say, step by step', () => {
    const lab = new Lab(scenario)
    for (const [at, step] of scenario.steps.entries()) {
      lab.do({ do: 'step' })
      const snapshot = lab.snapshot()
      expect(failures(step.expect, snapshot), `step ${at + 1}: ${step.says}`).toEqual([])
      expect(Object.keys(step.expect), `step ${at + 1} claims something`).not.toEqual([])
      // Nothing is refused unless the lesson says so.
      if (step.expect.refusal === undefined) expect(snapshot.refusal, `step ${at + 1}`).toBe(null)
      if (step.bytes !== undefined)
        expect(underWay(streamTo(snapshot, step.bytes))[0]?.length).toBeGreaterThan(0)
      expect(step.section).toMatch(/^(RFC \d{4}, )?\d+(\.\d+)*$/)
      if (step.ask === undefined) continue
      const right = step.ask.choices.filter(({ means }) => holds(means, snapshot))
      expect(right, `one answer to: ${step.ask.question}`).toHaveLength(1)
      expect(step.ask.choices.length).toBeGreaterThan(1)
      for (const choice of step.ask.choices) {
        if (choice !== right[0]) expect(choice.because, `why not: ${choice.says}`).toBeTruthy()
      }
    }
    expect(lab.snapshot().step).toBe(scenario.steps.length)
  })

  it('says in words what it ends with', () => {
    const lab = new Lab(scenario)
    for (const _ of scenario.steps) lab.do({ do: 'step' })
    const { client, server } = lab.snapshot()
    const said = new Set(
      [scenario.moral, ...scenario.steps.map(({ says }) => says)].join(' ').match(/\b1\d{3}\b/g),
    )
    for (const code of [client.code, server.code]) if (code !== null) expect(said).toContain(String(code))
    for (const peer of [client, server]) {
      for (const record of peer.records) expect(record).not.toHaveProperty('disagreement')
    }
  })

  it('is the same in every run', () => {
    const run = () => {
      const lab = new Lab(scenario)
      for (const _ of scenario.steps) lab.do({ do: 'step' })
      return lab.snapshot()
    }
    expect(run()).toEqual(run())
  })
})
