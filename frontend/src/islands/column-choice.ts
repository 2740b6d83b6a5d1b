/**
 * Which columns a list shows. Every box changed goes into the address as `columns=name,sex,…` and the page is read
 * again, so that the choice can be sent to a colleague and the export takes the same columns. Without script the form
 * is a plain GET.
 *
 *     <form data-island="column-choice" method="get">
 *       <input type="checkbox" name="column" value="name" checked> 姓名
 *       <input type="checkbox" name="column" value="phone"> 电话
 *       <button>应用</button>
 *     </form>
 */
/** The address with the chosen columns; the page cursor goes, because another sort may follow. */
export function addressWithColumns(address: string, columns: string[]): string {
  const url = new URL(address);
  url.searchParams.delete('column');
  url.searchParams.delete('after');
  url.searchParams.delete('before');
  if (columns.length > 0) url.searchParams.set('columns', columns.join(','));
  else url.searchParams.delete('columns');
  return url.pathname + url.search;
}

export default function columnChoice(form: HTMLElement): () => void {
  const submit = (event: Event): void => {
    event.preventDefault();
    const chosen = [...form.querySelectorAll<HTMLInputElement>('input[name="column"]:checked')].map((box) => box.value);
    location.assign(addressWithColumns(location.href, chosen));
  };
  form.addEventListener('submit', submit);
  return () => form.removeEventListener('submit', submit);
}
