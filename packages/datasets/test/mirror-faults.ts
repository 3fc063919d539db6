/** What mirrors do wrong, and how an error tells of it. */
export const FAULT_REASONS = {
  '403': 'answered 403',
  '404': 'answered 404',
  '429': 'answered 429',
  '500': 'answered 500',
  '304 to a question that was not asked': 'answered 304',
  'an HTML page with 200': 'sent a web page (',
  'nothing with 200': 'sent a damaged file',
  'another file of the right shape': 'sent other data (expected SHA-256 ',
  'a smaller file of the right form': 'sent other data (expected ',
  'a truncated file': 'sent a damaged file',
  'a connection that breaks in the middle': 'broke off after 20 bytes (',
  'a connection that breaks at once': 'could not be reached (',
  'an announcement of too many bytes': 'announces 1099511627776 bytes, more than the file can have',
  'bytes without end': 'sent too many bytes',
  'a gzip bomb': 'sent a damaged file',
  'a gzip bomb whose header admits it': 'sent a damaged file',
  'a redirect to itself': 'redirects in a loop',
  'something that is not HTTP': 'could not be reached (',
};

export type Fault = keyof typeof FAULT_REASONS;

export const FAULTS = Object.entries(FAULT_REASONS) as [Fault, string][];
