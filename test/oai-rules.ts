/**
 * The rules of OAI-PMH 2.0 for responses (openarchives.org/OAI/openarchivesprotocol.html), as far as request and
 * response show them: what the schema says about elements and their order, and what the text adds to that.
 */
import { spawnSync } from 'node:child_process';
import { type SaxesAttributeNS, SaxesParser } from 'saxes';
import { expect } from 'vitest';

export interface Node {
  /** `{namespace}name` is split: most of a response is in one namespace. */
  name: string;
  namespace: string;
  attributes: Record<string, string>;
  children: Node[];
  text: string;
}

const OAI = 'http://www.openarchives.org/OAI/2.0/';

/** The tree of a document; throws if it is not well-formed or has undeclared prefixes. */
export function parseXml(text: string): Node {
  const root: Node = { name: '', namespace: '', attributes: {}, children: [], text: '' };
  const open = [root];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => {
    const attributes: Record<string, string> = {};
    for (const [name, { value }] of Object.entries(tag.attributes as Record<string, SaxesAttributeNS>))
      attributes[name] = value;
    const node: Node = { name: tag.local, namespace: tag.uri, attributes, children: [], text: '' };
    open.at(-1)!.children.push(node);
    open.push(node);
  });
  parser.on('text', (piece) => {
    open.at(-1)!.text += piece;
  });
  parser.on('closetag', () => {
    open.pop();
  });
  parser.write(text).close();
  expect(root.children).toHaveLength(1);
  return root.children[0]!;
}

export const childOf = (node: Node | undefined, name: string): Node | undefined =>
  node?.children.find((child) => child.name === name);
export const childrenOf = (node: Node | undefined, name: string): Node[] =>
  node?.children.filter((child) => child.name === name) ?? [];

/** Children in this order; `?` may be left out, `*` and `+` may be repeated. */
function inOrder(node: Node, ...wanted: string[]): void {
  let at = 0;
  const names = node.children.map(({ name }) => name);
  for (const item of wanted) {
    const [, name, sign] = /^([\w-]+)([?*+]?)$/.exec(item)!;
    let times = 0;
    while (names[at] === name && (times === 0 || sign === '*' || sign === '+')) {
      times++;
      at++;
    }
    if (times === 0 && (sign === '' || sign === '+'))
      throw new Error(`${node.name} lacks ${name}: has ${names}`);
  }
  expect([node.name, names.slice(at)]).toEqual([node.name, []]);
}

const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const SPEC = /^([A-Za-z0-9\-_.!~*'()])+(:[A-Za-z0-9\-_.!~*'()]+)*$/;

export interface Answered {
  root: Node;
  /** The element of the verb. */
  content: Node | undefined;
  /** The code of an error. */
  error: string | undefined;
  headers: Node[];
  token: string | undefined;
  responseDate: string;
}

/** Checks a response against all rules and takes it apart. @param asked the request */
export function checked(text: string, asked: URLSearchParams): Answered {
  const root = parseXml(text);
  expect([root.name, root.namespace]).toEqual(['OAI-PMH', OAI]);
  const errors = childrenOf(root, 'error');
  const verb = asked.get('verb') ?? '';
  inOrder(root, 'responseDate', 'request', errors.length > 0 ? 'error+' : verb);
  const responseDate = childOf(root, 'responseDate')!.text;
  expect(responseDate).toMatch(UTC);
  const request = childOf(root, 'request')!;
  expect(request.text).toMatch(/^https?:\/\/.+\/oai$/);
  const codes = errors.map((error) => error.attributes.code!);
  for (const code of codes)
    expect([
      'cannotDisseminateFormat',
      'idDoesNotExist',
      'badArgument',
      'badVerb',
      'noMetadataFormats',
      'noRecordsMatch',
      'badResumptionToken',
      'noSetHierarchy',
    ]).toContain(code);
  const isBad = codes.some((code) => code === 'badVerb' || code === 'badArgument');
  expect(request.attributes).toEqual(isBad ? {} : Object.fromEntries(asked));
  const content = childOf(root, verb);
  if (errors.length === 0) checkContent(content!, asked, responseDate);
  const headers = content
    ? [
        ...childrenOf(content, 'header'),
        ...childrenOf(content, 'record').flatMap((one) => childOf(one, 'header')!),
      ]
    : [];
  const token = childOf(content, 'resumptionToken')?.text.trim() || undefined;
  return { root, content, error: codes[0], headers, token, responseDate };
}

