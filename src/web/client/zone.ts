/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** Chooses the browser's time zone in forms that ask for one: whoever subscribes rarely has to change it. */
export function guessZones(): void {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  for (const field of document.querySelectorAll<HTMLInputElement | HTMLSelectElement>('[data-zone]')) {
    // Browsers and servers name some zones differently; the server knows both names.
    const isNew =
      field instanceof HTMLSelectElement && ![...field.options].some(({ value }) => value === timeZone);
    if (isNew) field.add(new Option(timeZone.replaceAll('_', ' '), timeZone));
    field.value = timeZone;
  }
}
