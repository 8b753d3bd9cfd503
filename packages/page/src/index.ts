/**
 * The page of Geneformer, built, and the server of `geneformer explore`, which offers it and one file to a browser on the same computer.
 *
 * ```ts
 * import { servePage } from '@geneformer-ts/page';
 *
 * const served = await servePage({ file: 'cells.h5ad' });
 * console.log(served.url); // http://127.0.0.1:40123/#file=…, to open in a browser
 * await served.close();
 * ```
 *
 * @packageDocumentation
 */
export { PageMissingError } from './page-files.js';
export { PAGE_POLICY, type ServedPage, servePage, type ServePageOptions } from './serve-page.js';
