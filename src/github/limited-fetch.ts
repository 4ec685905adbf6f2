/** `fetch` with a limit: an answer of GitHub that is larger than all that is asked for here is none of them. */

const LARGEST_ANSWER = 16 * 1024 * 1024;

/** The global `fetch`; its answer fails while it is read where it grows beyond 16 MiB. */
export async function limitedFetch(address: string, options: RequestInit): Promise<Response> {
  const response = await fetch(address, options);
  if (response.body === null) return response;
  let length = 0;
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform: (chunk, controller) => {
      length += chunk.length;
      if (length > LARGEST_ANSWER) controller.error(new Error("the answer is larger than 16 MiB"));
      else controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(limit), { status, statusText, headers });
}
