/** `/api`: our own programming interface to be read, made from the declarations of its endpoints. */
import { HUB_ROUTES } from '../../api/hub/routes.ts';
import { BASE, type Endpoint, exampleOf, GROUPS, templateOf } from '../../api/v1/endpoint.ts';
import { type Known, knownIn } from '../../api/v1/known.ts';
import { describe, INTERFACE, type Schema, shapeOf } from '../../api/v1/openapi.ts';
import { V1_ROUTES } from '../../api/v1/routes.ts';
import { tryOut } from '../../api/v1/try.ts';
import { writeShape } from '../../api/v1/typescript.ts';
import type { Ask, Reply } from '../context.ts';
import { html } from '../http.ts';
import { renderDocument } from '../parts/document.tsx';
import { SmallMasthead } from '../parts/masthead.tsx';
import { basics } from './basics.ts';

/** Signs of a text and items of a list that an answer is shown with. */
const SHOWN = { signs: 120, items: 3 };

/** `/api`. */
export async function apiPage(ask: Ask): Promise<Reply> {
  const { library, sources } = ask.web;
  const [frame, known] = await Promise.all([basics(ask), knownIn(library, sources)]);
  const { components } = describe({ endpoints: V1_ROUTES, version: INTERFACE });
  const told: Told[] = [];
  // One by one: together they would hold up everybody else.
  for (const one of V1_ROUTES) told.push(await tell(one, known, ask));
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
        <Introduction base={ask.base} known={known} />
        {GROUPS.map((group) => (
          <>
            <h2 id={`group-${group.toLowerCase()}`}>{group}</h2>
            {told
              .filter(({ one }) => one.group === group)
              .map((each) => (
                <Entry {...each} />
              ))}
          </>
        ))}
        <h2 id="all-shapes">Types</h2>
        <p>Written as TypeScript types. Every field is always present; unknown values are null.</p>
        {Object.entries(components.schemas)
          .filter(([name]) => name !== 'HubError')
          .map(([name, shape]) => (
            <Shape name={name} shape={shape} />
          ))}
        <TheHubs />
      </main>
    ),
  });
  return html(body);
}

interface Told {
  one: Endpoint;
  address: string | null;
  /** What the example answers, shortened; null where it is not shown. */
  answer: string | null;
}

async function tell(one: Endpoint, known: Known, ask: Ask): Promise<Told> {
  // What depends on more than the library does not stand in a page that is kept.
  if (one.fresh) return { one, address: exampleOf(one, known), answer: null };
  const example = await tryOut(one, known, ask.web, ask.base);
  return {
    one,
    address: example?.address ?? null,
    answer: example && JSON.stringify(shorten(example.answer), null, 2),
  };
}

/** A value with long texts and lists cut. */
function shorten(value: unknown): unknown {
  if (typeof value === 'string')
    return value.length > SHOWN.signs ? `${[...value].slice(0, SHOWN.signs).join('')} …` : value;
  if (Array.isArray(value)) return value.slice(0, SHOWN.items).map(shorten);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, shorten(one)]));
}

const Introduction = ({ base, known }: { base: string; known: Known }) => (
  <>
    <p class="standfirst">
      Everything on the site, as JSON, under <code>{BASE}</code>. No account or key needed.
    </p>
    <p>
      Responses can be read by scripts on any site. Each carries an <code>ETag</code>: a request with{' '}
      <code>If-None-Match</code> gets a 304 as long as nothing has changed. There is also an{' '}
      <a href={`${BASE}/openapi.json`}>OpenAPI 3.1</a> description.
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
for await (const hit of site.each.search({ q: '${known.words ?? 'language model'}' }))
  console.log(hit.paper.title);`}</pre>
  </>
);

const Entry = ({ one, address, answer }: Told) => {
  const shape = shapeOf(one);
  return (
    <>
      <h3 id={`get-${one.name}`}>
        <code>
          {one.method} {templateOf(one.path)}
        </code>
      </h3>
      <p>
        <Coded text={`${one.says} ${one.more}`.trim()} />
      </p>
      <Parameters one={one} />
      {address === null ? (
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
};

const Parameters = ({ one }: { one: Endpoint }) => {
  const parts = Object.entries(one.parts).map(([name, { says }]) => ({ name, says, kind: 'in the path' }));
  const others = Object.entries(one.parameters).map(([name, { says, schema }]) => ({
    name,
    says,
    kind: sayKind(schema),
  }));
  if (parts.length + others.length === 0) return null;
  return (
    <dl>
      {[...parts, ...others].map(({ name, says, kind }) => (
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
};

/** Text with what stands between backticks as code. */
const Coded = ({ text }: { text: string }) => (
  <>{text.split('`').map((piece, i) => (i % 2 === 1 ? <code>{piece}</code> : piece))}</>
);

/** A parameter's kind in words: `1 to 100; 50 where it is not given`. */
function sayKind(schema: Schema): string {
  const { type, minimum, maximum, default: usual, maxItems } = schema;
  const words = (schema.enum as string[] | undefined)?.join(', ');
  if (words) return words;
  if (type === 'integer') return `${minimum} to ${maximum}; ${usual} by default`;
  if (type === 'boolean') return 'true or false';
  if (type === 'array') return maxItems === undefined ? 'list' : `list of at most ${maxItems}`;
  return schema.format === 'date' ? 'date' : 'text';
}

const Shape = ({ name, shape }: { name: string; shape: Schema }) => (
  <>
    <h3 id={`shape-${name}`}>{name}</h3>
    {typeof shape.description === 'string' && (
      <p>
        <Coded text={shape.description} />
      </p>
    )}
    <pre>{writeShape(name, shape)}</pre>
  </>
);

const TheHubs = () => (
  <>
    <h2 id="as-on-the-hub">Hub-compatible endpoints</h2>
    <p>
      Clients of Hugging Face’s paper API work here once you give them this site’s address. The differences
      are listed in <code>docs/api.md</code>.
    </p>
    <dl>
      {HUB_ROUTES.map((route) => (
        <>
          <dt>
            <code>
              {route.method} {templateOf(route.path)}
            </code>
          </dt>
          <dd>{route.says}</dd>
        </>
      ))}
    </dl>
  </>
);
