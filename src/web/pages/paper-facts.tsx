/** The column beside a paper: where to read it, code and links, dates and facts. */

import type { Child } from 'hono/jsx';
import { KINDS_OF_REPOSITORY, type Paper, type Repository } from '../../papers/types.ts';
import {
  count,
  monthOf,
  sayDay,
  sayMonth,
  sayNumber,
  sayPublished,
  stampPublished,
} from '../../present/dates.ts';
import { isFromHub, sourceName } from '../../present/paper-words.ts';
import { Tex } from '../../present/tex.tsx';
import {
  htmlLink,
  identifierLink,
  isWebLink,
  linkName,
  pdfLink,
  periodPath,
  repositoriesUrl,
  repositoryUrl,
  searchPath,
} from '../../present/urls.ts';

interface FactsProps {
  paper: Paper;
  /** Its votes and comments. */
  counts: Child;
  /** Where the topics are from, if nobody chose them. */
  topics: string;
}

export const PaperFacts = ({ paper, counts, topics }: FactsProps) => {
  const published = sayPublished(paper);
  const pdf = pdfLink(paper);
  const html = htmlLink(paper);
  const outside = paper.identifiers.map((id) => ({ id, link: identifierLink(id) }));
  const versions = paper.identifiers.filter((id) => id.scheme === 'arxiv' && (id.version ?? 0) > 0);
  const links = paper.links.filter((link) => isWebLink(link.url));
  const names = { code: 'Code', project: 'Project', media: 'Media' };
  return (
    <aside class="facts" aria-label="About this paper">
      <section>
        <h2>Read</h2>
        <ul>
          {pdf && (
            <li>
              <a href={pdf} class="strong">
                PDF
              </a>
            </li>
          )}
          {html && (
            <li>
              <a href={html}>arXiv HTML</a>
            </li>
          )}
          {outside.map(({ id, link }) =>
            link ? (
              <li>
                <a href={link.href}>{link.label}</a> <small>{link.text}</small>
              </li>
            ) : (
              <li>
                <span>Local ID</span> <small>{id.value}</small>
              </li>
            ),
          )}
        </ul>
      </section>
      {links.length > 0 && (
        <section>
          <h2>Code and links</h2>
          <ul>
            {links.map((link) => (
              <li>
                <a href={link.url}>{linkName(link.url)}</a>{' '}
                <small>
                  {link.stars !== undefined ? (
                    <>
                      <span aria-hidden="true">★ {sayNumber(link.stars)}</span>
                      <span class="vh">{count(link.stars, 'star')}</span>
                    </>
                  ) : (
                    names[link.kind]
                  )}
                  {link.licence && ` · ${link.licence}`}
                </small>
              </li>
            ))}
          </ul>
        </section>
      )}
      <Citing paper={paper} />
      <section>
        <h2>Dates and facts</h2>
        <dl>
          {published && (
            <Fact name="Published">
              <time datetime={stampPublished(paper)}>{published}</time>
            </Fact>
          )}
          {paper.announced && <Fact name="Announced">{sayDay(paper.announced)}</Fact>}
          {paper.updated && paper.updated !== paper.published && (
            <Fact name="Updated">{sayDay(paper.updated)}</Fact>
          )}
          {paper.listed && (
            <Fact name="Edition">
              <a href={periodPath({ kind: 'day', value: paper.listed })}>{sayDay(paper.listed)}</a>
            </Fact>
          )}
          {versions.map((id) => (
            <Fact name="Version">{id.version}</Fact>
          ))}
          {paper.journal && (
            <Fact name="Journal">
              <Tex text={paper.journal} />
            </Fact>
          )}
          {paper.note && (
            <Fact name="Authors’ note">
              <Tex text={paper.note} />
            </Fact>
          )}
          {counts}
          {paper.citations !== null && <Fact name="Citations">{sayNumber(paper.citations)}</Fact>}
          {paper.licence && (
            <Fact name="Licence">
              {isWebLink(paper.licence) ? (
                <a href={paper.licence}>{licenceName(paper.licence)}</a>
              ) : (
                paper.licence
              )}
            </Fact>
          )}
          {paper.sources.length > 0 && (
            <Fact name="Sources">{[...new Set(paper.sources.map(sourceName))].join(', ')}</Fact>
          )}
        </dl>
        <Submitted paper={paper} />
      </section>
      {paper.keywords.length > 0 && (
        <section>
          <h2>Topics</h2>
          <p class="keywords">
            {paper.keywords.map((word, i) => (
              <>
                {i > 0 && ' · '}
                <a href={searchPath({ q: word })}>{word}</a>
              </>
            ))}
          </p>
          {topics && <p class="small-print">{topics}</p>}
        </section>
      )}
      {paper.listed && (
        <p class="small-print">
          <a href={periodPath({ kind: 'month', value: monthOf(paper.listed) })}>
            More from {sayMonth(monthOf(paper.listed))}
          </a>
        </p>
      )}
    </aside>
  );
};

