import { Fragment } from 'react'
import { clauseName, clausesIn, piecesOf } from './clause.ts'
import { LinkButton } from './LinkButton.tsx'
import { clauseLink } from './link.ts'

/** The sections that are cited, each of which lights whatever else cites it. */
export function Cited({ section }: { section: string }) {
  const clauses = clausesIn(section)
  if (clauses.length === 0) return <span className="section-ref">{section}</span>
  return clauses.map((clause, index) => (
    <Fragment key={clause}>
      {index > 0 && ' '}
      <LinkButton link={clauseLink(clause)} className="section-ref">
        {clauseName(clause)}
      </LinkButton>
    </Fragment>
  ))
}

/** A sentence with the citations in it. */
export function Prose({ text }: { text: string }) {
  return piecesOf(text).map(({ text, clauses }, index) =>
    clauses.length === 0 ? (
      text
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of a sentence have no other name
      <LinkButton key={index} link={clauses.map(clauseLink)} className="prose-ref">
        {text}
      </LinkButton>
    ),
  )
}
