/**
 * Which columns a list shows. The choice goes into the address as `columns=name&columns=sex`, beside the search and the
 * filters that are already there, so that it can be sent to a colleague and the export takes the same columns. Without
 * script the form is a plain GET.
 *
 *     <form data-island="column-choice" method="get">
 *       <input type="checkbox" name="columns" value="name" checked> 姓名
 *       <input type="checkbox" name="columns" value="phone"> 电话
 *       <button>应用</button>
 *     </form>
 */
/** The address with the chosen columns; the page cursor goes, so that the list begins at its first page. */
export function addressWithColumns(address: string, columns: string[]): string {
  const url = new URL(address);
  for (const name of ['columns', 'after', 'before']) url.searchParams.delete(name);
  for (const column of columns) url.searchParams.append('columns', column);
  return url.pathname + url.search;
}

export default function columnChoice(form: HTMLElement): () => void {
  const submit = (event: Event): void => {
    event.preventDefault();
    const chosen = [...form.querySelectorAll<HTMLInputElement>('input[name="columns"]:checked')].map(
      (box) => box.value,
    );
    location.assign(addressWithColumns(location.href, chosen));
  };
  form.addEventListener('submit', submit);
  return () => form.removeEventListener('submit', submit);
}