/** Facts about votes and comments, in the list of facts. @param votes where they were counted */
export const Counts = ({ paper, votes }: { paper: Paper; votes: string }) => (
  <>
    {votes && <Fact name="Votes">{votes}</Fact>}
    {paper.comments > 0 && (
      <Fact name="Comments">
        <a href="#letters">{sayNumber(paper.comments)}</a>
      </Fact>
    )}
  </>
);

/** How many of each kind are named; the Hub has the rest. */
const MOST_NAMED = 3;
const KIND_NAMES = { models: 'model', datasets: 'dataset', spaces: 'Space' } as const;

/** What cites the paper on the Hub. */
const Citing = ({ paper: { repositories, identifiers } }: { paper: Paper }) => {
  if (repositories === null) return null;
  const arxiv = identifiers.find((id) => id.scheme === 'arxiv')?.value;
  return (
    <section>
      <h2>Models, datasets and Spaces</h2>
      {KINDS_OF_REPOSITORY.map((kind) => {
        const total = repositories.totals[kind];
        const named = repositories[kind].slice(0, MOST_NAMED);
        if (total === 0) return null;
        return (
          <ul>
            {named.map((one) => (
              <li>
                <a href={repositoryUrl(kind, one.id)} rel="noopener">
                  {one.id}
                </a>{' '}
                <small>{[KIND_NAMES[kind], ...repositoryFacts(one)].join(' · ')}</small>
              </li>
            ))}
            {total > named.length && (
              <li>
                {arxiv === undefined ? (
                  `${count(total, KIND_NAMES[kind])} in total`
                ) : (
                  <a href={repositoriesUrl(kind, arxiv)} rel="noopener">
                    All {count(total, KIND_NAMES[kind])} on Hugging Face
                  </a>
                )}
              </li>
            )}
          </ul>
        );
      })}
    </section>
  );
};

/** Likes and downloads, where known. */
const repositoryFacts = ({ likes, downloads }: Repository): string[] => [
  ...(likes ? [count(likes, 'like')] : []),
  ...(downloads ? [count(downloads, 'download')] : []),
];

/** Who listed the paper. A user name is the Hub's only if the paper is known from there. */
const Submitted = ({ paper: { submittedBy, sources } }: { paper: Paper }) => {
  if (!submittedBy) return null;
  const { name, user } = submittedBy;
  if (!isFromHub(sources)) return <p class="small-print">Listed by {name}.</p>;
  return (
    <p class="small-print">
      Listed on Hugging Face by{' '}
      {user ? <a href={`https://huggingface.co/${encodeURIComponent(user)}`}>{name}</a> : name}.
    </p>
  );
};

const Fact = ({ name, children }: { name: string; children?: Child }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

/** `CC BY 4.0` from an address at Creative Commons; others by host and path. */
function licenceName(url: string): string {
  const cc = /creativecommons\.org\/(licenses|publicdomain)\/([a-z-]+)\/([\d.]+)/.exec(url);
  if (cc) return cc[2] === 'zero' ? `CC0 ${cc[3]}` : `CC ${cc[2]!.toUpperCase()} ${cc[3]}`;
  if (/arxiv\.org\/licenses\/nonexclusive/.test(url)) return 'arXiv, non-exclusive';
  return url.replace(/^https?:\/\//, '');
}
