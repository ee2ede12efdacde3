/** The signed-in reader, as pages know them. */

export interface Reader {
  id: number;
  name: string;
  role: 'member' | 'moderator' | 'admin';
}

/** The content of a reader's slots, by name; slots that are missing stay as they are. One call for the whole page. */
export type FillSlots = (reader: Reader, names: readonly string[]) => Promise<ReadonlyMap<string, string>>;
