/**
 * What pages need besides the library, built only here, once per site: drawing preview images, limits on
 * subscriptions, and messages waiting to be shown to the operator.
 */
import type { Web } from '../http/context.ts';
import { Limiter } from '../http/limiter.ts';
import type { Pictures } from './og.ts';

const HOUR = 3_600_000;
/** Messages waiting to be shown; beyond this the oldest is dropped. */
const MOST_NOTES = 100;

export interface PageServices {
  /** Draws preview images. Loaded on first use: it needs a large library that a site may never use. */
  pictures(): Promise<Pictures>;
  /** By sender and by recipient: nobody can fill the table, or somebody else's inbox. */
  subscribing: { senders: Limiter; receivers: Limiter };
  /** Messages by key. Only the process that made a message can show it. */
  notes: Map<string, string>;
}

const services = new WeakMap<Web, PageServices>();

/** The services of a site. */
export function servicesOf(web: Web): PageServices {
  let known = services.get(web);
  if (!known) {
    known = {
      pictures: picturesOf(web),
      subscribing: { senders: new Limiter(20, HOUR), receivers: new Limiter(40, 24 * HOUR) },
      notes: new Map(),
    };
    services.set(web, known);
  }
  return known;
}

function picturesOf(web: Web): PageServices['pictures'] {
  let drawer: Promise<Pictures> | undefined;
  return () => {
    drawer ??= import('./og.ts').then(
      ({ Pictures }) => new Pictures(web.assets, web.site.name),
      (error: unknown) => {
        drawer = undefined;
        throw error;
      },
    );
    return drawer;
  };
}

/** Keeps a message until it is shown. */
export function keepNote(web: Web, name: string, note: string): void {
  const { notes } = servicesOf(web);
  notes.set(name, note);
  if (notes.size > MOST_NOTES) notes.delete(notes.keys().next().value!);
}
