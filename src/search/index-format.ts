/** The number of the format of an index: its manifest and its segments carry it, and no other number is read. */
export const FORMAT = 5;
