/** Who is signed in, as pages know them. */

export interface Reader {
  id: number;
  name: string;
  role: 'member' | 'moderator' | 'admin';
}

/** What slots hold for a reader, by name; those that are missing stay as they are. All of a page in one question. */
export type FillSlots = (reader: Reader, names: readonly string[]) => Promise<ReadonlyMap<string, string>>;
