/** Messages waiting to be shown; beyond this the oldest is dropped. */
const MOST_NOTES = 100;

/** Messages to the administrator, each shown by the page that follows a form. Only the process that made one can show it. */
export class NoteBox {
  readonly #notes = new Map<string, string>();

  /** Keeps a message under a key that nobody can guess. */
  keep(key: string, note: string): void {
    this.#notes.set(key, note);
    if (this.#notes.size > MOST_NOTES) this.#notes.delete(this.#notes.keys().next().value!);
  }

  find(key: string): string | null {
    return this.#notes.get(key) ?? null;
  }
}