function checkContent(content: Node, asked: URLSearchParams, responseDate: string): void {
  switch (content.name) {
    case 'Identify': {
      inOrder(
        content,
        'repositoryName',
        'baseURL',
        'protocolVersion',
        'adminEmail+',
        'earliestDatestamp',
        'deletedRecord',
        'granularity',
        'compression*',
        'description*',
      );
      expect(childOf(content, 'protocolVersion')!.text).toBe('2.0');
      expect(childOf(content, 'adminEmail')!.text).toMatch(/^\S+@(\S+\.)+\S+$/);
      expect(childOf(content, 'earliestDatestamp')!.text).toMatch(UTC);
      expect(['no', 'persistent', 'transient']).toContain(childOf(content, 'deletedRecord')!.text);
      expect(childOf(content, 'granularity')!.text).toBe('YYYY-MM-DDThh:mm:ssZ');
      return;
    }
    case 'ListMetadataFormats':
      inOrder(content, 'metadataFormat+');
      for (const one of content.children) inOrder(one, 'metadataPrefix', 'schema', 'metadataNamespace');
      return;
    case 'ListSets': {
      inOrder(content, 'set+', 'resumptionToken?');
      const specs = childrenOf(content, 'set').map((set) => {
        inOrder(set, 'setSpec', 'setName', 'setDescription*');
        return childOf(set, 'setSpec')!.text;
      });
      expect(new Set(specs).size).toBe(specs.length);
      // The sets above a set are sets too.
      for (const spec of specs) {
        expect(spec).toMatch(SPEC);
        if (spec.includes(':')) expect(specs).toContain(spec.slice(0, spec.lastIndexOf(':')));
      }
      return;
    }
    case 'ListIdentifiers':
      inOrder(content, 'header+', 'resumptionToken?');
      for (const header of childrenOf(content, 'header')) checkHeader(header, asked, responseDate);
      return;
    case 'ListRecords':
      inOrder(content, 'record+', 'resumptionToken?');
      for (const record of childrenOf(content, 'record')) checkRecord(record, asked, responseDate);
      return;
    default:
      inOrder(content, 'record');
      checkRecord(childOf(content, 'record')!, asked, responseDate);
  }
}

function checkHeader(header: Node, asked: URLSearchParams, responseDate: string): void {
  inOrder(header, 'identifier', 'datestamp', 'setSpec*');
  const stamp = childOf(header, 'datestamp')!.text;
  expect(stamp).toMatch(UTC);
  expect(stamp <= responseDate, `${stamp} is later than the answer`).toBe(true);
  expect(childOf(header, 'identifier')!.text).toMatch(
    /^oai:[A-Za-z0-9][A-Za-z0-9.-]*:[A-Za-z0-9\-_.!~*'();/?:@&=+$,%]+$/,
  );
  for (const spec of childrenOf(header, 'setSpec')) expect(spec.text).toMatch(SPEC);
  const [from, until] = [asked.get('from'), asked.get('until')];
  if (from) expect(stamp >= from, `${stamp} is before ${from}`).toBe(true);
  if (until) expect(stamp.slice(0, until.length) <= until, `${stamp} is after ${until}`).toBe(true);
}

const DC = 'http://purl.org/dc/elements/1.1/';
const DC_ELEMENTS =
  'title creator subject description publisher contributor date type format identifier source language relation coverage rights';

function checkRecord(record: Node, asked: URLSearchParams, responseDate: string): void {
  const header = childOf(record, 'header')!;
  const isGone = header.attributes.status === 'deleted';
  if (!isGone) expect(header.attributes).toEqual({});
  inOrder(record, 'header', ...(isGone ? [] : ['metadata', 'about*']));
  checkHeader(header, asked, responseDate);
  if (isGone) return;
  const metadata = childOf(record, 'metadata')!;
  expect(metadata.children).toHaveLength(1);
  const inner = metadata.children[0]!;
  const [namespace, schema] = inner.attributes['xsi:schemaLocation']!.split(' ');
  expect(namespace).toBe(inner.namespace);
  expect(schema).toMatch(/^http.+\.xsd$/);
  const prefix = asked.get('metadataPrefix');
  if (inner.name === 'dc') {
    if (prefix) expect(prefix).toBe('oai_dc');
    expect(inner.namespace).toBe('http://www.openarchives.org/OAI/2.0/oai_dc/');
    for (const part of inner.children) {
      expect(part.namespace).toBe(DC);
      expect(DC_ELEMENTS.split(' ')).toContain(part.name);
    }
  } else {
    expect([inner.name, inner.namespace]).toEqual(['arXiv', 'http://arxiv.org/OAI/arXiv/']);
    if (prefix) expect(prefix).toBe('arXiv');
    inOrder(
      inner,
      'id',
      'created?',
      'updated?',
      'authors?',
      'title',
      'categories?',
      'comments?',
      'journal-ref?',
      'doi?',
      'license?',
      'abstract?',
    );
  }
}

/** Whether responses can be checked against the schema here. */
export const hasSchema = spawnSync('xmllint', ['--version']).error === undefined;
if (!hasSchema) console.warn('SKIPPED: the schema of OAI-PMH (no xmllint; Debian has it in libxml2-utils)');

/** The faults of a response according to the schema. */
export function bySchema(xml: string): string[] {
  const ended = spawnSync('xmllint', ['--nonet', '--noout', '--relaxng', 'test/schemas/oai-pmh.rng', '-'], {
    input: xml,
    encoding: 'utf8',
  });
  return ended.status === 0 ? [] : ended.stderr.split('\n').filter(Boolean).slice(0, 10);
}
