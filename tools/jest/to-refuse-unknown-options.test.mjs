import { expect, test } from '@jest/globals';

const failing =
  (message, tag = 'ArgumentError') =>
  () => {
    throw Object.assign(new Error(message), { tag });
  };
const refusing = (owner) => (options) => {
  const object = typeof options === 'object' && options !== null;
  const name = object ? Object.keys(options)[0] : 'options';
  const problem = object ? `is not an option of ${owner}; use nNeighbors` : '';
  return failing(
    `${name}: ${problem || `${JSON.stringify(options)} is not valid; use an object with options of ${owner}`}`,
  )();
};

test('toRefuseUnknownOptions accepts calls that throw, or reject with, the error that names them', async () => {
  await expect(refusing('UMAP')).toRefuseUnknownOptions('UMAP');
  await expect(refusing('SVC')).toRefuseUnknownOptions('SVC.create');
  await expect(async (options) => refusing('UMAP')(options)).toRefuseUnknownOptions('UMAP');
});

test.each([
  ['no error', () => {}],
  ['an error of another owner', refusing('PCA')],
  ['another error', failing('rows: 1 is not valid; use at least 2')],
  ['an error that is not an ArgumentError', failing('unknown_option: is not an option of UMAP; use x', 'ValueError')],
  ['a TypeError for null', (options) => options.x ?? refusing('UMAP')(options)],
])('toRefuseUnknownOptions fails for %s', async (_, call) => {
  await expect(expect(call).toRefuseUnknownOptions('UMAP')).rejects.toThrow('Expected an ArgumentError of UMAP');
});
