import { expect, test } from 'vitest';
import { refusal, sizeInWords } from './dropzone';

test('sizes as people read them', () => {
  expect([512, 2048, 1_572_864].map(sizeInWords)).toEqual(['512 B', '2 KB', '1.5 MB']);
});

test('a file of a wrong kind or too big is refused with a sentence before it travels', () => {
  document.documentElement.lang = 'zh-Hans';
  expect(refusal({ name: '名册.PDF', size: 1 }, '.xlsx,.csv', 0)).toBe(
    '不能上传“名册.PDF”。请选择以下格式的文件：.xlsx .csv。',
  );
  expect(refusal({ name: '名册.XLSX', size: 3 * 1024 * 1024 }, '.xlsx', 1024 * 1024)).toBe(
    '文件为 3.0 MB，超过上限 1.0 MB。请拆分后分次上传。',
  );
  expect(refusal({ name: '名册.xlsx', size: 1024 }, '.xlsx,.csv', 2048)).toBeUndefined();
});
