/** The column beside a paper: where to read it, what belongs to it, its dates and facts. */
import type { Child } from 'hono/jsx';
import type { Paper, Source } from '../../papers/types.ts';
import { count, monthOf, sayDay, sayNumber, sayPublished, stampPublished } from '../dates.ts';
import { Tex } from '../tex.tsx';
import { identifierLink, isWebLink, linkName, pdfLink, periodPath, searchPath } from '../urls.ts';

export const Facts = ({ paper }: { paper: Paper }) => {
  const published = sayPublished(paper);
  const pdf = pdfLink(paper);
  const outside = paper.identifiers.map((id) => ({ id, link: identifierLink(id) }));
  const versions = paper.identifiers.filter((id) => id.scheme === 'arxiv' && (id.version ?? 0) > 0);
  const links = paper.links.filter((link) => isWebLink(link.url));
  const names = { code: 'Code', project: 'Project', media: 'Media' };
  return (
    <aside class="facts" aria-label="Facts of this paper">
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
          {outside.map(({ id, link }) =>
            link ? (
              <li>
                <a href={link.href}>{link.label}</a> <small>{link.text}</small>
              </li>
            ) : (
              <li>
                <span>Id here</span> <small>{id.value}</small>
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
                </small>
              </li>
            ))}
          </ul>
        </section>
      )}
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
          {paper.comments > 0 && <Fact name="Comments">{sayNumber(paper.comments)}, at the source</Fact>}
          {paper.licence && (
            <Fact name="Licence">
              {isWebLink(paper.licence) ? (
                <a href={paper.licence}>{licenceName(paper.licence)}</a>
              ) : (
                paper.licence
              )}
            </Fact>
          )}
          {paper.sources.length > 0 && <Fact name="Told by">{paper.sources.map(sourceName).join(', ')}</Fact>}
        </dl>
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
        </section>
      )}
      {paper.listed && (
        <p class="small-print">
          <a href={periodPath({ kind: 'month', value: monthOf(paper.listed) })}>More of that month</a>
        </p>
      )}
    </aside>
  );
};

const Fact = ({ name, children }: { name: string; children?: Child }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

const SOURCE_NAMES: Record<Source, string> = {
  arxiv: 'arXiv',
  'arxiv-feed': 'arXiv’s announcements',
  openreview: 'OpenReview',
  acl: 'ACL Anthology',
  crossref: 'Crossref',
  hf: 'Hugging Face',
  jsonl: 'a JSON Lines file',
  csljson: 'a CSL-JSON file',
  bibtex: 'a BibTeX file',
  starter: 'the starter collection',
};
const sourceName = (source: Source): string => SOURCE_NAMES[source];

/** `CC BY 4.0` of Creative Commons' addresses; others by host and path. */
function licenceName(url: string): string {
  const cc = /creativecommons\.org\/(licenses|publicdomain)\/([a-z-]+)\/([\d.]+)/.exec(url);
  if (cc) return cc[2] === 'zero' ? `CC0 ${cc[3]}` : `CC ${cc[2]!.toUpperCase()} ${cc[3]}`;
  if (/arxiv\.org\/licenses\/nonexclusive/.test(url)) return 'arXiv, non-exclusive';
  return url.replace(/^https?:\/\//, '');
}
