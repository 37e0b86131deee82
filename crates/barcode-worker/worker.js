// What the browser starts as a worker: fetches the reader, and tells the page whether it came.
import init from './barcode_worker.js';

init().then(
  () => postMessage(true),
  () => postMessage(false),
);
