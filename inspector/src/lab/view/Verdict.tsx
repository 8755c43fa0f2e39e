import type { Question } from '../scenarios/scenario.ts'

interface Props {
  question: Question
  /** What was predicted; `null`: nothing was. */
  choice: number | null
  /** What is right; `null`: nothing of it. */
  right: number | null
}

/** Was it as predicted? And why are the other answers not so? */
export function Verdict({ question: { question, choices }, choice, right }: Props) {
  const answer = right === null ? null : choices[right]!
  const predicted = choice === null ? null : choices[choice]!
  const verdict = answer === null || predicted === null ? 'shown' : answer === predicted ? 'right' : 'wrong'
  const others = choices.filter(
    (each) => each !== answer && each !== predicted && each.because !== undefined && answer !== null,
  )
  return (
    <div className="lab-verdict" data-verdict={verdict}>
      <p className="lab-asked">{question}</p>
      {answer === null ? (
        <p>
          <b>None of the answers.</b> You did something of your own before, so it went another way.
        </p>
      ) : verdict === 'wrong' ? (
        <>
          <p>
            <b className="lab-judged-wrong">Not so.</b> {predicted!.because}
          </p>
          <p>
            The answer is: <b>{answer.says}</b>.
          </p>
        </>
      ) : (
        <p>
          {verdict === 'right' ? <b className="lab-judged-right">That is right:</b> : 'The answer is:'}{' '}
          <b>{answer.says}</b>.
        </p>
      )}
      {others.length > 0 && (
        <details>
          <summary>Why not {verdict === 'wrong' ? 'the rest' : 'the others'}?</summary>
          <ul>
            {others.map(({ says, because }) => (
              <li key={says}>
                <b>{says}</b>: {because}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}
