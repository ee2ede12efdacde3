/** Every error as a page. The words come from the WebError; internals are not shown. */
import type { Ask } from '../../http/context.ts';
import type { WebError } from '../../http/errors.ts';
import { recognise } from '../../papers/recognise.ts';
import { renderDocument } from '../parts/document.tsx';
import { SmallMasthead } from '../parts/masthead.tsx';
import { submitPath, submits } from '../parts/submit.tsx';
import { basics, todayOf } from './basics.ts';

const HEADLINES: Record<number, string> = {
  400: 'Something in this request is wrong',
  401: 'Administrators only',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  406: 'Format not available',
  409: 'Not possible',
  410: 'No longer valid',
  413: 'Too large',
  415: 'Not a form',
  429: 'Too many requests',
  500: 'Something went wrong',
  501: 'Not available',
  503: 'Temporarily unavailable',
};

const LINKS = [
  { href: '/', text: 'The latest edition' },
  { href: '/calendar', text: 'The calendar' },
];

/** `id`: the request's, to quote when reporting the error. */
export async function errorPage(ask: Ask, error: WebError, id: string): Promise<string> {
  // The database itself may have failed: then the page does without it.
  const frame = await basics(ask).catch(() => ({ latest: null, today: todayOf(ask), papers: 0 }));
  const { search, links = LINKS, unsent } = error.help;
  // Where ADMIN_PASSWORD is set, /admin asks for it; everything else asks for an account.
  const headline =
    error.status === 401 && !('www-authenticate' in error.headers) ? 'Sign in' : HEADLINES[error.status];
  return await renderDocument({
    ask,
    ...frame,
    title: headline ?? 'Error',
    description: error.message,
    canonical: null,
    index: false,
    masthead: <SmallMasthead site={ask.web.site} />,
    children: (
      <main id="main" class="page narrow prose error">
        <p class="kicker">Error {error.status}</p>
        <h1>{headline ?? 'Something went wrong'}</h1>
        <p class="standfirst">{error.message}</p>
        {unsent !== undefined && (
          <div class="write">
            <label for="unsent">Your comment</label>
            <textarea id="unsent" rows={8} readonly>
              {/* A line break at the beginning of a text field is not part of it. */}
              {`\n${unsent}`}
            </textarea>
          </div>
        )}
        {search !== undefined && (
          <form action="/search" method="get" class="big-find">
            <label for="again">Search for it</label>
            <input id="again" type="search" name="q" value={search} maxlength={2000} />
            <button type="submit">Search</button>
          </form>
        )}
        <ul class="ways">
          {links.map((link) => (
            <li>
              <a href={link.href}>{link.text}</a>
            </li>
          ))}
          {error.status === 404 && search !== undefined && submits(ask.web) && (
            <li>
              <a href={submitPath(search)} rel="nofollow">
                Submit {recognise(search) ? 'this paper' : 'a paper'}
              </a>
            </li>
          )}
        </ul>
        {error.status >= 500 && (
          <p class="small-print">
            If it happens again, tell the administrator and quote request <code>{id}</code>.
          </p>
        )}
      </main>
    ),
  });
}
