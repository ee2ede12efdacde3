/** `/api`: our own API, described for people. */
import type { Ask } from '../../http/context.ts';
import { html, type Reply } from '../../http/replies.ts';
import type { Call, Guide, GuideSource } from '../../present/guide.ts';
import { renderDocument } from '../parts/document.tsx';
import { SmallMasthead } from '../parts/masthead.tsx';
import { basics } from './basics.ts';

/** `/api`. */
export async function apiPage(ask: Ask, guideTo: GuideSource): Promise<Reply> {
  const [frame, guide] = await Promise.all([basics(ask), guideTo(ask)]);
  const body = await renderDocument({
    ask,
    ...frame,
    title: 'API',
    description: `The API of ${ask.web.site.name}: every endpoint, its parameters and its response.`,
    canonical: '/api',
    current: 'about',
    masthead: <SmallMasthead site={ask.web.site} />,
    children: (
      <main id="main" class="page narrow prose calls">
        <h1>API</h1>
        <Introduction base={ask.base} guide={guide} />
        {guide.groups.map(({ name, calls }) => (
          <>
            <h2 id={`group-${name.toLowerCase()}`}>{name}</h2>
            {calls.map((call) => (
              <Entry {...call} />
            ))}
          </>
        ))}
        <h2 id="all-shapes">Types</h2>
        <p>Written as TypeScript types. Every field is always present; unknown values are null.</p>
        {guide.shapes.map((shape) => (
          <Shape {...shape} />
        ))}
        <TheHubs hub={guide.hub} />
      </main>
    ),
  });
  return html(body);
}

const Introduction = ({ base, guide: { prefix, words } }: { base: string; guide: Guide }) => (
  <>
    <p class="standfirst">
      Everything on the site, as JSON, under <code>{prefix}</code>. No account or key needed.
    </p>
    <p>
      Responses can be read by scripts on any site. Each carries an <code>ETag</code>: a request with{' '}
      <code>If-None-Match</code> gets a 304 as long as nothing has changed. There is also an{' '}
      <a href={`${prefix}/openapi.json`}>OpenAPI 3.1</a> description.
    </p>
    <p>
      A list has <code>items</code> and <code>next</code>: pass <code>next</code> as <code>cursor</code> to
      get the next page, until it is null. An error is{' '}
      <code>{'{"error": {"code": "…", "message": "…", "parameter": "…"}}'}</code>; the message is also in{' '}
      <code>X-Error-Message</code>, and <code>X-Request-Id</code> identifies the request in the log.
      Rate-limited clients get 429, with the seconds to wait in <code>Retry-After</code>.
    </p>
    <p>In JavaScript and TypeScript, with the client included in the program:</p>
    <pre>{`import { broadsheet } from 'broadsheet/client';

const site = broadsheet('${base}');
for await (const hit of site.each.search({ q: '${words ?? 'language model'}' }))
  console.log(hit.paper.title);`}</pre>
  </>
);

const Entry = ({ name, method, path, says, parameters, address, write, shape, answer }: Call) => (
  <>
    <h3 id={`${method.toLowerCase()}-${name}`}>
      <code>
        {method} {path}
      </code>
    </h3>
    <p>
      <Coded text={says} />
    </p>
    <Parameters parameters={parameters} />
    {write !== null ? (
      <p>
        Send a <a href={`#shape-${write.shape}`}>{write.shape}</a> as JSON, with an{' '}
        <a href="/settings/tokens">access token</a> of the scope <code>{write.scope}</code>
        {shape !== null && (
          <>
            ; it returns <a href={`#shape-${shape}`}>{shape}</a>
          </>
        )}
        .
      </p>
    ) : address === null ? (
      <p class="soft">There is nothing here yet to show as an example.</p>
    ) : (
      <p>
        <a href={address}>
          <code>{address}</code>
        </a>
        {shape !== null && (
          <>
            {' '}
            returns <a href={`#shape-${shape}`}>{shape}</a>.
          </>
        )}
      </p>
    )}
    {answer !== null && shape !== null && (
      <details>
        <summary>Response, with long texts and lists shortened</summary>
        <pre>{answer}</pre>
      </details>
    )}
  </>
);

const Parameters = ({ parameters }: Pick<Call, 'parameters'>) =>
  parameters.length === 0 ? null : (
    <dl>
      {parameters.map(({ name, says, kind }) => (
        <>
          <dt>
            <code>{name}</code>
          </dt>
          <dd>
            <Coded text={says} /> <span class="soft">{kind}</span>
          </dd>
        </>
      ))}
    </dl>
  );

/** Text with the parts in backticks set as code. */
const Coded = ({ text }: { text: string }) => (
  <>{text.split('`').map((piece, i) => (i % 2 === 1 ? <code>{piece}</code> : piece))}</>
);

const Shape = ({ name, description, type }: Guide['shapes'][number]) => (
  <>
    <h3 id={`shape-${name}`}>{name}</h3>
    {description !== null && (
      <p>
        <Coded text={description} />
      </p>
    )}
    <pre>{type}</pre>
  </>
);

const TheHubs = ({ hub }: Pick<Guide, 'hub'>) => (
  <>
    <h2 id="as-on-the-hub">Hub-compatible endpoints</h2>
    <p>
      Clients of Hugging Face’s paper API work here once you give them this site’s address. The differences
      are listed in <code>docs/api.md</code>.
    </p>
    <dl>
      {hub.map(({ method, path, says }) => (
        <>
          <dt>
            <code>
              {method} {path}
            </code>
          </dt>
          <dd>{says}</dd>
        </>
      ))}
    </dl>
  </>
);
