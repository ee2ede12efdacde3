/**
 * The OAI-PMH interface, `/oai`: OAI-PMH 2.0 by GET and by POST. Responses contain the time and are not cached.
 * Requests count towards the API's limit; a client that has none left is asked to wait as the protocol specifies, with
 * a 503.
 */
import type { Hono } from 'hono';
import { XML_HEAD, xmlElement } from '../../formats/write-xml.ts';
import { FIXED } from '../../http/cache.ts';
import type { Web } from '../../http/context.ts';
import { WebError } from '../../http/errors.ts';
import { readForm } from '../../http/forms.ts';
import { ask as readAsk } from '../../http/request.ts';
import { sendStored } from '../../http/send.ts';
import type { Harvest } from '../../papers/lists/harvest.ts';
import { openDoor } from '../door.ts';
import { type OaiRequest, readRequest, written } from './arguments.ts';
import { OaiError } from './error.ts';
import { answerTo } from './verbs.ts';

export interface OaiOptions {
  harvest: Harvest;
  /** A contact address of the operator. */
  adminEmail: string;
}

/** An address as the protocol's schema requires it. Mail from a machine without a domain cannot be answered anyway. */
const emailOf = (address: string): string =>
  /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(address) ? address : `${address}.invalid`;

/** Mounts the harvest on an application made by `createWeb`. */
export function mountOai(app: Hono, web: Web, options: OaiOptions): void {
  openDoor(app, web, '/oai', { busy: 503 }, async (request, address) => {
    const method = request.method === 'HEAD' ? 'GET' : request.method;
    if (method !== 'GET' && method !== 'POST')
      throw new WebError(405, 'Harvest with GET, or POST a form.', {}, { allow: 'GET, HEAD, POST' });
    const given =
      method === 'GET'
        ? new URL(request.url).searchParams
        : (await readForm(request, address, web.site.publicUrl)).fields;
    const body = await documentOf(web, request, given, options);
    const reply = { status: 200, type: 'text/xml; charset=utf-8', body, keep: false };
    return sendStored(web, request, web.cache.seal(reply, FIXED, 0));
  });
}

const OPENING =
  '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ' +
  'xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">\n';

async function documentOf(
  web: Web,
  request: Request,
  given: URLSearchParams,
  { harvest, adminEmail }: OaiOptions,
): Promise<string> {
  const { base } = readAsk(web, request);
  // Taken before anything is read, so that changes made meanwhile are dated later.
  const now = Math.floor(web.now() / 1000) * 1000;
  let asked: OaiRequest | null = null;
  let content: string;
  let repeats = true;
  try {
    asked = readRequest(given);
    content = await answerTo(asked, {
      harvest,
      name: web.site.name,
      adminEmail: emailOf(adminEmail),
      base,
      now,
    });
  } catch (error) {
    if (!(error instanceof OaiError)) throw error;
    // Arguments that are wrong are not repeated (section 3.2).
    repeats = error.code !== 'badArgument' && error.code !== 'badVerb';
    content = xmlElement('error', error.message, { code: error.code });
  }
  const attributes = asked && repeats ? { verb: asked.verb, ...asked.arguments } : {};
  return [
    XML_HEAD,
    OPENING,
    xmlElement('responseDate', written(now)),
    xmlElement('request', `${base}/oai`, attributes),
    content,
    '</OAI-PMH>\n',
  ].join('');
}
