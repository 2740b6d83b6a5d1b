/** What islands say to people, in the two languages of the product. The page's `lang` decides. */
const chinese = {
  close: '关闭',
  cancel: '取消',
  confirm: '确定',
  confirmTitle: '请确认',
  copied: '已复制',
  copyFailed: '无法复制，请选中文字后自行复制。',
  loading: '正在加载……',
  loadFailed: '没有加载成功。请检查网络后重试。',
  retry: '重试',
  noMatch: '没有找到。请换一个名称、拼音或首字母。',
  typeMore: '请输入名称、拼音或首字母。',
  matches: '找到 {count} 项，用上下方向键选择。',
  serverTrouble: '系统暂时没有办成这件事，您填写的内容还在页面上。请稍后再试。',
  offline: '网络不通，请检查网络后重试。',
  notAllowed: '您没有办理此事的权限，如有需要请联系上级党组织管理员。',
  notFound: '没有找到所需内容，可能已被移动或撤销。请刷新页面。',
  selected: '已选 {count} 项',
  draftFound: '已恢复 {time} 保存的草稿，尚未提交。',
  draftDiscard: '放弃草稿',
  progressOf: '{done} / {total}',
  progressLost: '暂时连不上，正在重试……',
  revealLeft: '{seconds} 秒后自动隐藏',
  revealFailed: '没有显示成功，请稍后再试。',
  fileTooBig: '文件为 {size}，超过上限 {limit}。请拆分后分次上传。',
  fileWrongKind: '不能上传“{name}”。请选择以下格式的文件：{kinds}。',
  uploading: '正在上传 {percent}%',
  uploadFailed: '上传没有成功，请检查网络后重试。',
  expand: '展开',
  collapse: '收起',
  structureName: '组织结构图',
  members: '党员 {count} 名',
  newVersion: '系统已更新，刷新页面即可使用。',
};

type Word = keyof typeof chinese;

const english: Record<Word, string> = {
  close: 'Close',
  cancel: 'Cancel',
  confirm: 'Confirm',
  confirmTitle: 'Please confirm',
  copied: 'Copied',
  copyFailed: 'Could not copy. Select the text and copy it yourself.',
  loading: 'Loading…',
  loadFailed: 'This did not load. Check the connection and try again.',
  retry: 'Try again',
  noMatch: 'Nothing found. Try another name, pinyin or initials.',
  typeMore: 'Type a name, pinyin or initials.',
  matches: '{count} found. Use the arrow keys to choose.',
  serverTrouble: 'This could not be done just now. What you entered is still on the page. Try again later.',
  offline: 'No connection. Check the network and try again.',
  notAllowed: 'You may not do this. Ask the administrator of the higher Party organisation if you need to.',
  notFound: 'This was not found; it may have moved. Reload the page.',
  selected: '{count} selected',
  draftFound: 'Restored the draft saved at {time}. It has not been submitted.',
  draftDiscard: 'Discard draft',
  progressOf: '{done} of {total}',
  progressLost: 'No connection, trying again…',
  revealLeft: 'Hidden again in {seconds} s',
  revealFailed: 'This could not be shown. Try again later.',
  fileTooBig: 'The file has {size}, more than the limit of {limit}. Split it and upload the parts.',
  fileWrongKind: '“{name}” cannot be uploaded. Choose a file of one of these kinds: {kinds}.',
  uploading: 'Uploading {percent} %',
  uploadFailed: 'The upload did not succeed. Check the connection and try again.',
  expand: 'Expand',
  collapse: 'Collapse',
  structureName: 'Organisation chart',
  members: '{count} members',
  newVersion: 'The system was updated. Reload the page to use it.',
};

/** The sentence for `word` in the page's language, with `{names}` replaced by `values`. */
export function say(word: Word, values: Record<string, string | number> = {}): string {
  const lang = document.documentElement.lang || 'zh-hans';
  const sentence = (lang.toLowerCase().startsWith('zh') ? chinese : english)[word];
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
