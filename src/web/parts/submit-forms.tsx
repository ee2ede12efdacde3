/** The forms of `/submit`. */
import type { Child } from 'hono/jsx';
import { LONGEST_ALT, MOST_PICTURES } from '../../community/pictures.ts';
import { LONGEST } from '../../markdown/limits.ts';
import type { Paper, PaperRecord } from '../../papers/types.ts';
import { count, sayNumber, sayPublished } from '../../present/dates.ts';
import { sourceName } from '../../present/paper-words.ts';
import type { Typed } from '../../present/submitting.ts';
import { Tex } from '../../present/tex.tsx';
import { identifierLink, paperPath, withQuery } from '../../present/urls.ts';

interface IdFormProps {
  id: string;
  rules: { perDay: number; maxAge: number };
}

/** Where an identifier goes. */
export const IdForm = ({ id, rules: { perDay, maxAge } }: IdFormProps) => (
  <>
    <form method="post" action="/submit" class="stacked submit">
      <label>
        Identifier or address of the paper
        <input
          type="text"
          name="id"
          value={id}
          required
          maxlength={500}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          aria-describedby="id-help"
        />
        <span id="id-help" class="small-print">
          An arXiv identifier (2504.15921), a DOI, or an address on arXiv, OpenReview or the ACL Anthology.
        </span>
      </label>
      <button type="submit" name="do" value="look">
        Find it
      </button>
    </form>
    <p class="small-print">
      The paper is looked up and shown to you before anything is submitted. You can submit{' '}
      {perDay === 1 ? 'one paper' : `${sayNumber(perDay)} papers`} a day
      {maxAge > 0 && <>, published within the last {count(maxAge, 'day')}</>}.
    </p>
    <p>
      No identifier? <a href={withQuery('/submit', { by: 'hand', id })}>Enter a paper by hand</a>.
    </p>
  </>
);

/** Where a paper is entered by hand, with what has been typed already. */
export const HandForm = ({ typed }: { typed: Typed }) => (
  <form method="post" action="/submit" class="stacked submit">
    <label>
      Title
      <input type="text" name="title" value={typed.title ?? ''} required maxlength={1000} />
    </label>
    <label>
      Authors, one per line
      <textarea name="authors" rows={3} required maxlength={20_000}>
        {`\n${typed.authors ?? ''}`}
      </textarea>
    </label>
    <label>
      Abstract (optional)
      <textarea name="abstract" rows={6} maxlength={10_000}>
        {`\n${typed.abstract ?? ''}`}
      </textarea>
    </label>
    <label>
      Published on (optional)
      <input
        type="text"
        name="published"
        value={typed.published ?? ''}
        maxlength={10}
        placeholder="2026-06-26"
        autocomplete="off"
      />
    </label>
    <label>
      Identifier (optional)
      <input
        type="text"
        name="id"
        value={typed.id ?? ''}
        maxlength={500}
        placeholder="arXiv identifier or DOI"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
      />
    </label>
    <label>
      Link to the paper (optional)
      <input type="url" name="url" value={typed.url ?? ''} maxlength={1000} placeholder="https://…" />
    </label>
    <button type="submit" name="do" value="hand">
      Continue
    </button>
  </form>
);

/** Links that may come with a submission. */
const LINKS = [
  { name: 'code', says: 'Code', placeholder: 'https://github.com/…' },
  { name: 'project', says: 'Project page', placeholder: 'https://…' },
  { name: 'video', says: 'Video', placeholder: 'https://www.youtube.com/…' },
];

