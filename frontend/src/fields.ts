/**
 * What was filled into a form, read and put back. Never passwords, files, hidden fields, nor what has
 * `autocomplete="off"` or lies within `data-draft-never`.
 */
export type Filled = Record<string, string[]>;

type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

function fieldsOf(form: HTMLFormElement): Field[] {
  const all = [...form.querySelectorAll<Field>('input[name], select[name], textarea[name]')];
  return all.filter(
    (field) =>
      field.autocomplete !== 'off' &&
      !field.closest('[data-draft-never]') &&
      !['password', 'file', 'hidden', 'submit', 'button'].includes(field.type),
  );
}

function isBox(field: Field): field is HTMLInputElement {
  return field instanceof HTMLInputElement && (field.type === 'checkbox' || field.type === 'radio');
}

/** What stands in the fields of a form, by name. */
export function read(form: HTMLFormElement): Filled {
  const fields: Filled = {};
  for (const field of fieldsOf(form)) {
    const values = fields[field.name] ?? [];
    if (isBox(field)) {
      if (field.checked) values.push(field.value);
    } else if (field instanceof HTMLSelectElement && field.multiple) {
      values.push(...[...field.selectedOptions].map((option) => option.value));
    } else {
      values.push(field.value);
    }
    fields[field.name] = values;
  }
  return fields;
}

/** Puts back what `read` gave; fields that came since stay as they are. */
export function write(form: HTMLFormElement, fields: Filled): void {
  const taken: Record<string, number> = {};
  for (const field of fieldsOf(form)) {
    const values = fields[field.name];
    if (!values) continue;
    if (isBox(field)) {
      field.checked = values.includes(field.value);
    } else if (field instanceof HTMLSelectElement && field.multiple) {
      for (const option of field.options) option.selected = values.includes(option.value);
    } else {
      const index = taken[field.name] ?? 0;
      taken[field.name] = index + 1;
      field.value = values[index] ?? field.value;
      // What was given back is never folded away unseen.
      if (field.value) field.closest('details')?.setAttribute('open', '');
    }
  }
  // Islands that show what is ticked or counted look again.
  form.dispatchEvent(new Event('lx:filled'));
}