/** What may come with a submission. */
export const OptionalFields = ({ fields }: { fields: URLSearchParams | undefined }) => (
  <>
    {LINKS.map(({ name, says, placeholder }) => (
      <label>
        {says} (optional)
        <input
          type="url"
          name={name}
          value={fields?.get(name) ?? ''}
          maxlength={1000}
          placeholder={placeholder}
        />
      </label>
    ))}
    <label>
      First comment (optional)
      <textarea name="text" rows={4} maxlength={LONGEST} aria-describedby="text-help">
        {`\n${fields?.get('text') ?? ''}`}
      </textarea>
      <span class="small-print" id="text-help">
        Why should others read it? Markdown, with <code>$formulas$</code> and <code>@names</code>.
      </span>
    </label>
    <details class="with-pictures">
      <summary>Pictures (optional)</summary>
      <p class="small-print">
        PNG, JPEG, WebP, GIF or AVIF, at most 1 MB each. They are shown on the paper’s page.
      </p>
      {Array.from({ length: MOST_PICTURES }, (_, i) => i + 1).map((number) => (
        <fieldset>
          <legend>Picture {number}</legend>
          <input
            type="file"
            name={`picture${number}`}
            accept="image/png,image/jpeg,image/webp,image/gif,image/avif"
            aria-label={`Picture ${number}`}
          />
          <label>
            What it shows
            <input
              type="text"
              name={`alt${number}`}
              value={fields?.get(`alt${number}`) ?? ''}
              maxlength={LONGEST_ALT}
              autocomplete="off"
            />
          </label>
        </fieldset>
      ))}
    </details>
  </>
);

/** Authors named before the rest are only counted. */
const MOST_AUTHORS = 12;

const Known = ({ record }: { record: PaperRecord }) => {
  const { title, authors = [], abstract, identifiers, categories = [], journal } = record;
  const published =
    record.published &&
    sayPublished({ published: record.published, publishedPrecision: record.publishedPrecision ?? 'day' });
  const more = authors.length - MOST_AUTHORS;
  return (
    <>
      <h2 class="submit-title">
        <Tex text={title} />
      </h2>
      {authors.length > 0 && (
        <p>
          {authors.slice(0, MOST_AUTHORS).join(', ')}
          {more > 0 && ` and ${count(more, 'other')}`}
        </p>
      )}
      <p class="small-print">
        {[
          ...identifiers.flatMap((one) => {
            const link = identifierLink(one);
            return link ? `${link.label} ${link.text}` : [];
          }),
          published,
          journal,
          categories.join(', '),
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
      {abstract && (
        <details>
          <summary>Abstract</summary>
          <p>
            <Tex text={abstract} block />
          </p>
        </details>
      )}
    </>
  );
};

/** A paper that waits to be confirmed, with the form that submits it. */
export const Preview = ({
  draft: { id, record },
  children,
}: {
  draft: { id: string; record: PaperRecord };
  children: Child;
}) => {
  const isByHand = record.source === 'submitted';
  return (
    <>
      <section class="submit-paper" aria-label="The paper">
        <Known record={record} />
        <p class="small-print">{isByHand ? 'As you entered it.' : `From ${sourceName(record.source)}.`}</p>
      </section>
      <form method="post" action="/submit" class="stacked submit" enctype="multipart/form-data">
        <input type="hidden" name="key" value={id} />
        {children}
        <p class="buttons">
          <button type="submit" name="do" value="send">
            Submit to today’s edition
          </button>
          {isByHand && (
            <button type="submit" name="do" value="edit" class="quiet" formnovalidate>
              Change it
            </button>
          )}
          <a href="/submit">Another paper</a>
        </p>
      </form>
    </>
  );
};

/** A paper that is here, with the form that lists it today. */
export const Here = ({ paper, formKey, children }: { paper: Paper; formKey: string; children: Child }) => (
  <>
    <section class="submit-paper" aria-label="The paper">
      <h2 class="submit-title">
        <a href={paperPath(paper)}>
          <Tex text={paper.title} />
        </a>
      </h2>
      {paper.authors.length > 0 && (
        <p>
          {paper.authors.slice(0, MOST_AUTHORS).join(', ')}
          {paper.authors.length > MOST_AUTHORS &&
            ` and ${count(paper.authors.length - MOST_AUTHORS, 'other')}`}
        </p>
      )}
    </section>
    <p>
      Nobody has listed it yet. You can <a href={paperPath(paper)}>read it here</a>, or list it in today’s
      edition:
    </p>
    <form method="post" action="/submit" class="stacked submit" enctype="multipart/form-data">
      <input type="hidden" name="key" value={formKey} />
      <input type="hidden" name="paper" value={paper.id} />
      {children}
      <p class="buttons">
        <button type="submit" name="do" value="list">
          List it in today’s edition
        </button>
      </p>
    </form>
  </>
);
